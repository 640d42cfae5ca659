package profiler

import (
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// override puts what a user says of the Job over what it has.
func override(job *batchv1.JobSpec, by dynamo.JobOverrides) {
	job.ActiveDeadlineSeconds = by.ActiveDeadlineSeconds
	job.TTLSecondsAfterFinished = by.TTLSecondsAfterFinished
	job.Template.Labels = meta.Merge(job.Template.Labels, by.Labels)
	job.Template.Annotations = meta.Merge(job.Template.Annotations, by.Annotations)
	overridePod(&job.Template.Spec, by)
	for i := range job.Template.Spec.Containers {
		if c := &job.Template.Spec.Containers[i]; c.Name == Container {
			overrideContainer(c, by)
		}
	}
}

func overridePod(pod *corev1.PodSpec, by dynamo.JobOverrides) {
	pod.Affinity = by.Affinity
	pod.PriorityClassName = by.PriorityClassName
	pod.RuntimeClassName = by.RuntimeClassName
	pod.SchedulerName = by.SchedulerName
	pod.DNSPolicy = by.DNSPolicy
	pod.DNSConfig = by.DNSConfig
	pod.TerminationGracePeriodSeconds = by.GracePeriodSeconds
	pod.TopologySpreadConstraints = by.TopologySpreadConstraints
	pod.HostAliases = by.HostAliases
	pod.ImagePullSecrets = merge(pod.ImagePullSecrets, by.PullSecrets, func(s corev1.LocalObjectReference) string { return s.Name })
	pod.Volumes = merge(pod.Volumes, by.Volumes, func(v corev1.Volume) string { return v.Name })
	pod.InitContainers = merge(pod.InitContainers, by.InitContainers, func(c corev1.Container) string { return c.Name })
	pod.SecurityContext = by.PodSecurity
}

func overrideContainer(c *corev1.Container, by dynamo.JobOverrides) {
	c.ImagePullPolicy = by.PullPolicy
	c.SecurityContext = by.Security
	c.EnvFrom = by.EnvFrom
	c.Env = merge(c.Env, by.Env, func(e corev1.EnvVar) string { return e.Name })
	c.VolumeMounts = merge(c.VolumeMounts, by.Mounts, func(m corev1.VolumeMount) string { return m.MountPath })
}

// merge puts items over those of the same key. What is new stands behind them.
func merge[T any](base, over []T, key func(T) string) []T {
	out := slices.Clone(base)
	for _, item := range over {
		if i := slices.IndexFunc(out, func(o T) bool { return key(o) == key(item) }); i >= 0 {
			out[i] = item
			continue
		}
		out = append(out, item)
	}
	return out
}
