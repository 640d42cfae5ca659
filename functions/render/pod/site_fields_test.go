package pod_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestTemplatePlacement(t *testing.T) {
	// placed is what these defaults decide of a spec.
	type placed struct {
		Affinity            *corev1.Affinity
		Priority, Scheduler string
	}
	node := &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
		{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "gpu", Operator: corev1.NodeSelectorOpExists}}},
	}}}
	apart := &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{TopologyKey: "rack"}}}
	site := settings.PodDefaults{
		Affinity:      &corev1.Affinity{NodeAffinity: node, PodAntiAffinity: apart},
		PriorityClass: "serving", Scheduler: "packer",
	}
	cases := map[string]struct {
		reason string
		site   settings.PodDefaults
		user   corev1.PodSpec
		want   placed
	}{
		"Nothing": {reason: "without defaults nothing is there"},
		"Site":    {reason: "what the user leaves out is the site's", site: site, want: placed{Affinity: site.Affinity, Priority: "serving", Scheduler: "packer"}},
		"User": {
			reason: "the user wins, and of an affinity part by part",
			site:   site,
			user: corev1.PodSpec{
				Affinity:          &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{}, PodAffinity: &corev1.PodAffinity{}},
				PriorityClassName: "mine", SchedulerName: "own",
			},
			want: placed{
				Affinity: &corev1.Affinity{NodeAffinity: node, PodAntiAffinity: &corev1.PodAntiAffinity{}, PodAffinity: &corev1.PodAffinity{}},
				Priority: "mine", Scheduler: "own",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := podtest.Render(t, sited(tc.site), podtest.WithSpec(func(s *corev1.PodSpec) { *s = *tc.user.DeepCopy() })).Spec
			got := placed{Affinity: spec.Affinity, Priority: spec.PriorityClassName, Scheduler: spec.SchedulerName}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nTemplate(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestTemplateSpread(t *testing.T) {
	over := func(key string, selector map[string]string) corev1.TopologySpreadConstraint {
		out := corev1.TopologySpreadConstraint{TopologyKey: key, MaxSkew: 1, WhenUnsatisfiable: corev1.ScheduleAnyway}
		if selector != nil {
			out.LabelSelector = &metav1.LabelSelector{MatchLabels: selector}
		}
		return out
	}
	strict := func(c corev1.TopologySpreadConstraint) corev1.TopologySpreadConstraint {
		c.WhenUnsatisfiable = corev1.DoNotSchedule
		return c
	}
	type list = []corev1.TopologySpreadConstraint
	pods := map[string]string{meta.LabelSelector: "chat-worker"}
	cases := map[string]struct {
		reason     string
		site, user list
		options    []podtest.Option
		want       list
	}{
		"Nothing":  {reason: "without defaults nothing is there"},
		"Site":     {reason: "a constraint counts the pods of the component", site: list{over("zone", nil)}, want: list{over("zone", pods)}},
		"Selector": {reason: "unless it says which", site: list{over("zone", map[string]string{"a": "b"})}, want: list{over("zone", map[string]string{"a": "b"})}},
		"Nodes": {
			reason: "of several nodes, too", site: list{over("zone", nil)}, options: []podtest.Option{podtest.Spanning("dynamo.vllm")},
			want: list{over("zone", map[string]string{"leaderworkerset.sigs.k8s.io/name": "chat-worker-0"})},
		},
		"Both": {
			reason: "the user's come first",
			site:   list{over("zone", nil)}, user: list{over("rack", nil)},
			want: list{over("rack", nil), over("zone", pods)},
		},
		"Same": {
			reason: "and what the user says of a topology is all that is said of it",
			site:   list{strict(over("zone", nil)), over("rack", nil)}, user: list{over("zone", nil)},
			want: list{over("zone", nil), over("rack", pods)},
		},
		"Twice": {
			reason: "two of the site's may be for one topology",
			site:   list{strict(over("zone", nil)), over("zone", nil)},
			want:   list{strict(over("zone", pods)), over("zone", pods)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := append(slices.Clone(tc.options), podtest.WithSpec(func(s *corev1.PodSpec) { s.TopologySpreadConstraints = slices.Clone(tc.user) }))
			got := renderNode(t, sited(settings.PodDefaults{Spread: tc.site}), roleOf(options), options...).Spec.TopologySpreadConstraints
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nTemplate(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// roleOf is a role of the component's pods.
func roleOf(options []podtest.Option) dynamo.Role {
	if podtest.Component(options...).Multinode() {
		return dynamo.RoleWorker
	}
	return dynamo.RoleSingle
}

func TestTemplateDefaultAnnotations(t *testing.T) {
	cases := map[string]struct {
		reason  string
		site    map[string]string
		options []podtest.Option
		want    map[string]string
	}{
		"Nothing": {reason: "without defaults none are there"},
		"Added":   {reason: "an annotation of the site is added", site: map[string]string{"a": "site"}, want: map[string]string{"a": "site"}},
		"Users":   {reason: "the user's win", site: map[string]string{"a": "site", "b": "site"}, options: []podtest.Option{podtest.Annotated("a", "user")}, want: map[string]string{"a": "user", "b": "site"}},
		"Contract": {
			reason: "and Dynamo's own, also its defaults", site: map[string]string{meta.AnnotationIstioInject: "true"},
			options: []podtest.Option{podtest.OfType(dynamo.TypePicker, "")},
			want:    map[string]string{meta.AnnotationIstioInject: "false"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := podtest.Render(t, sited(settings.PodDefaults{Annotations: tc.site}), tc.options...).Annotations
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nTemplate(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestTemplateDefaultEnv(t *testing.T) {
	site := settings.PodDefaults{Env: []corev1.EnvVar{
		{Name: "HTTPS_PROXY", Value: "site"},
		{Name: "CACHE", Value: "/cache/$(POD_NAME)"},
		{Name: "TOKEN", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "hub"}, Key: "token"}}},
	}}
	plain := podtest.RenderMain(t, settings.Settings{}).Env
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		// without are variables of the site that a container does not get.
		without []string
		// want are values of some variables.
		want map[string]string
	}{
		"Added":   {reason: "variables are added", want: map[string]string{"HTTPS_PROXY": "site", "CACHE": "/cache/$(POD_NAME)"}},
		"Service": {reason: "the service's win", options: []podtest.Option{podtest.ServiceEnv("HTTPS_PROXY", "user")}, want: map[string]string{"HTTPS_PROXY": "user"}},
		"Main":    {reason: "and the container's", options: []podtest.Option{podtest.MainEnv("HTTPS_PROXY", "")}, want: map[string]string{"HTTPS_PROXY": ""}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			env := podtest.RenderMain(t, sited(site), tc.options...).Env
			got := podtest.Values(env)
			for name, want := range tc.want {
				if got[name] != want {
					t.Errorf("%s\nTemplate(...): want variable %s %q, got %q", tc.reason, name, want, got[name])
				}
			}
			if len(env) != len(plain)+len(site.Env) {
				t.Errorf("%s\nTemplate(...): want each variable once, got %d, %d of them without a site", tc.reason, len(env), len(plain))
			}
		})
	}
	t.Run("Behind", func(t *testing.T) {
		// What Dynamo gives stays where it was, so that a site's variables change no more.
		if diff := cmp.Diff(append(slices.Clone(plain), site.Env...), podtest.RenderMain(t, sited(site)).Env); diff != "" {
			t.Errorf("Template(...): -want, +got:\n%s", diff)
		}
	})
	t.Run("Referred", func(t *testing.T) {
		env := podtest.RenderMain(t, sited(site), podtest.MainEnv("A", "$(HTTPS_PROXY)/a")).Env
		at := func(name string) int {
			return slices.IndexFunc(env, func(v corev1.EnvVar) bool { return v.Name == name })
		}
		if at("A") < at("HTTPS_PROXY") {
			t.Errorf("a variable stands behind the one that it refers to, got %v", env)
		}
	})
}

// TestTemplateDefaultEnvOfRules: a variable that an engine's rule gives stays.
func TestTemplateDefaultEnvOfRules(t *testing.T) {
	site := settings.PodDefaults{Env: podtest.Env("VLLM_NIXL_SIDE_CHANNEL_HOST", "site", "NCCL_DEBUG", "WARN")}
	got := renderNode(t, sited(site), dynamo.RoleWorker, podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "16")).Spec
	values := podtest.Values(got.Containers[0].Env)
	if values["VLLM_NIXL_SIDE_CHANNEL_HOST"] != "" || values["NCCL_DEBUG"] != "WARN" {
		t.Errorf("Template(...): want the rule's variable and the site's other one, got %v", values)
	}
	for _, c := range got.InitContainers {
		if slices.Contains(c.Env, environment.Variable("NCCL_DEBUG", "WARN")) {
			t.Errorf("container %s runs neither Dynamo nor an engine, and has the site's variable", c.Name)
		}
	}
}

// TestTemplateDefaultEnvContainers: which containers get a site's variables.
func TestTemplateDefaultEnvContainers(t *testing.T) {
	site := settings.PodDefaults{Env: podtest.Env("NCCL_DEBUG", "WARN")}
	spec := podtest.Render(t, sited(site), apart("1.6.0"), withSidecar, podtest.WithSpec(func(s *corev1.PodSpec) {
		s.Containers = append(s.Containers, corev1.Container{Name: "log", Image: "example.org/log:1"})
	})).Spec
	got := map[string]bool{}
	for _, c := range slices.Concat(spec.InitContainers, spec.Containers) {
		got[c.Name] = slices.Contains(c.Env, environment.Variable("NCCL_DEBUG", "WARN"))
	}
	want := map[string]bool{"fetch": false, "runtime": true, "main": true, "log": false, "sidecar-frontend": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("containers with a site's variable: -want, +got:\n%s", diff)
	}
}

// TestTemplateSecurity: every container of every pod that is made is one that restricted
// namespaces take.
func TestTemplateSecurity(t *testing.T) {
	site := settings.PodDefaults{
		Security:          &corev1.PodSecurityContext{RunAsNonRoot: ptr.To(true)},
		ContainerSecurity: &corev1.SecurityContext{AllowPrivilegeEscalation: ptr.To(false)},
	}
	cases := map[string]struct {
		options []podtest.Option
		role    dynamo.Role
		want    []string
	}{
		"Apart":   {options: []podtest.Option{apart("1.6.0")}, want: []string{"fetch", "runtime", "main"}},
		"Sidecar": {options: []podtest.Option{withSidecar}, want: []string{"main", "sidecar-frontend"}},
		"Picker":  {options: []podtest.Option{podtest.OfType(dynamo.TypePicker, ""), podtest.Configured}, want: []string{"main"}},
		"Waits":   {options: []podtest.Option{podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "16")}, role: dynamo.RoleWorker, want: []string{"wait-for-leader-mp", "main"}},
		"MPI":     {options: []podtest.Option{podtest.Spanning("dynamo.trtllm")}, role: dynamo.RoleWorker, want: []string{"main"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := renderNode(t, sited(site), tc.role, tc.options...).Spec
			want := &corev1.PodSecurityContext{RunAsNonRoot: ptr.To(true), FSGroup: ptr.To[int64](1000)}
			if diff := cmp.Diff(want, spec.SecurityContext); diff != "" {
				t.Errorf("Template(...): security context of the pod: -want, +got:\n%s", diff)
			}
			var got []string
			for _, c := range slices.Concat(spec.InitContainers, spec.Containers) {
				got = append(got, c.Name)
				if diff := cmp.Diff(site.ContainerSecurity, c.SecurityContext); diff != "" {
					t.Errorf("Template(...): security context of %s: -want, +got:\n%s", c.Name, diff)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("Template(...): containers: -want, +got:\n%s", diff)
			}
		})
	}
}

// TestTemplateGroup: which group volumes belong to.
func TestTemplateGroup(t *testing.T) {
	group := func(id int64) *corev1.PodSecurityContext { return &corev1.PodSecurityContext{FSGroup: ptr.To(id)} }
	cases := map[string]struct {
		reason           string
		site, user, want *corev1.PodSecurityContext
	}{
		"Neither": {reason: "that of Dynamo's images", want: group(1000)},
		"Site":    {reason: "or the one of the site", site: group(2000), want: group(2000)},
		"User":    {reason: "or the user's", site: group(2000), user: group(3000), want: group(3000)},
		"Empty":   {reason: "whoever gives a block has none by default", user: &corev1.PodSecurityContext{}, want: &corev1.PodSecurityContext{}},
		"Fill":    {reason: "but that of the site", site: group(2000), user: &corev1.PodSecurityContext{}, want: group(2000)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := podtest.Render(t, sited(settings.PodDefaults{Security: tc.site}), podtest.WithSpec(func(s *corev1.PodSpec) { s.SecurityContext = tc.user.DeepCopy() }))
			if diff := cmp.Diff(tc.want, got.Spec.SecurityContext); diff != "" {
				t.Errorf("%s\nTemplate(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
