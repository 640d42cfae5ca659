package pod

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// spanning is a component on two nodes whose engine has more GPUs to fill than
// one of them has.
func spanning(module string, flags ...string) option {
	return func(c *dynamo.Component) {
		c.Nodes = 2
		c.Pod.Main.Command = []string{"python3", "-m", module}
		c.Pod.Main.Args = append([]string{"--model", "example/model"}, flags...)
		c.Pod.Resources.Limits.GPU = "8"
	}
}

// renderNode is the template of a role. It fails the test if rendering changes
// the component, or says something else the second time.
func renderNode(t *testing.T, s settings.Settings, role dynamo.Role, options ...option) corev1.PodTemplateSpec {
	t.Helper()
	c := component(options...)
	got := Template(c, s, role)
	if diff := cmp.Diff(component(options...), c, comparePaths()); diff != "" {
		t.Errorf("Template(...) changed its argument (-before, +after):\n%s", diff)
	}
	if diff := cmp.Diff(got, Template(c, s, role)); diff != "" {
		t.Errorf("Template(...) differs from call to call (-first, +second):\n%s", diff)
	}
	return got
}

// TestNodeTemplate has the whole templates of both roles as golden files, by
// engine.
func TestNodeTemplate(t *testing.T) {
	cases := map[string]struct {
		golden  string
		options []option
	}{
		"VLLM":     {golden: "vllm", options: []option{spanning("dynamo.vllm", "--tensor-parallel-size", "16")}},
		"SGLang":   {golden: "sglang", options: []option{spanning("dynamo.sglang", "--tp", "16")}},
		"TRTLLM":   {golden: "trtllm", options: []option{spanning("dynamo.trtllm")}},
		"NoEngine": {golden: "none", options: []option{spanning("dynamo.frontend"), ofType("reranker", "")}},
		"Sidecar":  {golden: "sidecar", options: []option{spanning("dynamo.vllm", "--tensor-parallel-size", "16"), withSidecar}},
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
	got := renderNode(t, etcd(), dynamo.RoleWorker,
		spanning("dynamo.vllm", "--tensor-parallel-size", "16"),
		serviceEnv("VLLM_NIXL_SIDE_CHANNEL_HOST", "10.0.0.1"),
		labelled("role", "mine"),
		withSpec(func(s *corev1.PodSpec) {
			s.InitContainers = []corev1.Container{{Name: "fetch", Image: "example.org/fetch:1"}}
			s.Volumes = []corev1.Volume{emptyDir("wait-leader-script"), emptyDir("scratch")}
		}),
		withMain(func(c *corev1.Container) { c.LivenessProbe = &corev1.Probe{ProbeHandler: tcp(1)} }))

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
			got := renderNode(t, site, dynamo.RoleLeader, spanning("dynamo.trtllm"), func(c *dynamo.Component) { c.SSHSecret = tc.own })
			for _, v := range got.Spec.Volumes {
				if v.Secret != nil && v.Secret.SecretName == tc.want {
					return
				}
			}
			t.Errorf("%s: no volume of Secret %q in %v", tc.reason, tc.want, got.Spec.Volumes)
		})
	}
}

func TestGPUs(t *testing.T) {
	type args struct {
		service dynamo.Resources
		main    corev1.ResourceRequirements
	}
	cases := map[string]struct {
		reason string
		args   args
		want   int64
	}{
		"None":      {reason: "no GPU at all", args: args{main: corev1.ResourceRequirements{Limits: resourceList("cpu", "8")}}},
		"Limit":     {reason: "the limit", args: args{main: corev1.ResourceRequirements{Limits: resourceList("nvidia.com/gpu", "8")}}, want: 8},
		"Request":   {reason: "else the request", args: args{main: corev1.ResourceRequirements{Requests: resourceList("nvidia.com/gpu", "4")}}, want: 4},
		"LimitWins": {reason: "the limit first", args: args{main: corev1.ResourceRequirements{Limits: resourceList("nvidia.com/gpu", "8"), Requests: resourceList("nvidia.com/gpu", "4")}}, want: 8},
		"Type": {
			reason: "GPUs by another name",
			args: args{
				service: dynamo.Resources{Limits: dynamo.Amounts{GPUType: "example.org/h100"}},
				main:    corev1.ResourceRequirements{Limits: resourceList("example.org/h100", "2")},
			},
			want: 2,
		},
		"TypeOfRequests": {
			reason: "also where only the requests name it",
			args: args{
				service: dynamo.Resources{Requests: dynamo.Amounts{GPUType: "example.org/h100"}},
				main:    corev1.ResourceRequirements{Requests: resourceList("example.org/h100", "2")},
			},
			want: 2,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, gpus(tc.args.service, tc.args.main)); diff != "" {
				t.Errorf("%s: gpus(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestNodeTemplateReadsVariables: sizes may stand in any variable of the container.
func TestNodeTemplateReadsVariables(t *testing.T) {
	script := func(c *dynamo.Component) {
		spanning("dynamo.vllm")(c)
		c.Pod.Main.Command = nil
		c.Pod.Main.Args = []string{"python3 -m dynamo.vllm --tensor-parallel-size $TP"}
	}
	cases := map[string]struct {
		reason  string
		options []option
		want    bool
	}{
		"Unset":   {reason: "one that nobody sets is not read", options: []option{script}},
		"Service": {reason: "the service's", options: []option{script, serviceEnv("TP", "16")}, want: true},
		"Main": {reason: "the container's own, over the service's", options: []option{script, serviceEnv("TP", "8"), withMain(func(c *corev1.Container) {
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
	claimed := func(n int64) option { return func(c *dynamo.Component) { c.Claimed.GPUs = n } }
	withoutGPU := func(c *dynamo.Component) { c.Pod.Resources.Limits.GPU = "" }
	for name, tc := range map[string]struct {
		options []option
		want    string
	}{
		"Claims": {options: []option{withoutGPU, claimed(4)}, want: "4"},
		"Limits": {options: []option{claimed(4)}, want: "8"},
	} {
		t.Run(name, func(t *testing.T) {
			options := append([]option{spanning("dynamo.vllm", "-dp", "16")}, tc.options...)
			args := renderNode(t, settings.Settings{}, dynamo.RoleLeader, options...).Spec.Containers[0].Args
			want := "--data-parallel-size-local " + tc.want
			if got := strings.Join(args, " "); !strings.Contains(got, want) {
				t.Errorf("want %s, got %s", want, got)
			}
		})
	}
}

func TestFaultsOfCommandLine(t *testing.T) {
	const remedy = ": Required value: a service on several nodes starts each node with flags of its own: write the whole command line into command and args"
	main := func(command []string, args ...string) option {
		return func(c *dynamo.Component) { c.Nodes = 2; c.Pod.Main.Command, c.Pod.Main.Args = command, args }
	}
	cases := map[string]struct {
		reason  string
		options []option
		want    string
	}{
		"OneNode":   {reason: "an image may start by itself on one node"},
		"Both":      {reason: "both given", options: []option{main([]string{"python3"}, "-m", "dynamo.vllm")}},
		"NoArgs":    {reason: "arguments have no default for a worker", options: []option{main([]string{"python3"})}, want: "spec.extraPodSpec.mainContainer.args" + remedy},
		"NoCommand": {reason: "the default command, a shell, counts", options: []option{main(nil, "python3 -m dynamo.vllm")}},
		"WaitContainer": {
			reason: "the name of the container that waits is taken",
			options: []option{main(nil, "python3 -m dynamo.vllm"), withSpec(func(s *corev1.PodSpec) {
				s.InitContainers = []corev1.Container{{Name: "wait-for-leader-mp"}}
			})},
			want: `spec.extraPodSpec.initContainers[0].name: Invalid value: "wait-for-leader-mp": is the name of a container that is made for you: ` +
				"use mainContainer to change it, or choose another name",
		},
		"Frontend": {reason: "a frontend has a default of both", options: []option{main(nil), ofType(dynamo.TypeFrontend, "")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range Faults(component(tc.options...)) {
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(tc.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
