package render

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// What core writes on every object that it composes.
const (
	annotationKey = "crossplane.io/composition-resource-name"

	// annotationHandedDown is which Composition a graph told a child.
	annotationHandedDown = "dynamo.fn.crossplane.io/handed-down"
	labelComposite       = "crossplane.io/composite"
	labelClaim           = "crossplane.io/claim-name"
	labelClaimNamespace  = "crossplane.io/claim-namespace"
)

// rendering is what the engine printed.
type rendering struct {
	// composite with its new status.
	composite unstructured.Unstructured
	// children by key.
	children map[string]unstructured.Unstructured
}

// sort tells the composite, which comes first, from its children. A composite
// that another one composed carries a key as they do.
func sort(documents []map[string]any) (rendering, error) {
	if len(documents) == 0 {
		return rendering{}, errors.New("the engine printed nothing")
	}
	out := rendering{
		composite: unstructured.Unstructured{Object: documents[0]},
		children:  map[string]unstructured.Unstructured{},
	}
	for _, d := range documents[1:] {
		u := unstructured.Unstructured{Object: d}
		key := u.GetAnnotations()[annotationKey]
		if _, taken := out.children[key]; key == "" || taken {
			return rendering{}, fmt.Errorf("%s %q has key %q: want one of its own", u.GetKind(), u.GetName(), key)
		}
		out.children[key] = u
	}
	return out, nil
}

// bare is a child without what core adds to it, and without its Composition: only core
// knows that of the graph, with which it goes.
func bare(u unstructured.Unstructured) map[string]any {
	out := u.DeepCopy()
	out.SetOwnerReferences(nil)
	out.SetGenerateName("")
	out.SetNamespace("")
	out.SetAnnotations(without(without(out.GetAnnotations(), annotationKey), annotationHandedDown))
	unstructured.RemoveNestedField(out.Object, "spec", "crossplane")
	out.SetLabels(without(without(without(out.GetLabels(), labelComposite), labelClaim), labelClaimNamespace))
	forgetUID(out.Object)
	return out.Object
}

// forgetUID removes the UID of the composite from the variables of a Job's containers:
// the engine gives each composite one, and a preview has none.
func forgetUID(object map[string]any) {
	containers, _, _ := unstructured.NestedSlice(object, "spec", "template", "spec", "containers")
	if object["kind"] != "Job" {
		return
	}
	for _, c := range containers {
		container, _ := c.(map[string]any)
		variables, _ := container["env"].([]any)
		for _, v := range variables {
			if variable, _ := v.(map[string]any); variable["name"] == "DGDR_UID" {
				delete(variable, "value")
			}
		}
	}
	_ = unstructured.SetNestedSlice(object, containers, "spec", "template", "spec", "containers") // It was read from there.
}

// without is nil for nothing left, so that no empty map stays behind.
func without(m map[string]string, key string) map[string]string {
	out := maps.Clone(m)
	delete(out, key)
	if len(out) == 0 {
		return nil
	}
	return out
}

// conditions of the composite that are not core's, by type.
func (r rendering) conditions() map[string]layer.Condition {
	core := []string{"Ready", "Synced", "Healthy", "UpToDate", "Responsive"}
	list, _, _ := unstructured.NestedSlice(r.composite.Object, "status", "conditions")
	ofClaim, _, _ := unstructured.NestedStringSlice(r.composite.Object, "status", "claimConditionTypes")
	out := map[string]layer.Condition{}
	for _, item := range list {
		m, _ := item.(map[string]any)
		text := func(key string) string { s, _ := m[key].(string); return s }
		if slices.Contains(core, text("type")) {
			continue
		}
		out[text("type")] = layer.Condition{
			Type: text("type"), Status: layer.Status(text("status")), Reason: text("reason"), Message: text("message"),
			OfClaim: slices.Contains(ofClaim, text("type")),
		}
	}
	return out
}

func TestBare(t *testing.T) {
	child := func(metadata map[string]any) map[string]any {
		return map[string]any{"apiVersion": "v1", "kind": "Service", "metadata": metadata}
	}
	cases := map[string]struct {
		reason string
		args   map[string]any
		want   map[string]any
	}{
		"AllOfCore": {
			reason: "Everything that core adds goes, empty maps included.",
			args: child(map[string]any{
				"name":            "a",
				"namespace":       "ns",
				"generateName":    "xr-",
				"annotations":     map[string]any{annotationKey: "service/main"},
				"labels":          map[string]any{labelComposite: "xr", labelClaim: "claim", labelClaimNamespace: "ns"},
				"ownerReferences": []any{map[string]any{"apiVersion": "v1", "kind": "X", "name": "xr", "uid": "u"}},
			}),
			want: child(map[string]any{"name": "a"}),
		},
		"Composition": {
			reason: "So does the Composition that goes with the graph's.",
			args: map[string]any{
				"metadata": map[string]any{"name": "a", "annotations": map[string]any{annotationHandedDown: "c"}},
				"spec":     map[string]any{"replicas": int64(1), "crossplane": map[string]any{"compositionRef": map[string]any{"name": "c"}}},
			},
			want: map[string]any{"metadata": map[string]any{"name": "a"}, "spec": map[string]any{"replicas": int64(1)}},
		},
		"OthersStay": {
			reason: "Labels and annotations of ours are compared.",
			args: child(map[string]any{
				"name":        "a",
				"annotations": map[string]any{annotationKey: "service/main", "dynamo.fn.crossplane.io/spec-hash": "h"},
				"labels":      map[string]any{labelComposite: "xr", "crossplane.io/other": "x"},
			}),
			want: child(map[string]any{
				"name":        "a",
				"annotations": map[string]any{"dynamo.fn.crossplane.io/spec-hash": "h"},
				"labels":      map[string]any{"crossplane.io/other": "x"},
			}),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := bare(unstructured.Unstructured{Object: tc.args})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nbare(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
