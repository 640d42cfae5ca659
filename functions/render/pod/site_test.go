package pod_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func exists(keys ...string) []corev1.Toleration {
	var out []corev1.Toleration
	for _, k := range keys {
		out = append(out, corev1.Toleration{Key: k, Operator: corev1.TolerationOpExists})
	}
	return out
}

// sited are settings with pod defaults.
func sited(p settings.PodDefaults) settings.Settings { return settings.Settings{PodDefaults: p} }

func TestTemplatePodDefaults(t *testing.T) {
	// placed is what pod defaults decide of a spec.
	type placed struct {
		Tolerations  []corev1.Toleration
		NodeSelector map[string]string
		RuntimeClass *string
	}
	everything := settings.PodDefaults{
		Tolerations:  exists("gpu", "spot"),
		NodeSelector: map[string]string{"pool": "gpu", "zone": "a"},
		RuntimeClass: "nvidia",
	}
	user := func(change func(*corev1.PodSpec)) []podtest.Option { return []podtest.Option{podtest.WithSpec(change)} }
	forever := func(seconds *int64) corev1.Toleration {
		return corev1.Toleration{Key: "lost", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: seconds}
	}

	cases := map[string]struct {
		reason string
		site   settings.PodDefaults
		args   []podtest.Option
		want   placed
	}{
		"Nothing": {reason: "without defaults nothing is there"},
		"Site": {
			reason: "what the user leaves out is the site's",
			site:   everything,
			want:   placed{Tolerations: exists("gpu", "spot"), NodeSelector: map[string]string{"pool": "gpu", "zone": "a"}, RuntimeClass: ptr.To("nvidia")},
		},
		"Frontend": {
			reason: "pods of every type get them",
			site:   everything,
			args:   []podtest.Option{podtest.OfType(dynamo.TypeFrontend, "")},
			want:   placed{Tolerations: exists("gpu", "spot"), NodeSelector: map[string]string{"pool": "gpu", "zone": "a"}, RuntimeClass: ptr.To("nvidia")},
		},
		"User": {
			reason: "without defaults the user's stay",
			args: user(func(s *corev1.PodSpec) {
				s.Tolerations, s.NodeSelector, s.RuntimeClassName = exists("mine"), map[string]string{"a": "b"}, ptr.To("kata")
			}),
			want: placed{Tolerations: exists("mine"), NodeSelector: map[string]string{"a": "b"}, RuntimeClass: ptr.To("kata")},
		},
		"Both": {
			reason: "the user wins, key by key, and tolerations add up",
			site:   everything,
			args: user(func(s *corev1.PodSpec) {
				s.Tolerations, s.NodeSelector, s.RuntimeClassName = exists("mine", "spot"), map[string]string{"zone": "b", "disk": "ssd"}, ptr.To("kata")
			}),
			want: placed{
				Tolerations:  exists("mine", "spot", "gpu"),
				NodeSelector: map[string]string{"pool": "gpu", "zone": "b", "disk": "ssd"},
				RuntimeClass: ptr.To("kata"),
			},
		},
		"EqualTolerations": {
			reason: "equal is all of a toleration: one for ten seconds is another",
			site:   settings.PodDefaults{Tolerations: []corev1.Toleration{forever(ptr.To(int64(10))), forever(nil), forever(nil)}},
			args:   user(func(s *corev1.PodSpec) { s.Tolerations = []corev1.Toleration{forever(ptr.To(int64(10)))} }),
			want:   placed{Tolerations: []corev1.Toleration{forever(ptr.To(int64(10))), forever(nil)}},
		},
		"EmptyRuntimeClass": {
			reason: "an empty name is the user's word for the cluster's default",
			site:   everything,
			args:   user(func(s *corev1.PodSpec) { s.RuntimeClassName = ptr.To("") }),
			want:   placed{Tolerations: exists("gpu", "spot"), NodeSelector: map[string]string{"pool": "gpu", "zone": "a"}, RuntimeClass: ptr.To("")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := podtest.Render(t, sited(tc.site), tc.args...).Spec
			got := placed{Tolerations: spec.Tolerations, NodeSelector: spec.NodeSelector, RuntimeClass: spec.RuntimeClassName}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nTemplate(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestTemplatePodDefaultsShareNothing: one site's settings serve every pod.
func TestTemplatePodDefaultsShareNothing(t *testing.T) {
	site := func() settings.PodDefaults {
		return settings.PodDefaults{
			Labels:       map[string]string{"a": "b"},
			Tolerations:  append(make([]corev1.Toleration, 0, 8), exists("gpu")...),
			NodeSelector: map[string]string{"pool": "gpu"},
		}
	}
	s := sited(site())
	first := podtest.Render(t, s, podtest.WithSpec(func(s *corev1.PodSpec) {
		s.Tolerations = exists("mine")
		s.NodeSelector = map[string]string{"zone": "b"}
	}))
	want := first.DeepCopy()
	second := podtest.Render(t, s)
	second.Labels["a"] = "changed"
	second.Spec.NodeSelector["pool"] = "changed"
	second.Spec.Tolerations[0].Key = "changed"
	if diff := cmp.Diff(sited(site()), s); diff != "" {
		t.Errorf("the settings changed: -before, +after:\n%s", diff)
	}
	if diff := cmp.Diff(*want, first); diff != "" {
		t.Errorf("another pod changed: -before, +after:\n%s", diff)
	}
}

func TestTemplateDefaultLabels(t *testing.T) {
	own := podtest.Render(t, settings.Settings{}, podtest.Labelled("team", "a")).Labels
	with := func(more map[string]string) map[string]string {
		out := maps.Clone(own)
		maps.Copy(out, more)
		return out
	}
	cases := map[string]struct {
		reason string
		site   map[string]string
		want   map[string]string
	}{
		"Nothing":  {reason: "without defaults labels stay", want: own},
		"Added":    {reason: "a label of the site is added", site: map[string]string{"cost-centre": "ml"}, want: with(map[string]string{"cost-centre": "ml"})},
		"Users":    {reason: "the user's win", site: map[string]string{"team": "b", "more": "c"}, want: with(map[string]string{"more": "c"})},
		"Selector": {reason: "and those of the runtime contract: a selector depends on them", site: map[string]string{meta.LabelSelector: "x", meta.LabelComponentType: "x", meta.LabelNamespace: "x"}, want: own},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := podtest.Render(t, sited(settings.PodDefaults{Labels: tc.site}), podtest.Labelled("team", "a")).Labels
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nTemplate(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
