package profiler_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/ptr"

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
	hideScripts(job)
	return job
}

// hideScripts leaves out the scripts of a Job.
func hideScripts(job *batchv1.Job) {
	pod := job.Spec.Template.Spec
	for _, list := range [][]corev1.Container{pod.InitContainers, pod.Containers} {
		for _, c := range list {
			if c.Name != profiler.Container && len(c.Args) > 0 {
				c.Args[0] = "$SCRIPT"
			}
		}
	}
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

// TestMakeJobFollows has parts of a request, and what of the Job changes with each.
func TestMakeJobFollows(t *testing.T) {
	type part struct {
		Init    int
		Volume  corev1.VolumeSource
		Label   string
		Results string
		Token   string
	}
	usual := part{
		Volume:  corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}},
		Label:   "dynamo-profiler",
		Results: "config_with_planner.yaml,mocker_config_with_planner.yaml",
		Token:   "hf-token-secret",
	}
	with := func(change func(*part)) part {
		out := usual
		change(&out)
		return out
	}
	cases := map[string]struct {
		reason string
		change func(*dynamo.Request, *settings.Settings)
		want   part
	}{
		"Usual": {reason: "nothing asked for", change: func(*dynamo.Request, *settings.Settings) {}, want: usual},
		"Claim": {
			reason: "a claim may hold the output of others", change: func(r *dynamo.Request, _ *settings.Settings) { r.Profiler.OutputClaim = "results" },
			want: with(func(p *part) {
				p.Init = 1
				p.Volume = corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "results"}}
			}),
		},
		"Mocker": {
			reason: "another file is the result", change: func(r *dynamo.Request, _ *settings.Settings) { r.UseMocker = true },
			want: with(func(p *part) { p.Results = "mocker_config_with_planner.yaml,config_with_planner.yaml" }),
		},
		"AIC": {
			reason: "a profiler that needs no GPU", change: func(r *dynamo.Request, _ *settings.Settings) {
				r.Profiler.Config = map[string]any{"sweep": map[string]any{"useAiConfigurator": true}}
			},
			want: with(func(p *part) { p.Label = "aic-profiler" }),
		},
		"Token": {
			reason: "a site's own Secret", change: func(_ *dynamo.Request, s *settings.Settings) { s.HuggingFaceSecret = "hub" },
			want: with(func(p *part) { p.Token = "hub" }),
		},
		"AutoApply": {reason: "what comes later changes no Job", change: func(r *dynamo.Request, _ *settings.Settings) {
			r.AutoApply, r.Overrides.Name, r.Overrides.Labels = true, "x", map[string]string{"a": "b"}
		}, want: usual},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r, s := chat(), settings.Default()
			tc.change(&r, &s)
			job := makeJob(t, r, s)
			pod := job.Spec.Template.Spec
			got := part{
				Init: len(pod.InitContainers), Volume: pod.Volumes[0].VolumeSource, Label: job.Labels["app"],
				Results: variable(pod.Containers[1], "RELAY_RESULTS").Value,
				Token:   variable(pod.Containers[0], "HUGGING_FACE_HUB_TOKEN").ValueFrom.SecretKeyRef.Name,
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: MakeJob(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// variable returns a container's variable of a name.
func variable(c corev1.Container, name string) corev1.EnvVar {
	for _, e := range c.Env {
		if e.Name == name {
			return e
		}
	}
	return corev1.EnvVar{ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{}}}
}

// TestMakeJobKeepsTheToken: only the profiler gets what is secret.
func TestMakeJobKeepsTheToken(t *testing.T) {
	pod := makeJob(t, full(), site()).Spec.Template.Spec
	for _, c := range append(pod.InitContainers, pod.Containers[1:]...) {
		for _, e := range c.Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				t.Errorf("container %s has %s of a Secret", c.Name, e.Name)
			}
		}
	}
}

// TestMakeJobSecurity: the Jobs of a site whose namespaces restrict pods are taken there, too.
// What the request says counts more, and the user that profilers have else counts less.
func TestMakeJobSecurity(t *testing.T) {
	s := settings.Default()
	profile := &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}
	s.PodDefaults = settings.PodDefaults{
		Labels:   map[string]string{"a": "b"},
		Security: &corev1.PodSecurityContext{RunAsUser: ptr.To[int64](2000), SeccompProfile: profile},
		ContainerSecurity: &corev1.SecurityContext{
			AllowPrivilegeEscalation: ptr.To(false), RunAsUser: ptr.To[int64](2000),
			Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		},
	}
	template := makeJob(t, full(), s).Spec.Template
	want := &corev1.PodSecurityContext{
		RunAsUser: ptr.To[int64](2000), RunAsGroup: ptr.To[int64](1000), RunAsNonRoot: ptr.To(true), FSGroup: ptr.To[int64](1000), SeccompProfile: profile,
	}
	if diff := cmp.Diff(want, template.Spec.SecurityContext); diff != "" {
		t.Errorf("MakeJob(...): security context of the pod: -want, +got:\n%s", diff)
	}
	containers := slices.Concat(template.Spec.InitContainers, template.Spec.Containers)
	for _, c := range containers {
		got := *c.SecurityContext
		got.ReadOnlyRootFilesystem = nil // Of what runs scripts of ours.
		if diff := cmp.Diff(corev1.SecurityContext{
			AllowPrivilegeEscalation: ptr.To(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}, RunAsUser: ptr.To[int64](2000),
		}, got); diff != "" {
			t.Errorf("MakeJob(...): security context of %s: -want, +got:\n%s", c.Name, diff)
		}
	}
	if len(containers) != 3 || len(template.Labels) > 0 {
		t.Errorf("MakeJob(...): want three containers and no other default of pods, got %d, %v", len(containers), template.Labels)
	}
}
