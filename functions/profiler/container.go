package profiler

import (
	_ "embed" // For the script.
	"path"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Containers of the Job's pod, beside the relay.
const (
	// Container is the profiler itself.
	Container = "profiler"
	// cleaner removes the result of an earlier attempt.
	cleaner = "stale-output-remover"
)

// tokenKey is the key of the Hugging Face token in its Secret.
const tokenKey = "HF_TOKEN"

//go:embed clean.py
var cleanScript string

// makeEnvironment makes the variables that profilers of all protocols read. The
// token is optional: public models are read without one. The request's identity
// makes it the owner of the graphs that the profiler tries out.
func makeEnvironment(r dynamo.Request, s settings.Settings) []corev1.EnvVar {
	return []corev1.EnvVar{
		{Name: "HUGGING_FACE_HUB_TOKEN", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: s.HuggingFaceSecret},
			Key:                  tokenKey,
			Optional:             ptr.To(true),
		}}},
		{Name: "DGDR_NAME", Value: r.Name},
		{Name: "DGDR_NAMESPACE", Value: r.Namespace},
		{Name: "DGDR_UID", Value: r.UID},
	}
}

// makeInitContainers makes the container that removes output files which an earlier
// attempt, or another request, left in a volume claim: the relay could not tell them
// from those of this attempt. A volume that goes with the pod begins empty.
func makeInitContainers(r dynamo.Request, files []string) []corev1.Container {
	if r.Profiler.OutputClaim == "" {
		return nil
	}
	args := []string{shell.Arg(cleanScript)}
	for _, f := range files {
		args = append(args, path.Join(OutputFolder, f))
	}
	return []corev1.Container{{
		Name:  cleaner,
		Image: imageOf(r),
		// Isolated, so that nothing in the image's folders stands in for a module of
		// the standard library.
		Command: []string{"python3", "-I", "-c"},
		Args:    args,
		// The image asks for all GPUs of the node, of which this needs none.
		Env:                      []corev1.EnvVar{{Name: "NVIDIA_VISIBLE_DEVICES", Value: "void"}},
		VolumeMounts:             []corev1.VolumeMount{{Name: relay.Volume, MountPath: OutputFolder}},
		TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: ptr.To(false),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			ReadOnlyRootFilesystem:   ptr.To(true),
		},
	}}
}
