package profiler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestMakeJobUser: of three who may say which user a profiler has, the request counts most,
// and the one of Dynamo's images least.
func TestMakeJobUser(t *testing.T) {
	type pod = corev1.PodSecurityContext
	of := func(user, group int64, nonRoot *bool) *pod {
		return &pod{RunAsUser: ptr.To(user), RunAsGroup: ptr.To(group), FSGroup: ptr.To(group), RunAsNonRoot: nonRoot}
	}
	whole := of(2000, 3000, nil)
	cases := map[string]struct {
		reason    string
		site      settings.PodDefaults
		request   *pod
		want      *pod
		container *corev1.SecurityContext
	}{
		"Nobody":        {reason: "that of the images", want: of(1000, 1000, ptr.To(true))},
		"Site":          {reason: "the site's, in all that it says", site: settings.PodDefaults{Security: whole}, want: of(2000, 3000, ptr.To(true))},
		"Request":       {reason: "the request's, in all that it says", site: settings.PodDefaults{Security: whole}, request: &pod{RunAsUser: ptr.To[int64](5)}, want: of(5, 3000, ptr.To(true))},
		"SiteRoot":      {reason: "a site that names root has it run", site: settings.PodDefaults{Security: &pod{RunAsUser: ptr.To[int64](0)}}, want: of(0, 1000, nil)},
		"SiteContainer": {reason: "for containers, too", site: settings.PodDefaults{ContainerSecurity: &corev1.SecurityContext{RunAsUser: ptr.To[int64](0)}}, want: of(1000, 1000, nil), container: &corev1.SecurityContext{RunAsUser: ptr.To[int64](0)}},
		"RequestOfPod": {
			reason: "what a request says of its pod counts over what the site says of containers",
			site:   settings.PodDefaults{ContainerSecurity: &corev1.SecurityContext{RunAsUser: ptr.To[int64](2000)}}, request: &pod{RunAsUser: ptr.To[int64](5)},
			want: of(5, 1000, ptr.To(true)), container: &corev1.SecurityContext{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r, s := told(), settings.Default()
			s.PodDefaults, r.Profiler.More.PodSecurity = tc.site, tc.request
			got := makeJob(t, r, s).Spec.Template.Spec
			if diff := cmp.Diff(tc.want, got.SecurityContext); diff != "" {
				t.Errorf("%s\nMakeJob(...): security context of the pod: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.container, got.Containers[0].SecurityContext); diff != "" {
				t.Errorf("%s\nMakeJob(...): security context of the profiler: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
