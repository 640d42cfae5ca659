package profiler

import (
	"cmp"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// defaultPullSecret is the Secret that the profiler's image is pulled with where the
// settings have none for its registry, as published requests count on.
const defaultPullSecret = "nvcr-imagepullsecret"

// MakeJob makes the Job that profiles for a request. Attempt tells what its relay
// publishes from what the one of an earlier Job did.
func MakeJob(p Protocol, r dynamo.Request, s settings.Settings, attempt string) (*batchv1.Job, error) {
	call, err := p.Call(r, s)
	if err != nil {
		return nil, err
	}
	publish := relay.Container(relay.Relay{
		Image:      imageOf(r),
		Profiler:   Container,
		ConfigMap:  names.ProfilingOutput(r.Name),
		Attempt:    attempt,
		Results:    p.Files(r),
		StatusFile: p.StatusFile(),
	})
	pod := makePod(r, s)
	pod.InitContainers = makeInitContainers(r, p.Files(r))
	pod.Containers = []corev1.Container{makeProfiler(r, s, call), publish}
	pod.Volumes = append(pod.Volumes, call.Volumes...)
	job := &batchv1.Job{
		TypeMeta: metav1.TypeMeta{APIVersion: batchv1.SchemeGroupVersion.String(), Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{Name: names.ProfilingJob(r.Name), Labels: map[string]string{
			meta.LabelApp:             p.Label(r),
			meta.LabelProfiledRequest: r.Name,
			meta.LabelManagedBy:       meta.ManagedByOperator,
		}},
		Spec: batchv1.JobSpec{
			// What failed is not tried again behind the user's back: a sweep occupies
			// GPUs for hours.
			BackoffLimit: ptr.To[int32](0),
			Template:     corev1.PodTemplateSpec{Spec: pod},
		},
	}
	override(&job.Spec, r.Profiler.More)
	job.Spec.Template.Spec = secure(job.Spec.Template.Spec, s.PodDefaults)
	return job, nil
}

// imageOf is the image of all containers: the profiler's own.
func imageOf(r dynamo.Request) string { return cmp.Or(r.Profiler.More.Image, r.Profiler.Image) }

// makePod makes the pod without its containers. Its template has no labels: people
// find it by those that Kubernetes adds, such as job-name.
func makePod(r dynamo.Request, s settings.Settings) corev1.PodSpec {
	return corev1.PodSpec{
		Volumes:            []corev1.Volume{makeOutputVolume(r.Profiler.OutputClaim)},
		RestartPolicy:      corev1.RestartPolicyNever,
		NodeSelector:       r.Profiler.NodeSelector,
		ServiceAccountName: names.ProfilerAccount(r.Name),
		ImagePullSecrets:   choosePullSecrets(imageOf(r), s),
		Tolerations:        r.Profiler.Tolerations,
	}
}

// makeOutputVolume makes the volume that the profiler writes and the relay reads: a
// claim, or one that goes with the pod.
func makeOutputVolume(claim string) corev1.Volume {
	out := corev1.Volume{Name: relay.Volume}
	if claim != "" {
		out.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim}
	} else {
		out.EmptyDir = &corev1.EmptyDirVolumeSource{}
	}
	return out
}

// choosePullSecrets returns the Secrets of the settings for the image's registry, or
// else the one of published requests. A Secret that does not exist keeps no pod from
// starting.
func choosePullSecrets(image string, s settings.Settings) []corev1.LocalObjectReference {
	chosen := s.PullSecretsFor(image)
	if len(chosen) == 0 {
		chosen = []string{defaultPullSecret}
	}
	var out []corev1.LocalObjectReference
	for _, name := range chosen {
		out = append(out, corev1.LocalObjectReference{Name: name})
	}
	return out
}

// makeProfiler makes the profiler's container. The relay repeats the last line that
// it logged where it fails, which Kubernetes has to hand over.
func makeProfiler(r dynamo.Request, s settings.Settings, call Call) corev1.Container {
	return corev1.Container{
		Name:                     Container,
		Image:                    imageOf(r),
		Command:                  call.Command,
		Args:                     call.Args,
		WorkingDir:               call.WorkingDir,
		Env:                      slices.Concat(makeEnvironment(r, s), call.Env),
		Resources:                r.Profiler.Resources,
		VolumeMounts:             append([]corev1.VolumeMount{{Name: relay.Volume, MountPath: OutputFolder}}, call.Mounts...),
		TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
	}
}
