package pod_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestEnvRanks sets one variable at ever more places. Each outranks those
// before it.
func TestEnvRanks(t *testing.T) {
	fromSecret := corev1.EnvVar{Name: "NATS_SERVER", ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{Key: "nats"},
	}}
	cases := map[string]struct {
		reason   string
		settings settings.Settings
		options  []podtest.Option
		variable string
		want     corev1.EnvVar
	}{
		"Settings": {
			reason:   "Settings alone",
			settings: podtest.Platform(),
			variable: "NATS_SERVER",
			want:     environment.Variable("NATS_SERVER", "nats://nats.dynamo:4222"),
		},
		"Type": {
			reason:   "The type's default alone",
			variable: "DYN_SYSTEM_PORT",
			want:     environment.Variable("DYN_SYSTEM_PORT", "9090"),
		},
		"ServiceOverSettings": {
			reason:   "The service over the settings",
			settings: podtest.Platform(),
			options:  []podtest.Option{podtest.ServiceEnv("NATS_SERVER", "service")},
			variable: "NATS_SERVER",
			want:     environment.Variable("NATS_SERVER", "service"),
		},
		"ServiceOverType": {
			reason:   "The service over the type",
			options:  []podtest.Option{podtest.ServiceEnv("DYN_SYSTEM_PORT", "1")},
			variable: "DYN_SYSTEM_PORT",
			want:     environment.Variable("DYN_SYSTEM_PORT", "1"),
		},
		"ServiceOverIdentity": {
			reason:   "Also over what says who the component is",
			options:  []podtest.Option{podtest.ServiceEnv("DYN_NAMESPACE", "other")},
			variable: "DYN_NAMESPACE",
			want:     environment.Variable("DYN_NAMESPACE", "other"),
		},
		"MainOverService": {
			reason:   "The main container over the service",
			options:  []podtest.Option{podtest.ServiceEnv("DYN_SYSTEM_PORT", "1"), podtest.MainEnv("DYN_SYSTEM_PORT", "2")},
			variable: "DYN_SYSTEM_PORT",
			want:     environment.Variable("DYN_SYSTEM_PORT", "2"),
		},
		"EmptyValue": {
			reason:   "An empty value is a value",
			options:  []podtest.Option{podtest.MainEnv("DYN_SYSTEM_PORT", "")},
			variable: "DYN_SYSTEM_PORT",
			want:     environment.Variable("DYN_SYSTEM_PORT", ""),
		},
		"SourceOverValue": {
			reason:   "A source replaces a value as a whole: never both",
			settings: podtest.Platform(),
			options:  []podtest.Option{podtest.WithPod(func(p *dynamo.Pod) { p.Envs = []corev1.EnvVar{fromSecret} })},
			variable: "NATS_SERVER",
			want:     fromSecret,
		},
		"ValueOverSource": {
			reason: "And a value a source",
			options: []podtest.Option{
				podtest.WithPod(func(p *dynamo.Pod) { p.Envs = []corev1.EnvVar{fromSecret} }),
				podtest.MainEnv("NATS_SERVER", "main"),
			},
			variable: "NATS_SERVER",
			want:     environment.Variable("NATS_SERVER", "main"),
		},
		"LastOfTwo": {
			reason:   "Of two in one list the later wins",
			options:  []podtest.Option{podtest.MainEnv("A", "1", "A", "2")},
			variable: "A",
			want:     environment.Variable("A", "2"),
		},
		"EngineRule": {
			reason:   "A rule of the engine adds its variable",
			options:  []podtest.Option{podtest.Running("dynamo.vllm"), cached},
			variable: "VLLM_CACHE_ROOT",
			want:     environment.Variable("VLLM_CACHE_ROOT", "/root/.cache/vllm"),
		},
		"UserOverEngineRule": {
			reason:   "But does not touch the user's",
			options:  []podtest.Option{podtest.Running("dynamo.vllm"), cached, podtest.ServiceEnv("VLLM_CACHE_ROOT", "/mine")},
			variable: "VLLM_CACHE_ROOT",
			want:     environment.Variable("VLLM_CACHE_ROOT", "/mine"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []corev1.EnvVar
			for _, v := range podtest.RenderMain(t, tc.settings, tc.options...).Env {
				if v.Name == tc.variable {
					got = append(got, v)
				}
			}
			if diff := cmp.Diff([]corev1.EnvVar{tc.want}, got); diff != "" {
				t.Errorf("%s: variables of that name (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestEnvSorted(t *testing.T) {
	main := podtest.RenderMain(t, podtest.Platform(), podtest.ServiceEnv("ZZ", "1", "AA", "2"), podtest.MainEnv("MM", "3"))
	byName := func(a, b corev1.EnvVar) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	}
	if !slices.IsSortedFunc(main.Env, byName) {
		t.Errorf("variables are not sorted by name: %v", main.Env)
	}
}

// TestEnvOfIdentity pins the variables that tell a process who it is.
func TestEnvOfIdentity(t *testing.T) {
	common := map[string]string{
		"DYN_NAMESPACE":                "team-a-chat",
		"DYN_COMPONENT":                "reranker",
		"DYN_PARENT_DGD_K8S_NAME":      "chat",
		"DYN_PARENT_DGD_K8S_NAMESPACE": "team-a",
		"DYN_DISCOVERY_BACKEND":        "kubernetes",
	}
	with := func(more map[string]string) map[string]string { return meta.Merge(common, more) }
	without := func(name string) map[string]string {
		out := maps.Clone(common)
		delete(out, name)
		return out
	}

	cases := map[string]struct {
		reason   string
		settings settings.Settings
		options  []podtest.Option
		want     map[string]string
	}{
		"Kubernetes": {reason: "Kubernetes discovery is the default", want: common},
		"Etcd":       {reason: "Etcd discovery is the runtime's own default", settings: podtest.Etcd(), want: without("DYN_DISCOVERY_BACKEND")},
		"ByAnnotation": {
			reason:   "The annotation decides over the settings",
			settings: podtest.Etcd(),
			options:  []podtest.Option{podtest.Annotated(meta.AnnotationDiscoveryBackend, "kubernetes")},
			want:     common,
		},
		"EtcdByAnnotation": {
			reason:  "Both ways",
			options: []podtest.Option{podtest.Annotated(meta.AnnotationDiscoveryBackend, "etcd")},
			want:    without("DYN_DISCOVERY_BACKEND"),
		},
		"PerContainer": {
			reason:  "Containers register each for themselves",
			options: []podtest.Option{podtest.Annotated(meta.AnnotationDiscoveryMode, "container")},
			want:    with(map[string]string{"CONTAINER_NAME": "main", "DYN_KUBE_DISCOVERY_MODE": "container"}),
		},
		"PerPod": {
			reason:  "Pods are the default and need no word",
			options: []podtest.Option{podtest.Annotated(meta.AnnotationDiscoveryMode, "pod")},
			want:    common,
		},
		"NoType": {
			reason:  "Without a type the variable is there, empty",
			options: []podtest.Option{podtest.OfType("", "")},
			want:    with(map[string]string{"DYN_COMPONENT": ""}),
		},
		"Standalone": {
			reason:  "A component on its own is its own parent",
			options: []podtest.Option{podtest.Standalone},
			want:    with(map[string]string{"DYN_PARENT_DGD_K8S_NAME": "chat-worker"}),
		},
		"PartOfSettings": {
			reason:   "Settings that are not set are not there",
			settings: settings.Settings{NATSAddress: "nats://n:4222"},
			want:     with(map[string]string{"NATS_SERVER": "nats://n:4222"}),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := append([]podtest.Option{podtest.OfType("reranker", "")}, tc.options...)
			got := podtest.Values(podtest.RenderMain(t, tc.settings, options...).Env)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: variables (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestEnvFrom(t *testing.T) {
	prefixed := podtest.SecretEnv("s")
	prefixed.Prefix = "S_"

	cases := map[string]struct {
		reason string
		secret string
		own    []corev1.EnvFromSource
		want   []corev1.EnvFromSource
	}{
		"Nothing":    {reason: "No source"},
		"Service":    {reason: "The service's Secret", secret: "s", want: []corev1.EnvFromSource{podtest.SecretEnv("s")}},
		"Main":       {reason: "The container's own", own: []corev1.EnvFromSource{podtest.ConfigEnv("c")}, want: []corev1.EnvFromSource{podtest.ConfigEnv("c")}},
		"Both":       {reason: "Both, the container's last so that it wins", secret: "s", own: []corev1.EnvFromSource{podtest.ConfigEnv("c")}, want: []corev1.EnvFromSource{podtest.SecretEnv("s"), podtest.ConfigEnv("c")}},
		"Same":       {reason: "The same Secret once", secret: "s", own: []corev1.EnvFromSource{podtest.SecretEnv("s")}, want: []corev1.EnvFromSource{podtest.SecretEnv("s")}},
		"SamePlaced": {reason: "At the place that the container gives it", secret: "s", own: []corev1.EnvFromSource{podtest.ConfigEnv("c"), podtest.SecretEnv("s")}, want: []corev1.EnvFromSource{podtest.ConfigEnv("c"), podtest.SecretEnv("s")}},
		"Prefixed":   {reason: "With a prefix it makes other variables", secret: "s", own: []corev1.EnvFromSource{prefixed}, want: []corev1.EnvFromSource{podtest.SecretEnv("s"), prefixed}},
		"ConfigMap":  {reason: "A ConfigMap of that name is no Secret", secret: "s", own: []corev1.EnvFromSource{podtest.ConfigEnv("s")}, want: []corev1.EnvFromSource{podtest.SecretEnv("s"), podtest.ConfigEnv("s")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			main := podtest.RenderMain(t, settings.Settings{},
				podtest.WithPod(func(p *dynamo.Pod) { p.EnvFromSecret = tc.secret }),
				podtest.WithMain(func(c *corev1.Container) { c.EnvFrom = slices.Clone(tc.own) }))
			if diff := cmp.Diff(tc.want, main.EnvFrom); diff != "" {
				t.Errorf("%s: sources (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestEnvFollowsReferences has variables of all origins that refer to each
// other.
func TestEnvFollowsReferences(t *testing.T) {
	podIP := environment.FromField("POD_IP", "status.podIP")
	cases := map[string]struct {
		reason         string
		env            []corev1.EnvVar
		before, behind string
	}{
		"Service": {
			reason: "the service's, to one of its main container",
			env:    podtest.RenderMain(t, settings.Settings{}, podtest.ServiceEnv("HF_HOME", "$(ROOT)/hf"), podtest.MainEnv("ROOT", "/data")).Env,
			before: "ROOT", behind: "HF_HOME",
		},
		"Field": {
			reason: "to one that comes from a field",
			env: podtest.RenderMain(t, settings.Settings{}, podtest.MainEnv("MX_METADATA_URL", "http://$(POD_IP):7000"),
				podtest.WithPod(func(p *dynamo.Pod) { p.Envs = []corev1.EnvVar{podIP} })).Env,
			before: "POD_IP", behind: "MX_METADATA_URL",
		},
		"Default": {
			reason: "to one that every component has",
			env:    podtest.RenderMain(t, settings.Settings{}, podtest.MainEnv("CACHE_DIR", "/cache/$(POD_NAME)")).Env,
			before: "POD_NAME", behind: "CACHE_DIR",
		},
		"EngineCache": {
			reason: "to one that a rule of the engine adds behind all",
			env:    podtest.RenderMain(t, settings.Settings{}, podtest.Running("dynamo.vllm"), cached, podtest.MainEnv("A", "$(VLLM_CACHE_ROOT)/a")).Env,
			before: "VLLM_CACHE_ROOT", behind: "A",
		},
		"EngineNode": {
			reason: "over several nodes too",
			env: pod.Template(podtest.Component(podtest.Running("dynamo.vllm"), func(c *dynamo.Component) { c.Nodes = 2 }, podtest.MainEnv("A", "$(VLLM_NIXL_SIDE_CHANNEL_HOST)")),
				settings.Settings{}, dynamo.RoleLeader).Spec.Containers[0].Env,
			before: "VLLM_NIXL_SIDE_CHANNEL_HOST", behind: "A",
		},
		"Sidecar": {
			reason: "in the frontend beside the main container",
			env: podtest.Render(t, settings.Settings{}, podtest.WithPod(func(p *dynamo.Pod) {
				p.Sidecar = &dynamo.Sidecar{Image: "f:1", Envs: podtest.Env("A", "$(POD_UID)")}
			})).Spec.Containers[1].Env,
			before: "POD_UID", behind: "A",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			at := func(name string) int {
				return slices.IndexFunc(tc.env, func(v corev1.EnvVar) bool { return v.Name == name })
			}
			if at(tc.before) < 0 || at(tc.before) >= at(tc.behind) {
				t.Errorf("%s: %s does not stand behind %s: %v", tc.reason, tc.behind, tc.before, tc.env)
			}
		})
	}
}
