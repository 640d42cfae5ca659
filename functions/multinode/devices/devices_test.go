package devices

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// spanning is a worker of vLLM on two nodes, with a claim of a template.
func spanning(changes ...func(*dynamo.Component)) dynamo.Component {
	c := dynamo.Component{
		Namespace: "llm",
		Service:   "Decode",
		Type:      dynamo.TypeWorker,
		Nodes:     2,
		Engine:    dynamo.EngineChoice{Name: dynamo.EngineVLLM},
		At:        dynamo.Paths{Spec: field.NewPath("spec"), Form: dynamo.Form{dynamo.FieldResources: {"resources"}}},
	}
	c.Pod.Main = &corev1.Container{}
	c.Pod.Resources.Claims = []corev1.ResourceClaim{{Name: "gpu"}}
	c.Pod.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu", ResourceClaimTemplateName: ptr.To("two-gpus")}}
	for _, change := range changes {
		change(&c)
	}
	return c
}

// byName takes a claim of its own in the place of a template's.
func byName(c *dynamo.Component) {
	c.Pod.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu", ResourceClaimName: ptr.To("mine")}}
}

func request(name string) func(*dynamo.Component) {
	return func(c *dynamo.Component) { c.Pod.Resources.Claims[0].Request = name }
}

// template is a ResourceClaimTemplate with requests.
func template(t *testing.T, requests string) []layer.Object {
	t.Helper()
	return []layer.Object{held(t, "ResourceClaimTemplate", "{spec: {devices: {requests: "+requests+"}}}")}
}

func held(t *testing.T, kind, spec string) layer.Object {
	t.Helper()
	section := map[string]any{}
	if err := yaml.Unmarshal([]byte(spec), &section); err != nil {
		t.Fatalf("cannot read %s: %v", spec, err)
	}
	return layer.Object{Kind: kind, Section: func(string) map[string]any { return section }}
}

// there are the answers of a cluster that has the API and one object.
func there(key string, found []layer.Object) layer.Answers {
	return layer.Answers{
		APIs:    map[string]bool{"resourceclaim": true},
		Objects: map[string][]layer.Object{key: found},
	}
}

func TestNeeds(t *testing.T) {
	api := map[string]layer.API{"resourceclaim": {APIVersion: "resource.k8s.io/v1", Kind: "ResourceClaim"}}
	known := layer.Answers{APIs: map[string]bool{"resourceclaim": true}}
	cases := map[string]struct {
		reason  string
		c       []dynamo.Component
		answers layer.Answers
		want    layer.Needs
	}{
		"Nobody":     {reason: "nobody asks for nothing", answers: known},
		"Unanswered": {reason: "at first only whether the cluster has the API", c: []dynamo.Component{spanning()}, want: layer.Needs{APIs: api}},
		"Lacking":    {reason: "nothing else where it has not", c: []dynamo.Component{spanning()}, answers: layer.Answers{APIs: map[string]bool{"resourceclaim": false}}, want: layer.Needs{APIs: api}},
		"Template": {
			reason: "then for the template by name", c: []dynamo.Component{spanning()}, answers: known,
			want: layer.Needs{APIs: api, Objects: map[string]layer.Selector{"resourceclaimtemplate/two-gpus": {
				API: layer.API{APIVersion: "resource.k8s.io/v1", Kind: "ResourceClaimTemplate"}, Namespace: "llm", Name: "two-gpus",
			}}},
		},
		"Claims": {
			reason: "and for the claims of all components, each once", c: []dynamo.Component{spanning(byName), spanning(), spanning()}, answers: known,
			want: layer.Needs{APIs: api, Objects: map[string]layer.Selector{
				"resourceclaim/mine": {
					API: layer.API{APIVersion: "resource.k8s.io/v1", Kind: "ResourceClaim"}, Namespace: "llm", Name: "mine",
				},
				"resourceclaimtemplate/two-gpus": {
					API: layer.API{APIVersion: "resource.k8s.io/v1", Kind: "ResourceClaimTemplate"}, Namespace: "llm", Name: "two-gpus",
				},
			}},
		},
		"NoClaims":  {reason: "without claims nothing", c: []dynamo.Component{spanning(func(c *dynamo.Component) { c.Pod.Resources.Claims = nil })}, answers: known},
		"OneNode":   {reason: "on one node nothing follows from GPUs", c: []dynamo.Component{spanning(func(c *dynamo.Component) { c.Nodes = 1 })}, answers: known},
		"NoEngine":  {reason: "nor without an engine", c: []dynamo.Component{spanning(func(c *dynamo.Component) { c.Engine.Name = dynamo.EngineNone })}, answers: known},
		"Undefined": {reason: "a claim that the pod does not define", c: []dynamo.Component{spanning(func(c *dynamo.Component) { c.Pod.Spec.ResourceClaims = nil })}, answers: known},
		"Empty":     {reason: "or defines by nothing", c: []dynamo.Component{spanning(func(c *dynamo.Component) { c.Pod.Spec.ResourceClaims[0].ResourceClaimTemplateName = nil })}, answers: known},
		"Limits": {
			reason: "a container that counts GPUs itself", answers: known,
			c: []dynamo.Component{spanning(func(c *dynamo.Component) { c.Pod.Resources.Limits.GPU = "8" })},
		},
		"OtherLimits": {
			reason: "by any name", answers: known,
			c: []dynamo.Component{spanning(func(c *dynamo.Component) {
				c.Pod.Main.Resources.Limits = corev1.ResourceList{"nvidia.com/mig-1g.5gb": resource.MustParse("1")}
			})},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Needs(tc.c, tc.answers)); diff != "" {
				t.Errorf("%s: Needs(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCount(t *testing.T) {
	const (
		key   = "resourceclaimtemplate/two-gpus"
		not   = `spec.resources.claims: GPUs of claim "gpu" are not counted, since `
		two   = "[{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}]"
		of    = `request "gpu" of ResourceClaimTemplate "two-gpus" `
		mixed = "[{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}, {name: nic, exactly: {deviceClassName: rdma.example.org, count: 4}}]"
	)
	type want struct {
		gpus     int64
		unknown  bool
		warnings []string
	}
	cases := map[string]struct {
		reason  string
		c       dynamo.Component
		answers layer.Answers
		kept    int64
		want    want
	}{
		"Count":       {reason: "the number of a request", c: spanning(), answers: there(key, template(t, two)), want: want{gpus: 2}},
		"One":         {reason: "which is one where it is left out", c: spanning(), answers: there(key, template(t, "[{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}]")), want: want{gpus: 1}},
		"Anew":        {reason: "whatever it was before", c: spanning(), answers: there(key, template(t, two)), kept: 8, want: want{gpus: 2}},
		"Slices":      {reason: "slices count as GPUs", c: spanning(), answers: there(key, template(t, "[{name: gpu, exactly: {deviceClassName: mig.nvidia.com, count: 3}}]")), want: want{gpus: 3}},
		"Sum":         {reason: "requests add up", c: spanning(), answers: there(key, template(t, "[{name: a, exactly: {deviceClassName: gpu.nvidia.com}}, {name: b, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}]")), want: want{gpus: 3}},
		"OtherDevice": {reason: "other devices do not count", c: spanning(), answers: there(key, template(t, mixed)), want: want{gpus: 2}},
		"Request":     {reason: "nor do requests that the container does not use", c: spanning(request("gpu")), answers: there(key, template(t, "[{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}, {name: b, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}]")), want: want{gpus: 1}},
		"Same":        {reason: "alternatives of one number", c: spanning(), answers: there(key, template(t, "[{name: gpu, firstAvailable: [{name: a, deviceClassName: gpu.nvidia.com, count: 2}, {name: b, deviceClassName: gpu.example.org, count: 2}]}]")), want: want{gpus: 2}},
		"Claim": {
			reason: "a claim by name is not wrapped", c: spanning(byName),
			answers: there("resourceclaim/mine", []layer.Object{held(t, "ResourceClaim", "{devices: {requests: "+two+"}}")}), want: want{gpus: 2},
		},
		"NoClaims": {reason: "without claims there is nothing to say", c: spanning(func(c *dynamo.Component) { c.Pod.Resources.Claims = nil }), kept: 8},

		"Unanswered": {reason: "nobody is told to wait for core", c: spanning(), want: want{unknown: true}},
		"Later":      {reason: "neither while it looks", c: spanning(), answers: layer.Answers{APIs: map[string]bool{"resourceclaim": true}}, kept: 2, want: want{gpus: 2, unknown: true}},
		"Lacking": {
			reason: "a cluster without the API", c: spanning(), answers: layer.Answers{APIs: map[string]bool{"resourceclaim": false}},
			want: want{unknown: true, warnings: []string{not + "the cluster lacks ResourceClaim of resource.k8s.io/v1: install Kubernetes 1.34 or later, or ask for GPUs by limits"}},
		},
		"Absent": {
			reason: "a namespace without the template", c: spanning(), answers: there(key, []layer.Object{}),
			want: want{unknown: true, warnings: []string{not + `the namespace has no ResourceClaimTemplate "two-gpus": create it`}},
		},
		"AbsentClaim": {
			reason: "or without the claim", c: spanning(byName), answers: there("resourceclaim/mine", []layer.Object{}),
			want: want{unknown: true, warnings: []string{not + `the namespace has no ResourceClaim "mine": create it`}},
		},
		"Deleted": {
			reason: "pods that run keep what they were made with", c: spanning(), answers: there(key, []layer.Object{}), kept: 2,
			want: want{gpus: 2, unknown: true, warnings: []string{not + `the namespace has no ResourceClaimTemplate "two-gpus": create it`}},
		},
		"Unreadable": {
			reason: "a spec of another form", c: spanning(), answers: there(key, []layer.Object{held(t, "ResourceClaimTemplate", "{spec: {devices: 7}}")}),
			want: want{unknown: true, warnings: []string{not + `ResourceClaimTemplate "two-gpus" has no requests that can be read: correct its spec`}},
		},
		"NoSpec": {
			reason: "or none", c: spanning(), answers: there(key, []layer.Object{{Kind: "ResourceClaimTemplate"}}),
			want: want{unknown: true, warnings: []string{not + `ResourceClaimTemplate "two-gpus" has no requests that can be read: correct its spec`}},
		},
		"NoForm": {
			reason: "a request of another form", c: spanning(), answers: there(key, template(t, "[{name: gpu, someday: {}}]")),
			want: want{unknown: true, warnings: []string{not + of + "has a form that is not known: use exactly or firstAvailable"}},
		},
		"All": {
			reason: "all of a node are any number", c: spanning(), answers: there(key, template(t, "[{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, allocationMode: All}}]")),
			want: want{unknown: true, warnings: []string{not + of + "takes all devices of a node: request a number of them"}},
		},
		"Mode": {
			reason: "a mode to come", c: spanning(), answers: there(key, template(t, "[{name: gpu, exactly: {deviceClassName: gpu.nvidia.com, allocationMode: Some}}]")),
			want: want{unknown: true, warnings: []string{not + of + `has allocation mode "Some", which is not known: use ExactCount`}},
		},
		"Alternatives": {
			reason: "alternatives of several numbers", c: spanning(), answers: there(key, template(t, "[{name: gpu, firstAvailable: [{name: a, deviceClassName: gpu.nvidia.com}, {name: b, deviceClassName: mig.nvidia.com, count: 2}]}]")),
			want: want{unknown: true, warnings: []string{not + of + "takes another number of GPUs with each alternative: request the same number with all"}},
		},
		"Class": {
			reason: "a class whose name says nothing", c: spanning(), answers: there(key, template(t, "[{name: gpu, exactly: {deviceClassName: h100}}]")),
			want: want{unknown: true, warnings: []string{
				"spec.resources.claims: GPUs are not counted, since no claim requests a device class that is known as one of GPUs: use one with gpu or mig in its name",
			}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c, warnings := Count(tc.c, tc.answers, tc.kept)
			got := want{gpus: c.Claimed.GPUs, unknown: c.Claimed.Uncounted, warnings: warnings}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: Count(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestGPUClass(t *testing.T) {
	for class, want := range map[string]bool{
		"gpu.nvidia.com": true, "mig.nvidia.com": true, "vfio.gpu.nvidia.com": true, "gpu.amd.com": true, "gpu.intel.com": true,
		"h100-gpu": true, "vgpu.example.org": true, "GPU": true, "nvidia-gpus": true,
		"h100": false, "compute-domain-daemon.nvidia.com": false, "rdma.example.org": false, "gpunet.example.org": false, "migration": false, "": false,
	} {
		if got := gpuClass.MatchString(class); got != want {
			t.Errorf("class %q: want GPUs %t, got %t", class, want, got)
		}
	}
}
