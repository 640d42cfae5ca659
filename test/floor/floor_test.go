package main

import (
	"os"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// identity of a composed object.
type identity struct{ Key, Kind, Name string }

// TestChildren holds the floor to what it is compared with: for the graph of the load
// test it composes what our function composes, by key, kind and name.
func TestChildren(t *testing.T) {
	raw, err := os.ReadFile("testdata/load.yaml")
	if err != nil {
		t.Fatal(err)
	}
	manifest := map[string]any{}
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(string(raw), "$(name)", "load-000")), &manifest); err != nil {
		t.Fatal(err)
	}
	graph, err := preview.New(preview.Options{Settings: settings.Default()}).Render(manifest)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, graph)
}

// compare a composite with what the floor makes of it, and so all below it.
func compare(t *testing.T, n preview.Node) {
	t.Helper()
	if n.Result == nil {
		return
	}
	want, got := map[identity]bool{}, map[identity]bool{}
	for _, c := range n.Result.Children {
		want[identify(c.Key, c.Object)] = true
		compare(t, c)
	}
	for key, r := range run(t, n.Object, nil).GetDesired().GetResources() {
		got[identify(key, r.GetResource().AsMap())] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("children of %v: -function, +floor:\n%s", n.Object["kind"], diff)
	}
}

func identify(key string, object map[string]any) identity {
	kind, _ := object["kind"].(string)
	metadata, _ := object["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	return identity{key, kind, name}
}

// run calls the floor for a composite with the given children.
func run(t *testing.T, composite map[string]any, observed map[string]string) *fnv1.RunFunctionResponse {
	t.Helper()
	req := &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: resource(t, composite), Resources: map[string]*fnv1.Resource{}}}
	for key, text := range observed {
		o := map[string]any{}
		if err := yaml.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		req.Observed.Resources[key] = resource(t, o)
	}
	rsp, err := floor{}.RunFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return rsp
}

func resource(t *testing.T, o map[string]any) *fnv1.Resource {
	t.Helper()
	s, err := wire.Struct(o)
	if err != nil {
		t.Fatal(err)
	}
	return &fnv1.Resource{Resource: s}
}

func TestReadiness(t *testing.T) {
	const available, starting = `{status: {conditions: [{type: Available, status: "True"}]}}`, `{status: {conditions: [{type: Available, status: "False"}]}}`
	cases := map[string]struct {
		reason string
		args   map[string]string
		want   string
	}{
		"NotThere":  {reason: "a Deployment that does not exist is not ready", want: "READY_FALSE"},
		"Starting":  {reason: "nor is one whose pods start", args: map[string]string{"deployment/main": starting}, want: "READY_FALSE"},
		"Available": {reason: "its condition says that it is", args: map[string]string{"deployment/main": available}, want: "READY_TRUE"},
	}
	component := map[string]any{"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoComponentDeployment", "metadata": map[string]any{"name": "a"}}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			all := run(t, component, tc.args).GetDesired().GetResources()
			got := map[string]string{"deployment/main": all["deployment/main"].GetReady().String(), "service/main": all["service/main"].GetReady().String()}
			if diff := cmp.Diff(map[string]string{"deployment/main": tc.want, "service/main": "READY_TRUE"}, got); diff != "" {
				t.Errorf("\n%s\nRunFunction(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	rsp := run(t, map[string]any{"kind": "DynamoModel"}, nil)
	if len(rsp.GetResults()) != 1 || rsp.GetResults()[0].GetSeverity() != fnv1.Severity_SEVERITY_FATAL {
		t.Errorf("RunFunction(...): want a fatal result for a kind that the floor does not compose, got %v", rsp.GetResults())
	}
}
