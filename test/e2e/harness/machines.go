package harness

import (
	"context"
	"fmt"
	"strings"
)

// What the cluster has for pods: nodes with GPUs, and volumes of a class that
// nobody provisions.
const (
	nodeCount   = 3
	gpusPerNode = 64
	volumeCount = 20
	// StorageClass of the volumes.
	StorageClass = "standard"
)

const nodeManifest = `
apiVersion: v1
kind: Node
metadata:
  name: gpu-%[1]d
  labels: {kubernetes.io/hostname: gpu-%[1]d, kubernetes.io/os: linux, type: kwok}
  annotations: {kwok.x-k8s.io/node: fake}
status:
  allocatable: {cpu: "256", memory: 2Ti, pods: "1000", nvidia.com/gpu: "%[2]d"}
  capacity: {cpu: "256", memory: 2Ti, pods: "1000", nvidia.com/gpu: "%[2]d"}
`

const classManifest = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: %s}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: Immediate
`

const volumeManifest = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: volume-%d}
spec:
  capacity: {storage: 100Gi}
  accessModes: [ReadWriteOnce, ReadWriteMany]
  storageClassName: %s
  persistentVolumeReclaimPolicy: Retain
  hostPath: {path: /nowhere}
`

// addMachines creates nodes and volumes.
func (c *Cluster) addMachines(ctx context.Context) error {
	manifests := []string{fmt.Sprintf(classManifest, StorageClass)}
	for i := range nodeCount {
		manifests = append(manifests, fmt.Sprintf(nodeManifest, i, gpusPerNode))
	}
	for i := range volumeCount {
		manifests = append(manifests, fmt.Sprintf(volumeManifest, i, StorageClass))
	}
	objects, err := Objects(strings.Join(manifests, "---"))
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := c.Client.Create(ctx, o); err != nil {
			return err
		}
	}
	return nil
}
