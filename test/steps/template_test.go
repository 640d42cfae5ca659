package steps

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/resource"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/utils/ptr"
)

const requireByName = `
apiVersion: meta.gotemplating.fn.crossplane.io/v1alpha1
kind: ExtraResources
requirements:
  other: {apiVersion: v1, kind: ConfigMap, matchName: other, namespace: {{ .observed.composite.resource.metadata.namespace }}}
`

const composeOne = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .observed.composite.resource.metadata.name }}
  annotations:
    gotemplating.fn.crossplane.io/composition-resource-name: made
    gotemplating.fn.crossplane.io/ready: "True"
`

// composite of a request, of a kind that nobody else has.
func composite() *structpb.Struct {
	return resource.MustStructJSON(`{"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "a", "namespace": "ns"}, "spec": {"size": 3}}`)
}

// called has a step answer for the composite, with a child that an earlier step wants.
func called(t *testing.T, f fnv1.FunctionRunnerServiceServer, input *structpb.Struct) *fnv1.RunFunctionResponse {
	t.Helper()
	child := resource.MustStructJSON(`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "earlier"}}`)
	seen := resource.MustStructJSON(`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "earlier"},
		"status": {"conditions": [{"type": "Available", "status": "True"}]}}`)
	rsp, err := f.RunFunction(t.Context(), &fnv1.RunFunctionRequest{
		Input: input,
		Observed: &fnv1.State{
			Composite: &fnv1.Resource{Resource: composite()},
			Resources: map[string]*fnv1.Resource{"earlier": {Resource: seen}},
		},
		Desired: &fnv1.State{
			Composite: &fnv1.Resource{Resource: &structpb.Struct{}, Ready: fnv1.Ready_READY_FALSE},
			Resources: map[string]*fnv1.Resource{"earlier": {Resource: child, Ready: fnv1.Ready_READY_FALSE}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return rsp
}

func TestTemplate(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		// fault is a part of what is said; empty where nothing is.
		fault string
		// made is the child of the template, ready what is told of it.
		made  string
		ready fnv1.Ready
		// status of the composite.
		status map[string]any
		needs  *fnv1.Requirements
	}{
		"Child": {
			reason: "a document with a name is a child, without the words to the function",
			args:   composeOne, ready: fnv1.Ready_READY_TRUE,
			made: `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "annotations": {}}}`,
		},
		"Status": {
			reason: "one of the composite's kind is its status",
			args:   "apiVersion: example.org/v1\nkind: Thing\nstatus: {size: {{ .observed.composite.resource.spec.size }}}\n",
			status: map[string]any{"size": 3.0},
		},
		"Required": {
			reason: "objects are asked for by name and namespace",
			args:   requireByName,
			needs: &fnv1.Requirements{Resources: map[string]*fnv1.ResourceSelector{"other": {
				ApiVersion: "v1", Kind: "ConfigMap", Namespace: ptr.To("ns"), Match: &fnv1.ResourceSelector_MatchName{MatchName: "other"},
			}}},
		},
		"Nothing":     {reason: "an empty document is none", args: "---\n# nothing\n"},
		"Fail":        {reason: "a template may refuse", args: `{{ fail "no room" }}`, fault: "no room"},
		"Nameless":    {reason: "a child needs a name", args: "{apiVersion: v1, kind: ConfigMap}", fault: "has no annotation"},
		"Unknown":     {reason: "words that it does not know are faults", args: strings.Replace(requireByName, "ExtraResources", "Context", 1), fault: "is not known here"},
		"Environment": {reason: "the variables of the process stay where they are", args: `{{ env "HOME" }}`, fault: `function "env" not defined`},
		"Broken":      {reason: "so is a document that is none", args: "a: [", fault: "cannot read a document"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			input, err := structpb.NewStruct(map[string]any{"inline": map[string]any{"template": tc.args}})
			if err != nil {
				t.Fatal(err)
			}
			rsp := called(t, Template{}, input)
			if fault := faultOf(rsp); (tc.fault == "") != (fault == "") || !strings.Contains(fault, tc.fault) {
				t.Fatalf("%s: want fault %q, got %q", tc.reason, tc.fault, fault)
			}
			if tc.fault != "" {
				return
			}
			made := rsp.GetDesired().GetResources()["made"]
			if tc.made != "" {
				if diff := cmp.Diff(resource.MustStructJSON(tc.made), made.GetResource(), protocmp.Transform()); diff != "" {
					t.Errorf("%s: -want child, +got:\n%s", tc.reason, diff)
				}
			}
			if made.GetReady() != tc.ready {
				t.Errorf("%s: ready is %s, want %s", tc.reason, made.GetReady(), tc.ready)
			}
			if diff := cmp.Diff(tc.status, mapOf(rsp.GetDesired().GetComposite().GetResource(), "status")); diff != "" {
				t.Errorf("%s: -want status, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.needs, rsp.GetRequirements(), protocmp.Transform()); diff != "" {
				t.Errorf("%s: -want requirements, +got:\n%s", tc.reason, diff)
			}
			if got := rsp.GetDesired().GetComposite().GetReady(); got != fnv1.Ready_READY_UNSPECIFIED {
				t.Errorf("%s: want nothing said of the composite, got %s", tc.reason, got)
			}
			if got := rsp.GetDesired().GetResources()["earlier"].GetReady(); got != fnv1.Ready_READY_FALSE {
				t.Errorf("%s: want what is not named left as it is, got %s", tc.reason, got)
			}
		})
	}
}

// faultOf is the first result of a response.
func faultOf(rsp *fnv1.RunFunctionResponse) string {
	for _, r := range rsp.GetResults() {
		return r.GetMessage()
	}
	return ""
}

// mapOf is an object in a field; nil where there is none.
func mapOf(s *structpb.Struct, field string) map[string]any {
	v, ok := s.GetFields()[field]
	if !ok {
		return nil
	}
	return v.GetStructValue().AsMap()
}
