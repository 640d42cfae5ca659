package pod_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// renderNode is the template of a role. It fails the test if rendering changes
// the component, or says something else the second time.
func renderNode(t *testing.T, s settings.Settings, role dynamo.Role, options ...podtest.Option) corev1.PodTemplateSpec {
	t.Helper()
	c := podtest.Component(options...)
	got := pod.Template(c, s, role)
	if diff := cmp.Diff(podtest.Component(options...), c, podtest.ComparePaths()); diff != "" {
		t.Errorf("Template(...) changed its argument (-before, +after):\n%s", diff)
	}
	if diff := cmp.Diff(got, pod.Template(c, s, role)); diff != "" {
		t.Errorf("Template(...) differs from call to call (-first, +second):\n%s", diff)
	}
	return got
}

// TestNodeTemplate has the whole templates of both roles as golden files, by
// engine.
func TestNodeTemplate(t *testing.T) {
	cases := map[string]struct {
		golden  string
		options []podtest.Option
	}{
		"VLLM":     {golden: "vllm", options: []podtest.Option{podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "16")}},
		"SGLang":   {golden: "sglang", options: []podtest.Option{podtest.Spanning("dynamo.sglang", "--tp", "16")}},
		"TRTLLM":   {golden: "trtllm", options: []podtest.Option{podtest.Spanning("dynamo.trtllm")}},
		"NoEngine": {golden: "none", options: []podtest.Option{podtest.Spanning("dynamo.frontend"), podtest.OfType("reranker", "")}},
		"Sidecar":  {golden: "sidecar", options: []podtest.Option{podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "16"), withSidecar}},
	}
	for name, tc := range cases {
		for _, role := range []dynamo.Role{dynamo.RoleLeader, dynamo.RoleWorker} {
			t.Run(name+string(role), func(t *testing.T) {
				s := settings.Settings{SSHSecret: settings.DefaultSSHSecret}
				golden.Assert(t, "node-"+tc.golden+"-"+string(role), renderNode(t, s, role, tc.options...))
			})
		}
	}
}

func TestNodeTemplateKeepsTheUsers(t *testing.T) {
	got := renderNode(t, podtest.Etcd(), dynamo.RoleWorker,
		podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "16"),
		podtest.ServiceEnv("VLLM_NIXL_SIDE_CHANNEL_HOST", "10.0.0.1"),
		podtest.Labelled("role", "mine"),
		podtest.WithSpec(func(s *corev1.PodSpec) {
			s.InitContainers = []corev1.Container{{Name: "fetch", Image: "example.org/fetch:1"}}
			s.Volumes = []corev1.Volume{podtest.EmptyDir("wait-leader-script"), podtest.EmptyDir("scratch")}
		}),
		podtest.WithMain(func(c *corev1.Container) { c.LivenessProbe = &corev1.Probe{ProbeHandler: podtest.TCP(1)} }))

	main := got.Spec.Containers[0]
	for _, v := range main.Env {
		if v.Name == "VLLM_NIXL_SIDE_CHANNEL_HOST" && v.Value != "10.0.0.1" {
			t.Errorf("a variable of the user's stays: got %v", v)
		}
	}
	if main.LivenessProbe != nil {
		t.Errorf("a worker that serves nothing has no probe, the user's neither: got %v", main.LivenessProbe)
	}
	if got.Labels["role"] != "worker" {
		t.Errorf("the role is the contract's: got %v", got.Labels)
	}
	if len(got.Spec.InitContainers) != 2 || got.Spec.InitContainers[0].Name != "fetch" {
		t.Errorf("the user's init containers come first: got %v", got.Spec.InitContainers)
	}
	seen := map[string]corev1.Volume{}
	for _, v := range got.Spec.Volumes {
		if _, ok := seen[v.Name]; ok {
			t.Errorf("volume %s is there twice", v.Name)
		}
		seen[v.Name] = v
	}
	if seen["wait-leader-script"].ConfigMap == nil || seen["scratch"].EmptyDir == nil {
		t.Errorf("the rule's volume takes the place of the user's of its name: got %v", got.Spec.Volumes)
	}
}

func TestNodeTemplateSSHSecret(t *testing.T) {
	site := settings.Settings{SSHSecret: "of-site"}
	cases := map[string]struct {
		reason string
		own    string
		want   string
	}{
		"Settings": {reason: "the settings' without another", want: "of-site"},
		"Graph":    {reason: "the one that the graph names", own: "of-graph", want: "of-graph"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := renderNode(t, site, dynamo.RoleLeader, podtest.Spanning("dynamo.trtllm"), func(c *dynamo.Component) { c.SSHSecret = tc.own })
			for _, v := range got.Spec.Volumes {
				if v.Secret != nil && v.Secret.SecretName == tc.want {
					return
				}
			}
			t.Errorf("%s: no volume of Secret %q in %v", tc.reason, tc.want, got.Spec.Volumes)
		})
	}
}

// TestNodeTemplateReadsVariables: sizes may stand in any variable of the container.
func TestNodeTemplateReadsVariables(t *testing.T) {
	script := func(c *dynamo.Component) {
		podtest.Spanning("dynamo.vllm")(c)
		c.Pod.Main.Command = nil
		c.Pod.Main.Args = []string{"python3 -m dynamo.vllm --tensor-parallel-size $TP"}
	}
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    bool
	}{
		"Unset":   {reason: "one that nobody sets is not read", options: []podtest.Option{script}},
		"Service": {reason: "the service's", options: []podtest.Option{script, podtest.ServiceEnv("TP", "16")}, want: true},
		"Main": {reason: "the container's own, over the service's", options: []podtest.Option{script, podtest.ServiceEnv("TP", "8"), podtest.WithMain(func(c *corev1.Container) {
			c.Env = []corev1.EnvVar{{Name: "TP", Value: "16"}}
		})}, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			args := renderNode(t, settings.Settings{}, dynamo.RoleLeader, tc.options...).Spec.Containers[0].Args
			if got := strings.Contains(args[0], "--nnodes 2"); got != tc.want {
				t.Errorf("%s: want flags %t, got %q", tc.reason, tc.want, args)
			}
		})
	}
}

// TestNodeTemplateClaims: GPUs of claims count where the container counts none.
func TestNodeTemplateClaims(t *testing.T) {
	claimed := func(n int64) podtest.Option { return func(c *dynamo.Component) { c.Claimed.GPUs = n } }
	withoutGPU := func(c *dynamo.Component) { c.Pod.Resources.Limits.GPU = "" }
	for name, tc := range map[string]struct {
		options []podtest.Option
		want    string
	}{
		"Claims": {options: []podtest.Option{withoutGPU, claimed(4)}, want: "4"},
		"Limits": {options: []podtest.Option{claimed(4)}, want: "8"},
	} {
		t.Run(name, func(t *testing.T) {
			options := append([]podtest.Option{podtest.Spanning("dynamo.vllm", "-dp", "16")}, tc.options...)
			args := renderNode(t, settings.Settings{}, dynamo.RoleLeader, options...).Spec.Containers[0].Args
			want := "--data-parallel-size-local " + tc.want
			if got := strings.Join(args, " "); !strings.Contains(got, want) {
				t.Errorf("want %s, got %s", want, got)
			}
		})
	}
}
