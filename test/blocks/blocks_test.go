// Package blocks_test edits the optional blocks of a service as people do, without a
// control plane: the layers render, and the API server's own code for server-side
// apply merges what they render into what is there.
package blocks_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

const graph = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: team}
spec:
  services:
    Any:
      componentType: worker
      extraPodSpec:
        mainContainer: {image: example.org/dynamo:1, command: [python3], args: [-m, dynamo.vllm, --model, example/model]}
`

// previewer has nothing that exists. It keeps the schemas, which take long to build.
var previewer = preview.New(preview.Options{Settings: settings.Default()})

// block is a service in two forms, by name.
type block map[string]map[string]any

func readBlocks(t *testing.T) map[string]block {
	t.Helper()
	raw, err := os.ReadFile("blocks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]block{}
	if err := kyaml.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// manifest is the graph with a form of a block.
func (b block) manifest(t *testing.T, form string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := kyaml.Unmarshal([]byte(graph), &out); err != nil {
		t.Fatal(err)
	}
	service := out["spec"].(map[string]any)["services"].(map[string]any)["Any"].(map[string]any)
	merge(service, runtime.DeepCopyJSON(b[form]))
	return out
}

func merge(into, from map[string]any) {
	for k, v := range from {
		has, isMap := into[k].(map[string]any)
		more, both := v.(map[string]any)
		if isMap && both {
			merge(has, more)
			continue
		}
		into[k] = v
	}
}

// TestEdits makes a graph with an empty block, fills it, empties it and fills it again.
// After each edit all objects are as if they had been made so, no block of them came
// empty, and the next reconcile changes none.
func TestEdits(t *testing.T) {
	for name, b := range readBlocks(t) {
		t.Run(name, func(t *testing.T) {
			s := &server{objects: map[string]*object{}}
			made := map[string]map[string]any{}
			for _, form := range []string{"empty", "full", "empty", "full"} {
				s.reconcile(t, b.manifest(t, form))
				now := s.snapshot(t)
				s.reconcile(t, b.manifest(t, form))
				if diff := cmp.Diff(now, s.snapshot(t)); diff != "" {
					t.Errorf("%s: the next reconcile changes it: -before, +after:\n%s", form, diff)
				}
				if before, ok := made[form]; ok {
					if diff := cmp.Diff(before, withoutEmpty(now)); diff != "" {
						t.Errorf("%s again: -made so, +edited:\n%s", form, diff)
					}
				}
				made[form], _ = withoutEmpty(now).(map[string]any)
			}
			if cmp.Equal(made["full"], made["empty"]) {
				t.Error("the block changes nothing")
			}
		})
	}
}

// reconcile has all layers render a manifest, and applies what they render.
func (s *server) reconcile(t *testing.T, manifest map[string]any) {
	t.Helper()
	node, err := previewer.Beside(s.existing()).Render(manifest)
	if err != nil {
		t.Fatal(err)
	}
	s.take(t, node)
}

// snapshot is a copy of all objects, by kind and name.
func (s *server) snapshot(t *testing.T) map[string]any {
	t.Helper()
	out := map[string]any{}
	for id, o := range s.objects {
		fields := runtime.DeepCopyJSON(o.read())
		unstructured.RemoveNestedField(fields, "metadata", "managedFields") // They have the time.
		out[id] = fields
	}
	return out
}

// withoutEmpty removes what does not count when objects are compared, in place: empty
// blocks, which pods keep where they have them, and the hash of the spec.
func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, below := range v {
			if v[k] = withoutEmpty(below); v[k] == nil {
				delete(v, k)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	}
	return v
}

// TestEveryBlock fails for a block of a service that was added to the API and that no
// edit is tested of.
func TestEveryBlock(t *testing.T) {
	// Components do not have these: nothing acts on them.
	ignored := []string{"autoscaling", "checkpoint", "failover", "gpuMemoryService", "providerOverride", "topologyConstraint"}
	tested := map[string]bool{}
	for _, b := range readBlocks(t) {
		for field := range b["full"] {
			tested[field] = true
		}
	}
	for f := range reflect.TypeFor[v1alpha1.DynamoComponentDeploymentSharedSpec]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind := f.Type.Kind()
		isBlock := kind == reflect.Map || kind == reflect.Slice || (kind == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct)
		if isBlock && !tested[name] && !slices.Contains(ignored, name) {
			t.Errorf("no block in blocks.yaml has field %q: add it, full and empty", name)
		}
	}
}
