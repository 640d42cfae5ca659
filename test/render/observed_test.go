package render

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// annotationHash is what a component of ours echoes in its status.
const annotationHash = "dynamo.fn.crossplane.io/spec-hash"

const header = "# The children of the graph as they are in a cluster, with owner and status. The prefill worker has not started yet.\n" +
	"# Written by `make golden`.\n"

// TestObservedOfRunningGraph keeps the observed children of examples/graph-running
// in step with what the function composes: their hashes are part of it.
func TestObservedOfRunningGraph(t *testing.T) {
	file := filepath.Join(running, "observed", "children.yaml")
	graph := objectOf(t, filepath.Join(running, "xr.yaml"))
	node, err := preview.New(options()).Render(graph.Object)
	if err != nil {
		t.Fatal(err)
	}
	want := header + dump(t, graph, node.Result.Children)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is out of date: run `make golden` and review the difference: -want, +got:\n%s", file, diff)
	}
}

// dump is what kubectl would print of the children of the graph.
func dump(t *testing.T, graph unstructured.Unstructured, children []preview.Node) string {
	t.Helper()
	documents := make([]string, 0, len(children))
	for _, child := range children {
		raw, err := yaml.Marshal(observed(graph, child))
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(raw))
	}
	return strings.Join(documents, "---\n")
}

// observed is a composed child as the cluster holds it.
func observed(graph unstructured.Unstructured, child preview.Node) map[string]any {
	out := unstructured.Unstructured{Object: child.Object}
	out.SetGeneration(1)
	out.SetAnnotations(with(out.GetAnnotations(), annotationKey, child.Key))
	out.SetLabels(with(out.GetLabels(), labelComposite, graph.GetName()))
	out.SetOwnerReferences([]metav1.OwnerReference{*metav1.NewControllerRef(&graph, graph.GroupVersionKind())})
	if status := statusOf(out); status != nil {
		out.Object["status"] = status
	}
	return out.Object
}

func with(m map[string]string, key, value string) map[string]string {
	out := map[string]string{key: value}
	maps.Copy(out, m)
	return out
}

// statusOf is the status of a component; nil for other kinds.
func statusOf(u unstructured.Unstructured) map[string]any {
	hash := u.GetAnnotations()[annotationHash]
	out := map[string]any{"observedGeneration": int64(1), "observedSpecHash": hash}
	switch u.GetName() {
	case "qwen-decodeworker":
		out["availableSpecHash"], out["service"] = hash, counts(u.GetName(), 2, 2)
	case "qwen-frontend":
		out["availableSpecHash"], out["service"] = hash, counts(u.GetName(), 1, 1)
	case "qwen-prefillworker":
		out["service"] = counts(u.GetName(), 1, 0)
	default:
		return nil
	}
	return out
}

// counts of a Deployment whose pods all exist and of which some are ready.
func counts(name string, all, ready int64) map[string]any {
	return map[string]any{
		"componentKind":     "Deployment",
		"componentName":     name,
		"componentNames":    []any{name},
		"runtimeNamespace":  "inference-qwen",
		"replicas":          all,
		"updatedReplicas":   all,
		"readyReplicas":     ready,
		"availableReplicas": ready,
	}
}
