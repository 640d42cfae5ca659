package bench

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/test/steps"
)

// object is a Kubernetes object as JSON types.
type object = map[string]any

// call is a request that core sends of a running composite, and a template that
// composes the same of it.
type call struct {
	name     string
	request  *fnv1.RunFunctionRequest
	template steps.Template
}

// calls are those that are measured.
func calls(tb testing.TB) []call {
	tb.Helper()
	graphTemplate, componentTemplate := readTemplate(tb, "graph.tmpl"), readTemplate(tb, "component.tmpl")
	var out []call
	for _, n := range []int{1, 10, 25} {
		out = append(out, call{
			name:     fmt.Sprintf("graph/services=%d", n),
			request:  settle(tb, root(graph(tb, n))).request(tb),
			template: graphTemplate,
		})
	}
	return append(out, call{
		name:     "component",
		request:  settle(tb, component(tb)).request(tb),
		template: componentTemplate,
	})
}

// graph is the manifest's with n services: its frontend, and its workers in
// turn under new names.
func graph(tb testing.TB, n int) object {
	tb.Helper()
	out := readYAML(tb, "graph.yaml")
	spec := out["spec"].(object)
	prototypes := spec["services"].(object)
	services := object{"Frontend": prototypes["Frontend"]}
	for i := 1; i < n; i++ {
		kind := "Decode"
		if i%2 == 0 {
			kind = "Prefill"
		}
		services[fmt.Sprintf("%s%02d", kind, i)] = prototypes[kind]
	}
	spec["services"] = services
	return out
}

// component is a decode worker as its graph composes it.
func component(tb testing.TB) object {
	tb.Helper()
	const key = "component/Decode01"
	child, ok := settle(tb, root(graph(tb, 2))).children[key]
	if !ok {
		tb.Fatalf("the graph composes no %s", key)
	}
	return strip(child)
}

// strip leaves of an observed object what was desired of it.
func strip(o object) object {
	observed := o["metadata"].(object)
	metadata := object{}
	for _, k := range []string{"name", "namespace", "labels", "annotations", "ownerReferences"} {
		metadata[k] = observed[k]
	}
	spec := maps.Clone(o["spec"].(object))
	delete(spec, "crossplane")
	return object{"apiVersion": o["apiVersion"], "kind": o["kind"], "metadata": metadata, "spec": spec}
}

// request is what core sends of a composite.
func (c composite) request(tb testing.TB) *fnv1.RunFunctionRequest {
	tb.Helper()
	out := &fnv1.RunFunctionRequest{
		Meta: &fnv1.RequestMeta{
			Tag: digest("tag"),
			Capabilities: []fnv1.Capability{
				fnv1.Capability_CAPABILITY_CAPABILITIES,
				fnv1.Capability_CAPABILITY_REQUIRED_RESOURCES,
				fnv1.Capability_CAPABILITY_CREDENTIALS,
				fnv1.Capability_CAPABILITY_CONDITIONS,
				fnv1.Capability_CAPABILITY_REQUIRED_SCHEMAS,
			},
		},
		Observed: &fnv1.State{
			Composite: &fnv1.Resource{Resource: toStruct(tb, c.object)},
			Resources: make(map[string]*fnv1.Resource, len(c.children)),
		},
		Desired: &fnv1.State{},
		Input:   toStruct(tb, readYAML(tb, "settings.yaml")),
		Context: &structpb.Struct{},
	}
	for key, o := range c.children {
		out.Observed.Resources[key] = &fnv1.Resource{Resource: toStruct(tb, o)}
	}
	out.RequiredResources = c.answerClaims(out.GetObserved().GetResources())
	namespace, _ := c.object["metadata"].(object)["namespace"].(string)
	for name := range layer.AskForSettings(namespace) {
		out.RequiredResources[name] = &fnv1.Resources{} // There are none.
	}
	return out
}

// answerClaims answers which of the claims exist that a graph is to make.
func (c composite) answerClaims(observed map[string]*fnv1.Resource) map[string]*fnv1.Resources {
	out := map[string]*fnv1.Resources{}
	all, _ := c.object["spec"].(object)["pvcs"].([]any)
	for _, p := range all {
		key := fmt.Sprintf("pvc/%v", p.(object)["name"])
		out[key] = &fnv1.Resources{}
		if r, ok := observed[key]; ok {
			out[key].Items = []*fnv1.Resource{r}
		}
	}
	return out
}

func toStruct(tb testing.TB, o object) *structpb.Struct {
	tb.Helper()
	raw, err := json.Marshal(o)
	if err != nil {
		tb.Fatal(err)
	}
	out := &structpb.Struct{}
	if err := protojson.Unmarshal(raw, out); err != nil {
		tb.Fatal(err)
	}
	return out
}

func read(tb testing.TB, name string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func readYAML(tb testing.TB, name string) object {
	tb.Helper()
	out := object{}
	if err := yaml.Unmarshal(read(tb, name), &out); err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return out
}

func readTemplate(tb testing.TB, name string) steps.Template {
	tb.Helper()
	return steps.Template{Source: string(read(tb, name))}
}
