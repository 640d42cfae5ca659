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
  labels:
    kubernetes.io/hostname: gpu-%[1]d
    kubernetes.io/os: linux
    type: kwok
    nvidia.com/gpu.present: "true"
    nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3
    nvidia.com/gpu.memory: "81559"
  annotations: {kwok.x-k8s.io/node: fake}
status:
  allocatable: {cpu: "256", memory: 2Ti, pods: "1000", nvidia.com/gpu: "%[2]d"}
  capacity: {cpu: "256", memory: 2Ti, pods: "1000", nvidia.com/gpu: "%[2]d"}
`

// Unmanaged is a node whose pods nobody runs, so that a test can play the kubelet.
// Only pods go there that ask for it and tolerate everything.
const Unmanaged = "by-hand"

const unmanagedManifest = `
apiVersion: v1
kind: Node
metadata:
  name: %[1]s
  labels: {kubernetes.io/hostname: %[1]s, kubernetes.io/os: linux}
spec:
  taints: [{key: %[1]s, effect: NoSchedule}]
status:
  allocatable: {cpu: "256", memory: 2Ti, pods: "1000"}
  capacity: {cpu: "256", memory: 2Ti, pods: "1000"}
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
	manifests := []string{fmt.Sprintf(classManifest, StorageClass), fmt.Sprintf(unmanagedManifest, Unmanaged)}
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
