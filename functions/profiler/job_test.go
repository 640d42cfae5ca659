package profiler_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/legacy"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// makeJob makes a Job whose scripts are left out.
func makeJob(t *testing.T, r dynamo.Request, s settings.Settings) *batchv1.Job {
	t.Helper()
	job, err := profiler.MakeJob(legacy.Protocol{}, r, s, "5d41402a")
	if err != nil {
		t.Fatalf("MakeJob(...): %v", err)
	}
	pod := job.Spec.Template.Spec
	for _, list := range [][]corev1.Container{pod.InitContainers, pod.Containers} {
		for _, c := range list {
			if c.Name != profiler.Container {
				c.Args[0] = "$SCRIPT"
			}
		}
	}
	return job
}

func TestMakeJob(t *testing.T) {
	cases := map[string]struct {
		r dynamo.Request
		s settings.Settings
	}{
		"minimal": {r: chat(), s: settings.Default()},
		"full":    {r: full(), s: site()},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			golden.Assert(t, "job-"+name, makeJob(t, tc.r, tc.s))
		})
	}
}

// TestMakeJobLabels: what the Job controller makes labels of has to be one.
func TestMakeJobLabels(t *testing.T) {
	job := makeJob(t, full(), settings.Default())
	for _, value := range []string{job.Name, job.Labels["app"], job.Labels["dgdr"], job.Labels["nvidia.com/managed-by"]} {
		if faults := validation.IsValidLabelValue(value); value == "" || len(faults) > 0 {
			t.Errorf("%q is no label value: %v", value, faults)
		}
	}
}

func TestMakeJobPullSecrets(t *testing.T) {
	cases := map[string]struct {
		reason  string
		image   string
		secrets []settings.PullSecret
		want    []corev1.LocalObjectReference
	}{
		"Default": {reason: "the one of published requests", image: "nvcr.io/p:1", want: []corev1.LocalObjectReference{{Name: "nvcr-imagepullsecret"}}},
		"Site": {
			reason: "those of the registry, in the order of the settings", image: "nvcr.io/p:1",
			secrets: []settings.PullSecret{{Registry: "nvcr.io", Name: "b"}, {Registry: "docker.io", Name: "c"}, {Registry: "nvcr.io", Name: "a"}},
			want:    []corev1.LocalObjectReference{{Name: "b"}, {Name: "a"}},
		},
		"OtherRegistry": {
			reason: "those of other registries are of no use", image: "quay.io/p:1",
			secrets: []settings.PullSecret{{Registry: "nvcr.io", Name: "a"}},
			want:    []corev1.LocalObjectReference{{Name: "nvcr-imagepullsecret"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r, s := chat(), settings.Default()
			r.Profiler.Image, s.PullSecrets = tc.image, tc.secrets
			if diff := cmp.Diff(tc.want, makeJob(t, r, s).Spec.Template.Spec.ImagePullSecrets); diff != "" {
				t.Errorf("%s: pull secrets: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestMakeJobOnce: one request makes one Job, since its pod template cannot change.
func TestMakeJobOnce(t *testing.T) {
	r := full()
	first := makeJob(t, r, site())
	if diff := cmp.Diff(first, makeJob(t, r, site())); diff != "" {
		t.Errorf("MakeJob(...): -first, +second:\n%s", diff)
	}
	if diff := cmp.Diff(full(), r, cmp.Comparer(samePaths)); diff != "" {
		t.Errorf("the request: -before, +after:\n%s", diff)
	}
}

func samePaths(a, b dynamo.RequestPaths) bool {
	return a.Config.String() == b.Config.String() && a.BaseConfig.String() == b.BaseConfig.String()
}

// broken is a protocol that cannot call its profiler.
type broken struct{ legacy.Protocol }

var errBroken = errors.New("broken")

func (broken) Call(dynamo.Request, settings.Settings) (profiler.Call, error) {
	return profiler.Call{}, errBroken
}

func TestMakeJobFails(t *testing.T) {
	job, err := profiler.MakeJob(broken{}, chat(), settings.Default(), "a")
	if !errors.Is(err, errBroken) || job != nil {
		t.Errorf("MakeJob(...): want no Job and the protocol's error, got %v, %v", job, err)
	}
}
