package profiler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/current"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// told is a request for the current profiler.
func told() dynamo.Request {
	r := chat()
	r.Search.Strategy = "rapid"
	r.Search.Hardware = dynamo.Hardware{SKU: "h100_sxm", PerNode: ptr.To[int32](8)}
	return r
}

func makeCurrent(t *testing.T, r dynamo.Request) *batchv1.Job {
	t.Helper()
	job, err := profiler.MakeJob(current.Protocol{}, r, settings.Default(), "5d41402a")
	if err != nil {
		t.Fatalf("MakeJob(...): %v", err)
	}
	hideScripts(job)
	return job
}

// TestMakeJobCurrent has the Job of the current profiler, and one of which its user says
// all that may be said.
func TestMakeJobCurrent(t *testing.T) {
	more := told()
	more.Profiler.OutputClaim = "results"
	more.Profiler.More = dynamo.JobOverrides{
		ActiveDeadlineSeconds:     ptr.To[int64](3600),
		TTLSecondsAfterFinished:   ptr.To[int32](60),
		Labels:                    map[string]string{"team": "search"},
		Annotations:               map[string]string{"note": "kept"},
		Affinity:                  &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}},
		PriorityClassName:         "low",
		PullSecrets:               []corev1.LocalObjectReference{{Name: "nvcr-imagepullsecret"}, {Name: "own"}},
		RuntimeClassName:          ptr.To("nvidia"),
		SchedulerName:             "volcano",
		DNSPolicy:                 corev1.DNSDefault,
		DNSConfig:                 &corev1.PodDNSConfig{Nameservers: []string{"10.0.0.1"}},
		PodSecurity:               &corev1.PodSecurityContext{RunAsUser: ptr.To[int64](5), SupplementalGroups: []int64{7}},
		GracePeriodSeconds:        ptr.To[int64](5),
		TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{TopologyKey: "zone"}},
		HostAliases:               []corev1.HostAlias{{IP: "10.0.0.2", Hostnames: []string{"hub"}}},
		Volumes:                   []corev1.Volume{{Name: "more", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
		InitContainers:            []corev1.Container{{Name: "first", Image: "init"}},
		Image:                     "registry.example/other:1",
		PullPolicy:                corev1.PullAlways,
		Security:                  &corev1.SecurityContext{ReadOnlyRootFilesystem: ptr.To(true)},
		Env:                       []corev1.EnvVar{{Name: "DGDR_UID", Value: "mine"}, {Name: "HF_HOME", Value: "/cache"}},
		EnvFrom:                   []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "s"}}}},
		Mounts:                    []corev1.VolumeMount{{Name: "more", MountPath: "/cache"}},
	}
	for name, r := range map[string]dynamo.Request{"current": told(), "current-overrides": more} {
		t.Run(name, func(t *testing.T) { golden.Assert(t, "job-"+name, makeCurrent(t, r)) })
	}
}

// TestOverrideSharesNothing: what a user says is read again with each look.
func TestOverrideSharesNothing(t *testing.T) {
	r := told()
	r.Profiler.More.PodSecurity = &corev1.PodSecurityContext{RunAsUser: ptr.To[int64](5)}
	first := makeCurrent(t, r)
	if diff := cmp.Diff(first, makeCurrent(t, r)); diff != "" {
		t.Errorf("MakeJob(...): -first, +second:\n%s", diff)
	}
	want := &corev1.PodSecurityContext{
		RunAsUser: ptr.To[int64](5), RunAsGroup: ptr.To[int64](1000), FSGroup: ptr.To[int64](1000), RunAsNonRoot: ptr.To(true),
	}
	if diff := cmp.Diff(want, first.Spec.Template.Spec.SecurityContext); diff != "" {
		t.Errorf("security of the pod: -want, +got:\n%s", diff)
	}
}
