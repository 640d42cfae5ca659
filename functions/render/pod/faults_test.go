package pod

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// findFaults is what Faults finds in a component, as texts. It fails the test
// if that changes the component, or if the second time it finds something else.
func findFaults(t *testing.T, options ...option) []string {
	t.Helper()

	texts := func(l field.ErrorList) []string {
		var out []string
		for _, e := range l {
			out = append(out, e.Error())
		}
		return out
	}
	c := component(options...)
	got := texts(Faults(c))
	if diff := cmp.Diff(component(options...), c, comparePaths()); diff != "" {
		t.Errorf("Faults(...) changed its argument (-before, +after):\n%s", diff)
	}
	if diff := cmp.Diff(got, texts(Faults(c))); diff != "" {
		t.Errorf("Faults(...) differs from call to call (-first, +second):\n%s", diff)
	}
	return got
}

func limits(a dynamo.Amounts) option {
	return withPod(func(p *dynamo.Pod) { p.Resources.Limits = a })
}

func requests(a dynamo.Amounts) option {
	return withPod(func(p *dynamo.Pod) { p.Resources.Requests = a })
}

func mainResources(limits, requests corev1.ResourceList) option {
	return withMain(func(c *corev1.Container) { c.Resources.Limits, c.Resources.Requests = limits, requests })
}

func TestFaultsOfContainers(t *testing.T) {
	const (
		noImage = "spec.extraPodSpec.mainContainer.image: Required value: name the image of the main container"
		taken   = ": is the name of a container that is made for you: use mainContainer to change it, or choose another name"
	)
	named := func(init, other string) option {
		return withSpec(func(p *corev1.PodSpec) {
			p.InitContainers = []corev1.Container{{Name: "a"}, {Name: init}}
			p.Containers = []corev1.Container{{Name: "b"}, {Name: other}}
		})
	}
	withSidecar := withPod(func(p *dynamo.Pod) { p.Sidecar = &dynamo.Sidecar{Image: "f:1"} })

	cases := map[string]struct {
		reason  string
		options []option
		want    []string
	}{
		"Valid":      {reason: "An image is enough"},
		"NoMain":     {reason: "Without a main container there is no image", options: []option{withoutMain}, want: []string{noImage}},
		"NoImage":    {reason: "A main container may lack one", options: []option{withMain(func(c *corev1.Container) { c.Image = "" })}, want: []string{noImage}},
		"Others":     {reason: "Other names are free", options: []option{named("c", "d")}},
		"MainName":   {reason: "The main container may be called main", options: []option{withMain(func(c *corev1.Container) { c.Name = "main" })}},
		"SecondMain": {reason: "No other may", options: []option{named("c", "main")}, want: []string{`spec.extraPodSpec.containers[1].name: Invalid value: "main"` + taken}},
		"InitMain":   {reason: "Nor an init container: they share names", options: []option{named("main", "d")}, want: []string{`spec.extraPodSpec.initContainers[1].name: Invalid value: "main"` + taken}},
		"SidecarName": {
			reason:  "The sidecar's name is taken where there is one",
			options: []option{named("c", "sidecar-frontend"), withSidecar},
			want:    []string{`spec.extraPodSpec.containers[1].name: Invalid value: "sidecar-frontend"` + taken},
		},
		"NoSidecar": {reason: "And free where there is none", options: []option{named("c", "sidecar-frontend")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, findFaults(t, tc.options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFaultsOfProbes(t *testing.T) {
	const needs = ": Required value: a probe of this component type needs a handler: give httpGet, tcpSocket, grpc or exec"
	numbers := func() *corev1.Probe { return &corev1.Probe{PeriodSeconds: 3} }
	handled := func() *corev1.Probe { return &corev1.Probe{ProbeHandler: tcp(1)} }
	service := func(live, ready *corev1.Probe) option {
		return withPod(func(p *dynamo.Pod) { p.LivenessProbe, p.ReadinessProbe = live, ready })
	}
	main := func(live, ready, startup *corev1.Probe) option {
		return withMain(func(c *corev1.Container) { c.LivenessProbe, c.ReadinessProbe, c.StartupProbe = live, ready, startup })
	}

	cases := map[string]struct {
		reason  string
		of      string
		options []option
		want    []string
	}{
		"Worker":   {reason: "A worker has handlers for all three", of: dynamo.TypeWorker, options: []option{service(numbers(), numbers()), main(nil, nil, numbers())}},
		"Frontend": {reason: "A frontend has none to start with", of: dynamo.TypeFrontend, options: []option{main(numbers(), numbers(), numbers())}, want: []string{"spec.extraPodSpec.mainContainer.startupProbe" + needs}},
		"FreeType": {reason: "Other types have none at all", options: []option{service(numbers(), numbers())}, want: []string{"spec.livenessProbe" + needs, "spec.readinessProbe" + needs}},
		"FreeTypeMain": {
			reason:  "The fault is where the probe is",
			options: []option{main(numbers(), numbers(), numbers())},
			want: []string{
				"spec.extraPodSpec.mainContainer.livenessProbe" + needs,
				"spec.extraPodSpec.mainContainer.readinessProbe" + needs,
				"spec.extraPodSpec.mainContainer.startupProbe" + needs,
			},
		},
		"Handled": {reason: "With handlers there is no fault", options: []option{main(handled(), handled(), handled())}},
		"Merged":  {reason: "Nor where one of two has it", options: []option{service(handled(), numbers()), main(numbers(), handled(), nil)}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := findFaults(t, append(tc.options, ofType(tc.of, ""))...)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFaultsOfCaches(t *testing.T) {
	const (
		at     = "spec.volumeMounts[1].mountPoint: Required value: "
		noneOf = " has no default place for a compilation cache: give the path"
	)
	cache := func(path string) option {
		return withPod(func(p *dynamo.Pod) {
			p.Mounts = []dynamo.Mount{{Name: "a", Path: "/a"}, {Name: "c", Path: path, CompilationCache: true}}
		})
	}
	cases := map[string]struct {
		reason  string
		options []option
		want    []string
	}{
		"VLLM":     {reason: "vLLM has a place", options: []option{running("dynamo.vllm"), cache("")}},
		"SGLang":   {reason: "SGLang has none", options: []option{running("dynamo.sglang"), cache("")}, want: []string{at + `engine "sglang"` + noneOf}},
		"TRTLLM":   {reason: "TensorRT-LLM has none", options: []option{running("dynamo.trtllm"), cache("")}, want: []string{at + `engine "trtllm"` + noneOf}},
		"Declared": {reason: "A declared engine counts", options: []option{cache(""), func(c *dynamo.Component) { c.Engine.Declared = "vllm" }}},
		"Unknown":  {reason: "Without an engine there is no place", options: []option{cache("")}, want: []string{at + "no engine is known here, and so no default place for a compilation cache: give the path"}},
		"Path":     {reason: "A path is always enough", options: []option{cache("/c")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, findFaults(t, tc.options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFaultsOfAmounts(t *testing.T) {
	const (
		noQuantity = ": is no quantity: write a number with a unit, such as 500m or 64Gi"
		negative   = ": must not be negative"
		whole      = ": must be a whole number"
		equal      = ": requests of an extended resource need an equal limit: set the limit to it"
		mainAt     = "spec.extraPodSpec.mainContainer.resources."
		configAt   = "DYN_DEPLOYMENT_CONFIG[ServiceArgs].resources."
	)
	config := func(resources string) option {
		return serviceEnv(DeploymentConfig, `{"Worker":{"ServiceArgs":{"resources":`+resources+`}}}`)
	}

	cases := map[string]struct {
		reason  string
		options []option
		want    []string
	}{
		"Valid": {
			reason: "Requests up to limits, GPUs equal",
			options: []option{
				limits(dynamo.Amounts{CPU: "2", Memory: "1Gi", GPU: "2", Custom: map[string]string{"rdma/ib": "1"}}),
				requests(dynamo.Amounts{CPU: "1500m", Memory: "1024Mi", GPU: "2", Custom: map[string]string{"rdma/ib": "1"}}),
			},
		},
		"Zero":          {reason: "Nothing is an amount", options: []option{limits(dynamo.Amounts{GPU: "0"}), requests(dynamo.Amounts{CPU: "0", GPU: "0"})}},
		"RequestsAlone": {reason: "Requests of CPU and memory need no limits", options: []option{requests(dynamo.Amounts{CPU: "1", Memory: "1Gi"})}},
		"NoQuantity": {
			reason: "Every amount that is none is named, in a fixed order",
			options: []option{
				limits(dynamo.Amounts{CPU: "lots", Memory: "64GB", GPU: "two", Custom: map[string]string{"z/z": "?", "a/a": "!"}}),
				requests(dynamo.Amounts{CPU: "1 "}),
			},
			want: []string{
				`spec.resources.limits.cpu: Invalid value: "lots"` + noQuantity,
				`spec.resources.limits.memory: Invalid value: "64GB"` + noQuantity,
				`spec.resources.limits.gpu: Invalid value: "two"` + noQuantity,
				`spec.resources.limits.custom[a/a]: Invalid value: "!"` + noQuantity,
				`spec.resources.limits.custom[z/z]: Invalid value: "?"` + noQuantity,
				`spec.resources.requests.cpu: Invalid value: "1 "` + noQuantity,
			},
		},
		"Negative": {
			reason:  "None is negative",
			options: []option{limits(dynamo.Amounts{CPU: "-1"}), requests(dynamo.Amounts{Memory: "-1Gi"})},
			want: []string{
				`spec.resources.limits.cpu: Invalid value: "-1"` + negative,
				`spec.resources.requests.memory: Invalid value: "-1Gi"` + negative,
			},
		},
		"NegativeOfMain": {
			reason:  "Nor in the main container",
			options: []option{mainResources(resourceList("memory", "-1Gi"), resourceList("cpu", "-2"))},
			want: []string{
				mainAt + `limits[memory]: Invalid value: "-1Gi"` + negative,
				mainAt + `requests[cpu]: Invalid value: "-2"` + negative,
			},
		},
		"PartOfGPU": {
			reason:  "GPUs come whole; CPUs need not",
			options: []option{limits(dynamo.Amounts{CPU: "0.5", GPU: "1.5"})},
			want:    []string{`spec.resources.limits.gpu: Invalid value: "1.5"` + whole},
		},
		"PartOfOther": {
			reason:  "So do those of another type, and other devices",
			options: []option{limits(dynamo.Amounts{GPU: "500m", GPUType: "amd.com/gpu", Custom: map[string]string{"rdma/ib": "0.1"}})},
			want: []string{
				`spec.resources.limits.gpu: Invalid value: "500m"` + whole,
				`spec.resources.limits.custom[rdma/ib]: Invalid value: "0.1"` + whole,
			},
		},
		"PartOfMain": {
			reason:  "Also in the main container",
			options: []option{mainResources(resourceList("nvidia.com/gpu", "1500m"), nil)},
			want:    []string{mainAt + `limits[nvidia.com/gpu]: Invalid value: "1500m"` + whole},
		},
		"BigUnits":       {reason: "A whole number may have a unit", options: []option{limits(dynamo.Amounts{GPU: "2k"})}},
		"GPURequest":     {reason: "A request of GPUs needs a limit", options: []option{requests(dynamo.Amounts{GPU: "2"})}, want: []string{`spec.resources.requests.gpu: Invalid value: "2"` + equal}},
		"GPULess":        {reason: "An equal one", options: []option{limits(dynamo.Amounts{GPU: "4"}), requests(dynamo.Amounts{GPU: "2"})}, want: []string{`spec.resources.requests.gpu: Invalid value: "2"` + equal}},
		"GPUOtherType":   {reason: "Of the same type", options: []option{limits(dynamo.Amounts{GPU: "2"}), requests(dynamo.Amounts{GPU: "2", GPUType: "amd.com/gpu"})}, want: []string{`spec.resources.requests.gpu: Invalid value: "2"` + equal}},
		"GPULimitOfMain": {reason: "Which may be the main container's", options: []option{mainResources(resourceList("nvidia.com/gpu", "2"), nil), requests(dynamo.Amounts{GPU: "2"})}},
		"AboveLimit": {
			reason:  "No request is above its limit",
			options: []option{limits(dynamo.Amounts{CPU: "1", Memory: "1Gi"}), requests(dynamo.Amounts{CPU: "2", Memory: "2Gi"})},
			want: []string{
				`spec.resources.requests.cpu: Invalid value: "2": must not be above its limit of 1`,
				`spec.resources.requests.memory: Invalid value: "2Gi": must not be above its limit of 1Gi`,
			},
		},
		"AboveLimitOfMain": {
			reason:  "Also not above the main container's",
			options: []option{requests(dynamo.Amounts{CPU: "2"}), mainResources(resourceList("cpu", "1"), nil)},
			want:    []string{`spec.resources.requests.cpu: Invalid value: "2": must not be above its limit of 1`},
		},
		"MainAboveLimit": {
			reason:  "Nor one of the main container, and the fault is there",
			options: []option{limits(dynamo.Amounts{CPU: "1"}), requests(dynamo.Amounts{CPU: "1"}), mainResources(nil, resourceList("cpu", "2"))},
			want:    []string{mainAt + `requests[cpu]: Invalid value: "2": must not be above its limit of 1`},
		},
		"MainRaisesLimit": {
			reason:  "What counts is what comes out",
			options: []option{limits(dynamo.Amounts{CPU: "1"}), requests(dynamo.Amounts{CPU: "2"}), mainResources(resourceList("cpu", "4"), nil)},
		},
		"CustomAboveLimit": {
			reason: "Custom resources of Kubernetes follow the rule of CPUs",
			options: []option{
				limits(dynamo.Amounts{Custom: map[string]string{"ephemeral-storage": "1Gi"}}),
				requests(dynamo.Amounts{Custom: map[string]string{"ephemeral-storage": "2Gi"}}),
			},
			want: []string{`spec.resources.requests.custom[ephemeral-storage]: Invalid value: "2Gi": must not be above its limit of 1Gi`},
		},
		"KubernetesDomain": {
			reason:  "So do others in its domain",
			options: []option{requests(dynamo.Amounts{Custom: map[string]string{"example.kubernetes.io/x": "0.5"}})},
		},
		"Config":           {reason: "DYN_DEPLOYMENT_CONFIG is both, and so equal", options: []option{config(`{"cpu":"1","gpu":"2"}`)}},
		"ConfigNoQuantity": {reason: "Its amounts are quantities", options: []option{config(`{"memory":"much"}`)}, want: []string{configAt + `memory: Invalid value: "much"` + noQuantity}},
		"ConfigNegative":   {reason: "Not negative", options: []option{config(`{"cpu":"-1"}`)}, want: []string{configAt + `cpu: Invalid value: "-1"` + negative}},
		"ConfigAboveMain":  {reason: "Not above a limit of the main container", options: []option{config(`{"cpu":"2"}`), mainResources(resourceList("cpu", "1"), nil)}, want: []string{configAt + `cpu: Invalid value: "2": must not be above its limit of 1`}},
		"ConfigUnreadable": {
			reason:  "Where it cannot be read, the service is named",
			options: []option{serviceEnv(DeploymentConfig, `{"Worker":1}`)},
			want: []string{`spec.envs[DYN_DEPLOYMENT_CONFIG]: Invalid value: "its value": its entry "Worker" cannot be read: ` +
				`it is a JSON number: correct it for service "Worker"`},
		},
		"ConfigOfMainUnreadable": {
			reason:  "And the place that counts",
			options: []option{serviceEnv(DeploymentConfig, `{}`), mainEnv(DeploymentConfig, `{"Worker":1}`)},
			want: []string{`spec.extraPodSpec.mainContainer.env[DYN_DEPLOYMENT_CONFIG]: Invalid value: "its value": its entry "Worker" cannot be read: ` +
				`it is a JSON number: correct it for service "Worker"`},
		},
		"ConfigOverruled": {
			reason:  "What the main container replaces is not read",
			options: []option{serviceEnv(DeploymentConfig, `{"Worker":1}`), mainEnv(DeploymentConfig, `{}`)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, findFaults(t, tc.options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFaultsOfAll has one fault of each kind: none hides another.
func TestFaultsOfAll(t *testing.T) {
	got := Faults(component(
		ofType("reranker", ""),
		withMain(func(c *corev1.Container) {
			c.Image = ""
			c.StartupProbe = &corev1.Probe{}
		}),
		withSpec(func(p *corev1.PodSpec) { p.Containers = []corev1.Container{{Name: "main"}} }),
		withPod(func(p *dynamo.Pod) { p.Mounts = []dynamo.Mount{{Name: "c", CompilationCache: true}} }),
		serviceEnv(DeploymentConfig, "?"),
		limits(dynamo.Amounts{CPU: "?", Memory: "-1"}),
		func(c *dynamo.Component) { c.At.Spec = field.NewPath("spec", "services").Key("Rank") },
	))

	var paths []string
	for _, e := range got {
		paths = append(paths, e.Field)
	}
	want := []string{
		"spec.services[Rank].extraPodSpec.mainContainer.image",
		"spec.services[Rank].extraPodSpec.containers[0].name",
		"spec.services[Rank].extraPodSpec.mainContainer.startupProbe",
		"spec.services[Rank].volumeMounts[0].mountPoint",
		"spec.services[Rank].envs[DYN_DEPLOYMENT_CONFIG]",
		"spec.services[Rank].resources.limits.cpu",
		"spec.services[Rank].resources.limits.memory",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("places of faults (-want, +got):\n%s", diff)
	}
}
