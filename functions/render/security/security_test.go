package security

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

type (
	podContext = corev1.PodSecurityContext
	context    = corev1.SecurityContext
)

// restricted is what a site sets for namespaces that restrict pods.
func restricted() settings.PodDefaults {
	return settings.PodDefaults{
		Security: &podContext{RunAsNonRoot: ptr.To(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
		ContainerSecurity: &context{
			AllowPrivilegeEscalation: ptr.To(false),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		},
	}
}

// TestApplyPods has the contexts of pods.
func TestApplyPods(t *testing.T) {
	site := restricted()
	cases := map[string]struct {
		reason string
		user   *podContext
		want   *podContext
	}{
		"Nothing": {reason: "what the user leaves out is the site's", want: site.Security},
		"Empty":   {reason: "so is what an empty block leaves out", user: &podContext{}, want: site.Security},
		"Fields": {
			reason: "the user's fields stay",
			user:   &podContext{FSGroup: ptr.To[int64](5), RunAsNonRoot: ptr.To(false)},
			want:   &podContext{FSGroup: ptr.To[int64](5), RunAsNonRoot: ptr.To(false), SeccompProfile: site.Security.SeccompProfile},
		},
		"Root": {
			reason: "whoever names root may run as root: a kubelet would not start it else",
			user:   &podContext{RunAsUser: ptr.To[int64](0)},
			want:   &podContext{RunAsUser: ptr.To[int64](0), SeccompProfile: site.Security.SeccompProfile},
		},
		"RootRefused": {
			reason: "unless they say themselves that nobody may",
			user:   &podContext{RunAsUser: ptr.To[int64](0), RunAsNonRoot: ptr.To(true)},
			want:   &podContext{RunAsUser: ptr.To[int64](0), RunAsNonRoot: ptr.To(true), SeccompProfile: site.Security.SeccompProfile},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Apply(corev1.PodSpec{SecurityContext: tc.user}, site).SecurityContext
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nApply(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestApplyContainers has the contexts of containers, in pods of which the user says something
// or nothing.
func TestApplyContainers(t *testing.T) {
	drop := &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}
	both := func(p *podContext, c *context) settings.PodDefaults {
		return settings.PodDefaults{Security: p, ContainerSecurity: c}
	}
	cases := map[string]struct {
		reason string
		site   settings.PodDefaults
		pod    *podContext
		user   *context
		want   *context
	}{
		"Nothing": {reason: "what the user leaves out is the site's", site: restricted(), want: restricted().ContainerSecurity},
		"Fields": {
			reason: "the user's fields stay",
			site:   restricted(), user: &context{ReadOnlyRootFilesystem: ptr.To(true), AllowPrivilegeEscalation: ptr.To(true)},
			want: &context{ReadOnlyRootFilesystem: ptr.To(true), AllowPrivilegeEscalation: ptr.To(true), Capabilities: drop},
		},
		"Added": {
			reason: "a capability more takes none of the others back",
			site:   restricted(), user: &context{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_BIND_SERVICE"}}},
			want: &context{AllowPrivilegeEscalation: ptr.To(false), Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_BIND_SERVICE"}, Drop: drop.Drop}},
		},
		"PodOnly": {reason: "a site that speaks of pods alone changes no container", site: both(restricted().Security, nil)},
		"OfPod": {
			reason: "what the user says of the pod counts over what the site says of containers, which would win in Kubernetes",
			site:   both(nil, &context{RunAsUser: ptr.To[int64](1000), RunAsGroup: ptr.To[int64](1000)}), pod: &podContext{RunAsUser: ptr.To[int64](2000)},
			want: &context{RunAsGroup: ptr.To[int64](1000)},
		},
		"Privileged": {
			reason: "an API server refuses to keep a privileged container from escalating",
			site:   restricted(), user: &context{Privileged: ptr.To(true)},
			want: &context{Privileged: ptr.To(true), Capabilities: drop},
		},
		"SysAdmin": {
			reason: "and one with this capability",
			site:   restricted(), user: &context{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"CAP_SYS_ADMIN"}}},
			want: &context{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"CAP_SYS_ADMIN"}, Drop: drop.Drop}},
		},
		"NoEscalation": {
			reason: "and to make privileged what its user keeps from escalating",
			site:   both(nil, &context{Privileged: ptr.To(true)}), user: &context{AllowPrivilegeEscalation: ptr.To(false)},
			want: &context{AllowPrivilegeEscalation: ptr.To(false)},
		},
		"SysAdminOfSite": {
			reason: "and to let what its user keeps from escalating administer the system",
			site:   both(nil, &context{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"CAP_SYS_ADMIN", "NET_RAW"}}}), user: &context{AllowPrivilegeEscalation: ptr.To(false)},
			want: &context{AllowPrivilegeEscalation: ptr.To(false), Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_RAW"}}},
		},
		"SysAdminOfSiteAlone": {
			reason: "of which nothing may be left",
			site:   both(nil, &context{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"SYS_ADMIN"}}}), user: &context{AllowPrivilegeEscalation: ptr.To(false)},
			want: &context{AllowPrivilegeEscalation: ptr.To(false), Capabilities: &corev1.Capabilities{}},
		},
		"RootOfSite": {
			reason: "whose user refuses root does not get it from the site",
			site:   both(nil, &context{RunAsUser: ptr.To[int64](0)}), user: &context{RunAsNonRoot: ptr.To(true)},
			want: &context{RunAsNonRoot: ptr.To(true)},
		},
		"RootOfSiteForPod": {
			reason: "nor where the user refuses it for the pod",
			site:   both(nil, &context{RunAsUser: ptr.To[int64](0)}), pod: &podContext{RunAsNonRoot: ptr.To(true)},
			want: &context{},
		},
		"Root": {
			reason: "a container of root does not inherit that pods may not run as root",
			site:   restricted(), user: &context{RunAsUser: ptr.To[int64](0)},
			want: &context{RunAsUser: ptr.To[int64](0), RunAsNonRoot: ptr.To(false), AllowPrivilegeEscalation: ptr.To(false), Capabilities: drop},
		},
		"RootAlone": {
			reason: "nor where the site speaks of pods alone",
			site:   both(restricted().Security, nil), user: &context{RunAsUser: ptr.To[int64](0)},
			want: &context{RunAsUser: ptr.To[int64](0), RunAsNonRoot: ptr.To(false)},
		},
		"RootOfPod": {
			reason: "nor is it said of the containers of a pod of root",
			site:   both(nil, &context{RunAsNonRoot: ptr.To(true)}), pod: &podContext{RunAsUser: ptr.To[int64](0)},
			want: &context{},
		},
		"RootRefused": {
			reason: "what the user says of it stays",
			site:   restricted(), user: &context{RunAsUser: ptr.To[int64](0), RunAsNonRoot: ptr.To(true)},
			want: &context{RunAsUser: ptr.To[int64](0), RunAsNonRoot: ptr.To(true), AllowPrivilegeEscalation: ptr.To(false), Capabilities: drop},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			pod := corev1.PodSpec{
				SecurityContext: tc.pod,
				InitContainers:  []corev1.Container{{Name: "init", SecurityContext: tc.user}},
				Containers:      []corev1.Container{{Name: "main", SecurityContext: tc.user}},
			}
			before := pod.DeepCopy()
			got := Apply(pod, tc.site)
			for _, c := range []corev1.Container{got.InitContainers[0], got.Containers[0]} {
				if diff := cmp.Diff(tc.want, c.SecurityContext); diff != "" {
					t.Errorf("%s\nApply(...) of container %s: -want, +got:\n%s", tc.reason, c.Name, diff)
				}
			}
			if diff := cmp.Diff(*before, pod); diff != "" {
				t.Errorf("%s\nApply(...) changed what it was given: -before, +after:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestApplyNothing: a site that says nothing changes nothing.
func TestApplyNothing(t *testing.T) {
	pod := corev1.PodSpec{Containers: []corev1.Container{{Name: "main"}}}
	if diff := cmp.Diff(pod, Apply(pod, settings.PodDefaults{})); diff != "" {
		t.Errorf("Apply(...): -want, +got:\n%s", diff)
	}
}

// TestApplyRootOfSite: a pod whose user refuses root does not get it from the site.
func TestApplyRootOfSite(t *testing.T) {
	site := settings.PodDefaults{Security: &podContext{RunAsUser: ptr.To[int64](0), FSGroup: ptr.To[int64](5)}}
	want := &podContext{RunAsNonRoot: ptr.To(true), FSGroup: ptr.To[int64](5)}
	got := Apply(corev1.PodSpec{SecurityContext: &podContext{RunAsNonRoot: ptr.To(true)}}, site).SecurityContext
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Apply(...): -want, +got:\n%s", diff)
	}
}

// TestApplySysctls: parameters of a node are none of a pod that shares them.
func TestApplySysctls(t *testing.T) {
	list := func(names ...string) []corev1.Sysctl {
		var out []corev1.Sysctl
		for _, name := range names {
			out = append(out, corev1.Sysctl{Name: name, Value: "1"})
		}
		return out
	}
	all := []string{"net.core.somaxconn", "net/ipv4/ip_forward", "kernel.shmmax", "fs.mqueue.msg_max"}
	cases := map[string]struct {
		reason string
		args   corev1.PodSpec
		want   []corev1.Sysctl
	}{
		"Own":     {reason: "a pod with a network of its own has them", want: list(all...)},
		"Network": {reason: "one with its node's network leaves those of the network", args: corev1.PodSpec{HostNetwork: true}, want: list(all[2:]...)},
		"Memory":  {reason: "and one with its node's memory those of that", args: corev1.PodSpec{HostIPC: true}, want: list(all[:2]...)},
		"Both":    {reason: "both leave nothing", args: corev1.PodSpec{HostNetwork: true, HostIPC: true}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			site := settings.PodDefaults{Security: &podContext{Sysctls: list(all...)}}
			if diff := cmp.Diff(tc.want, Apply(tc.args, site).SecurityContext.Sysctls); diff != "" {
				t.Errorf("%s\nApply(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(list(all...), site.Security.Sysctls); diff != "" {
				t.Errorf("%s\nApply(...) changed the site's: -before, +after:\n%s", tc.reason, diff)
			}
		})
	}
}
