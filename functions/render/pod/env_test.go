package pod

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// values of the variables that are texts, by name; POD_NAME and its like are
// left out.
func values(vars []corev1.EnvVar) map[string]string {
	out := map[string]string{}
	for _, v := range vars {
		if v.ValueFrom == nil {
			out[v.Name] = v.Value
		}
	}
	return out
}

// TestEnvRanks sets one variable at ever more places. Each outranks those
// before it.
func TestEnvRanks(t *testing.T) {
	fromSecret := corev1.EnvVar{Name: "NATS_SERVER", ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{Key: "nats"},
	}}
	cases := map[string]struct {
		reason   string
		settings settings.Settings
		options  []option
		variable string
		want     corev1.EnvVar
	}{
		"Settings": {
			reason:   "Settings alone",
			settings: platform(),
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
			settings: platform(),
			options:  []option{serviceEnv("NATS_SERVER", "service")},
			variable: "NATS_SERVER",
			want:     environment.Variable("NATS_SERVER", "service"),
		},
		"ServiceOverType": {
			reason:   "The service over the type",
			options:  []option{serviceEnv("DYN_SYSTEM_PORT", "1")},
			variable: "DYN_SYSTEM_PORT",
			want:     environment.Variable("DYN_SYSTEM_PORT", "1"),
		},
		"ServiceOverIdentity": {
			reason:   "Also over what says who the component is",
			options:  []option{serviceEnv("DYN_NAMESPACE", "other")},
			variable: "DYN_NAMESPACE",
			want:     environment.Variable("DYN_NAMESPACE", "other"),
		},
		"MainOverService": {
			reason:   "The main container over the service",
			options:  []option{serviceEnv("DYN_SYSTEM_PORT", "1"), mainEnv("DYN_SYSTEM_PORT", "2")},
			variable: "DYN_SYSTEM_PORT",
			want:     environment.Variable("DYN_SYSTEM_PORT", "2"),
		},
		"EmptyValue": {
			reason:   "An empty value is a value",
			options:  []option{mainEnv("DYN_SYSTEM_PORT", "")},
			variable: "DYN_SYSTEM_PORT",
			want:     environment.Variable("DYN_SYSTEM_PORT", ""),
		},
		"SourceOverValue": {
			reason:   "A source replaces a value as a whole: never both",
			settings: platform(),
			options:  []option{withPod(func(p *dynamo.Pod) { p.Envs = []corev1.EnvVar{fromSecret} })},
			variable: "NATS_SERVER",
			want:     fromSecret,
		},
		"ValueOverSource": {
			reason: "And a value a source",
			options: []option{
				withPod(func(p *dynamo.Pod) { p.Envs = []corev1.EnvVar{fromSecret} }),
				mainEnv("NATS_SERVER", "main"),
			},
			variable: "NATS_SERVER",
			want:     environment.Variable("NATS_SERVER", "main"),
		},
		"LastOfTwo": {
			reason:   "Of two in one list the later wins",
			options:  []option{mainEnv("A", "1", "A", "2")},
			variable: "A",
			want:     environment.Variable("A", "2"),
		},
		"EngineRule": {
			reason:   "A rule of the engine adds its variable",
			options:  []option{running("dynamo.vllm"), cached},
			variable: "VLLM_CACHE_ROOT",
			want:     environment.Variable("VLLM_CACHE_ROOT", "/root/.cache/vllm"),
		},
		"UserOverEngineRule": {
			reason:   "But does not touch the user's",
			options:  []option{running("dynamo.vllm"), cached, serviceEnv("VLLM_CACHE_ROOT", "/mine")},
			variable: "VLLM_CACHE_ROOT",
			want:     environment.Variable("VLLM_CACHE_ROOT", "/mine"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []corev1.EnvVar
			for _, v := range renderMain(t, tc.settings, tc.options...).Env {
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
	main := renderMain(t, platform(), serviceEnv("ZZ", "1", "AA", "2"), mainEnv("MM", "3"))
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
		options  []option
		want     map[string]string
	}{
		"Kubernetes": {reason: "Kubernetes discovery is the default", want: common},
		"Etcd":       {reason: "Etcd discovery is the runtime's own default", settings: etcd(), want: without("DYN_DISCOVERY_BACKEND")},
		"ByAnnotation": {
			reason:   "The annotation decides over the settings",
			settings: etcd(),
			options:  []option{annotated(meta.AnnotationDiscoveryBackend, "kubernetes")},
			want:     common,
		},
		"EtcdByAnnotation": {
			reason:  "Both ways",
			options: []option{annotated(meta.AnnotationDiscoveryBackend, "etcd")},
			want:    without("DYN_DISCOVERY_BACKEND"),
		},
		"PerContainer": {
			reason:  "Containers register each for themselves",
			options: []option{annotated(meta.AnnotationDiscoveryMode, "container")},
			want:    with(map[string]string{"CONTAINER_NAME": "main", "DYN_KUBE_DISCOVERY_MODE": "container"}),
		},
		"PerPod": {
			reason:  "Pods are the default and need no word",
			options: []option{annotated(meta.AnnotationDiscoveryMode, "pod")},
			want:    common,
		},
		"NoType": {
			reason:  "Without a type the variable is there, empty",
			options: []option{ofType("", "")},
			want:    with(map[string]string{"DYN_COMPONENT": ""}),
		},
		"Standalone": {
			reason:  "A component on its own is its own parent",
			options: []option{standalone},
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
			options := append([]option{ofType("reranker", "")}, tc.options...)
			got := values(renderMain(t, tc.settings, options...).Env)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: variables (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestEnvFrom(t *testing.T) {
	prefixed := secretEnv("s")
	prefixed.Prefix = "S_"

	cases := map[string]struct {
		reason string
		secret string
		own    []corev1.EnvFromSource
		want   []corev1.EnvFromSource
	}{
		"Nothing":    {reason: "No source"},
		"Service":    {reason: "The service's Secret", secret: "s", want: []corev1.EnvFromSource{secretEnv("s")}},
		"Main":       {reason: "The container's own", own: []corev1.EnvFromSource{configEnv("c")}, want: []corev1.EnvFromSource{configEnv("c")}},
		"Both":       {reason: "Both, the container's last so that it wins", secret: "s", own: []corev1.EnvFromSource{configEnv("c")}, want: []corev1.EnvFromSource{secretEnv("s"), configEnv("c")}},
		"Same":       {reason: "The same Secret once", secret: "s", own: []corev1.EnvFromSource{secretEnv("s")}, want: []corev1.EnvFromSource{secretEnv("s")}},
		"SamePlaced": {reason: "At the place that the container gives it", secret: "s", own: []corev1.EnvFromSource{configEnv("c"), secretEnv("s")}, want: []corev1.EnvFromSource{configEnv("c"), secretEnv("s")}},
		"Prefixed":   {reason: "With a prefix it makes other variables", secret: "s", own: []corev1.EnvFromSource{prefixed}, want: []corev1.EnvFromSource{secretEnv("s"), prefixed}},
		"ConfigMap":  {reason: "A ConfigMap of that name is no Secret", secret: "s", own: []corev1.EnvFromSource{configEnv("s")}, want: []corev1.EnvFromSource{secretEnv("s"), configEnv("s")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			main := renderMain(t, settings.Settings{},
				withPod(func(p *dynamo.Pod) { p.EnvFromSecret = tc.secret }),
				withMain(func(c *corev1.Container) { c.EnvFrom = slices.Clone(tc.own) }))
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
			env:    renderMain(t, settings.Settings{}, serviceEnv("HF_HOME", "$(ROOT)/hf"), mainEnv("ROOT", "/data")).Env,
			before: "ROOT", behind: "HF_HOME",
		},
		"Field": {
			reason: "to one that comes from a field",
			env: renderMain(t, settings.Settings{}, mainEnv("MX_METADATA_URL", "http://$(POD_IP):7000"),
				withPod(func(p *dynamo.Pod) { p.Envs = []corev1.EnvVar{podIP} })).Env,
			before: "POD_IP", behind: "MX_METADATA_URL",
		},
		"Default": {
			reason: "to one that every component has",
			env:    renderMain(t, settings.Settings{}, mainEnv("CACHE_DIR", "/cache/$(POD_NAME)")).Env,
			before: "POD_NAME", behind: "CACHE_DIR",
		},
		"EngineCache": {
			reason: "to one that a rule of the engine adds behind all",
			env:    renderMain(t, settings.Settings{}, running("dynamo.vllm"), cached, mainEnv("A", "$(VLLM_CACHE_ROOT)/a")).Env,
			before: "VLLM_CACHE_ROOT", behind: "A",
		},
		"EngineNode": {
			reason: "over several nodes too",
			env: Template(component(running("dynamo.vllm"), func(c *dynamo.Component) { c.Nodes = 2 }, mainEnv("A", "$(VLLM_NIXL_SIDE_CHANNEL_HOST)")),
				settings.Settings{}, dynamo.RoleLeader).Spec.Containers[0].Env,
			before: "VLLM_NIXL_SIDE_CHANNEL_HOST", behind: "A",
		},
		"Sidecar": {
			reason: "in the frontend beside the main container",
			env: render(t, settings.Settings{}, withPod(func(p *dynamo.Pod) {
				p.Sidecar = &dynamo.Sidecar{Image: "f:1", Envs: env("A", "$(POD_UID)")}
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
