package settings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
)

func TestOver(t *testing.T) {
	profile := func(of corev1.SeccompProfileType, file *string) *corev1.SeccompProfile {
		return &corev1.SeccompProfile{Type: of, LocalhostProfile: file}
	}
	type pod = corev1.PodSecurityContext
	cases := map[string]struct {
		reason      string
		under, over *pod
		want        *pod
	}{
		"Neither": {reason: "nothing over nothing is nothing"},
		"Under":   {reason: "what is left out is what stands below", under: &pod{RunAsUser: ptr.To[int64](1)}, want: &pod{RunAsUser: ptr.To[int64](1)}},
		"Over":    {reason: "nothing below changes nothing", over: &pod{RunAsUser: ptr.To[int64](0)}, want: &pod{RunAsUser: ptr.To[int64](0)}},
		"Empty":   {reason: "an empty block says nothing", under: &pod{RunAsUser: ptr.To[int64](1)}, over: &pod{}, want: &pod{RunAsUser: ptr.To[int64](1)}},
		"Both": {
			reason: "fields are merged, and zero and false are said",
			under:  &pod{RunAsUser: ptr.To[int64](1), RunAsNonRoot: ptr.To(true), FSGroup: ptr.To[int64](3)},
			over:   &pod{RunAsUser: ptr.To[int64](0), RunAsNonRoot: ptr.To(false)},
			want:   &pod{RunAsUser: ptr.To[int64](0), RunAsNonRoot: ptr.To(false), FSGroup: ptr.To[int64](3)},
		},
		"Whole": {
			reason: "of a field no half is kept",
			under:  &pod{SeccompProfile: profile("Localhost", ptr.To("p.json")), SupplementalGroups: []int64{1, 2}},
			over:   &pod{SeccompProfile: profile("RuntimeDefault", nil), SupplementalGroups: []int64{3}},
			want:   &pod{SeccompProfile: profile("RuntimeDefault", nil), SupplementalGroups: []int64{3}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			under, over := tc.under.DeepCopy(), tc.over.DeepCopy()
			if diff := cmp.Diff(tc.want, Over(tc.under, tc.over)); diff != "" {
				t.Errorf("%s\nOver(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff([]*pod{under, over}, []*pod{tc.under, tc.over}); diff != "" {
				t.Errorf("%s\nOver(...) changed what it was given: -before, +after:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestOverContainer(t *testing.T) {
	of := func(add, drop []corev1.Capability) *corev1.SecurityContext {
		return &corev1.SecurityContext{Capabilities: &corev1.Capabilities{Add: add, Drop: drop}}
	}
	all, bind := []corev1.Capability{"ALL"}, []corev1.Capability{"NET_BIND_SERVICE"}
	cases := map[string]struct {
		reason            string
		under, over, want *corev1.SecurityContext
	}{
		"Neither": {reason: "nothing is nothing"},
		"Adds":    {reason: "whoever adds a capability still drops all others", under: of(nil, all), over: of(bind, nil), want: of(bind, all)},
		"Drops":   {reason: "unless they say what to drop", under: of(nil, all), over: of(nil, bind), want: of(nil, bind)},
		"Other":   {reason: "who says nothing of them drops them", under: of(nil, all), over: &corev1.SecurityContext{}, want: of(nil, all)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, OverContainer(tc.under, tc.over)); diff != "" {
				t.Errorf("%s\nOverContainer(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestExcept(t *testing.T) {
	block := &corev1.SecurityContext{RunAsUser: ptr.To[int64](1), RunAsNonRoot: ptr.To(true)}
	if diff := cmp.Diff([]string{"runAsNonRoot", "runAsUser"}, FieldNames(block)); diff != "" {
		t.Errorf("FieldNames(...): -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(&corev1.SecurityContext{RunAsUser: ptr.To[int64](1)}, Except(block, "runAsNonRoot", "fsGroup")); diff != "" {
		t.Errorf("Except(...): -want, +got:\n%s", diff)
	}
	if block.RunAsNonRoot == nil {
		t.Error("Except(...) changed what it was given")
	}
	if got := Except[corev1.SecurityContext](nil, "runAsUser"); got != nil {
		t.Errorf("Except(nil): want nil, got %v", got)
	}
}
