// Package relay renders the container that publishes what a profiler does and
// what it makes, and reads what it published. Which files a profiler writes is for
// the caller to say: the relay is the same for all profilers.
package relay

import (
	_ "embed" // For the script.
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
)

const (
	// Name of the container, as the operator calls its own.
	Name = "output-copier"

	// Volume of the pod that profiler and relay share.
	Volume = "profiling-output"

	// Folder is where both mount it.
	Folder = "/data"

	// FieldManager is who owns the data of the ConfigMap.
	FieldManager = "dynamo-profiler-relay"
)

//go:embed relay.py
var script string

// Relay says what to relay.
type Relay struct {
	// Image that has Python 3.8 or later; the profiler's own.
	Image string
	// Profiler is the name of the profiler's container in the same pod.
	Profiler string
	// ConfigMap to publish in. It must exist: the relay makes none.
	ConfigMap string
	// Attempt is published as it is. It tells what a run published from what
	// an earlier one did.
	Attempt string
	// Results are the files to publish under their names. The first must be
	// there when the profiler has ended, the others may.
	Results []string
	// StatusFile is where the profiler says how far it is, if it does.
	StatusFile string
}

// Container is the relay. The pod has the Volume, and an account that may get
// pods, and get and patch ConfigMaps, in its namespace.
func Container(r Relay) corev1.Container {
	return corev1.Container{
		Name:  Name,
		Image: r.Image,
		// Isolated, so that no module in the image's working directory or Python
		// path stands in for one of the standard library.
		Command:      []string{"python3", "-I", "-c"},
		Args:         []string{shell.Arg(script)},
		Env:          environment(r),
		VolumeMounts: []corev1.VolumeMount{{Name: Volume, MountPath: Folder, ReadOnly: true}},
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: ptr.To(false),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			ReadOnlyRootFilesystem:   ptr.To(true),
		},
	}
}

func environment(r Relay) []corev1.EnvVar {
	out := []corev1.EnvVar{
		{Name: "RELAY_CONTAINER", Value: r.Profiler},
		{Name: "RELAY_CONFIGMAP", Value: r.ConfigMap},
		{Name: "RELAY_ATTEMPT", Value: r.Attempt},
		{Name: "RELAY_RESULTS", Value: strings.Join(r.Results, ",")},
	}
	if r.StatusFile != "" {
		out = append(out, corev1.EnvVar{Name: "RELAY_STATUS_FILE", Value: r.StatusFile})
	}
	return append(out,
		ofPod("POD_NAME", "metadata.name"),
		ofPod("POD_NAMESPACE", "metadata.namespace"),
		// The image asks for all GPUs of the node. The relay needs none, and has to
		// start where the driver is too old for the image, to say so.
		corev1.EnvVar{Name: "NVIDIA_VISIBLE_DEVICES", Value: "void"},
	)
}

// ofPod is a variable with a field of the pod. The API version is written out as
// the API server would, so that what is observed equals what is rendered.
func ofPod(name, field string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{
		FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: field},
	}}
}
