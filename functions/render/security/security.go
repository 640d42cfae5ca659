// Package security gives pods the security contexts of a site, under what their users say.
package security

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Apply returns a pod whose security contexts, its own and those of all its containers, have
// the fields of the site that the pod leaves out. It shares nothing that it changes.
func Apply(pod corev1.PodSpec, site settings.PodDefaults) corev1.PodSpec {
	if site.Security == nil && site.ContainerSecurity == nil {
		return pod
	}
	user := ptr.Deref(pod.SecurityContext, corev1.PodSecurityContext{})
	pod.SecurityContext = OverPod(withoutHosts(site.Security, pod), pod.SecurityContext)
	whole := rules{site: site.ContainerSecurity, user: user, merged: ptr.Deref(pod.SecurityContext, corev1.PodSecurityContext{})}
	pod.InitContainers = whole.applyAll(pod.InitContainers)
	pod.Containers = whole.applyAll(pod.Containers)
	return pod
}

// OverPod puts what the user says of a pod over what the site does. A user who asks for root
// has answered whether the pod may run as root, and one who refuses root gets no such user.
func OverPod(site, user *corev1.PodSecurityContext) *corev1.PodSecurityContext {
	out := settings.Over(site, user)
	switch said := ptr.Deref(user, corev1.PodSecurityContext{}); {
	case isRoot(said.RunAsUser) && said.RunAsNonRoot == nil:
		out.RunAsNonRoot = nil
	case ptr.Deref(said.RunAsNonRoot, false) && said.RunAsUser == nil && isRoot(out.RunAsUser):
		out.RunAsUser = nil
	}
	return out
}

// rules are what counts for the containers of a pod.
type rules struct {
	// site is what the site says of containers.
	site *corev1.SecurityContext
	// user is what the user says of the pod, and merged what counts for it.
	user, merged corev1.PodSecurityContext
}

// applyAll returns containers with the site's security context.
func (r rules) applyAll(containers []corev1.Container) []corev1.Container {
	out := slices.Clone(containers)
	for i := range out {
		out[i].SecurityContext = r.apply(out[i].SecurityContext)
	}
	return out
}

// apply puts what the user says of a container over what the site does.
func (r rules) apply(user *corev1.SecurityContext) *corev1.SecurityContext {
	said := ptr.Deref(user, corev1.SecurityContext{})
	out := settings.OverContainer(r.under(said), user)
	if r.asksForRoot(said) && ptr.Deref(r.merged.RunAsNonRoot, false) {
		own := ptr.Deref(out, corev1.SecurityContext{})
		own.RunAsNonRoot = ptr.To(false) // Else it would inherit what the site says of pods.
		return &own
	}
	return out
}

// under is what the site says of a container, without what the user says of the whole pod,
// and without what contradicts the user's own.
func (r rules) under(user corev1.SecurityContext) *corev1.SecurityContext {
	not := settings.FieldNames(&r.user)
	if r.asksForRoot(user) {
		not = append(not, "runAsNonRoot")
	}
	if r.refusesRoot(user) && r.site != nil && isRoot(r.site.RunAsUser) {
		not = append(not, "runAsUser")
	}
	if ptr.Deref(user.Privileged, false) || settings.AddsSysAdmin(&user) {
		not = append(not, "allowPrivilegeEscalation")
	}
	if ptr.Deref(user.AllowPrivilegeEscalation, true) {
		return settings.Except(r.site, not...)
	}
	return withoutSysAdmin(settings.Except(r.site, append(not, "privileged")...))
}

// refusesRoot says whether the user wants a container not to run as root.
func (r rules) refusesRoot(user corev1.SecurityContext) bool {
	return ptr.Deref(user.RunAsNonRoot, ptr.Deref(r.user.RunAsNonRoot, false))
}

// asksForRoot says whether the user wants a container to run as root: who names that user has
// answered whether it may.
func (r rules) asksForRoot(user corev1.SecurityContext) bool {
	id := user.RunAsUser
	if id == nil {
		id = r.user.RunAsUser
	}
	return isRoot(id) && user.RunAsNonRoot == nil && r.user.RunAsNonRoot == nil
}

func isRoot(id *int64) bool { return id != nil && *id == 0 }

// withoutSysAdmin is a context without the capability with which escalation cannot be
// forbidden.
func withoutSysAdmin(in *corev1.SecurityContext) *corev1.SecurityContext {
	if !settings.AddsSysAdmin(in) {
		return in
	}
	out := in.DeepCopy()
	out.Capabilities.Add = slices.DeleteFunc(out.Capabilities.Add, settings.IsSysAdmin)
	if len(out.Capabilities.Add) == 0 {
		out.Capabilities.Add = nil
	}
	return out
}
