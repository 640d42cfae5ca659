package render

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/steps"
)

// TestReadyBehindOtherSteps runs a pipeline whose last step drops what ours says of the
// readiness of the composite. A graph is ready only when it is, and never while it is
// invalid. (One of which nothing exists is refused as a whole, whatever comes behind.)
func TestReadyBehindOtherSteps(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	rewriter := serve(t, steps.Rewriter{})
	wrongEngine := func(xr unstructured.Unstructured) {
		args := []string{"-m", "dynamo.sglang"}
		if err := unstructured.SetNestedStringSlice(xr.Object, args, "spec", "services", "DecodeWorker", "extraPodSpec", "mainContainer", "args"); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		reason string
		change func(unstructured.Unstructured)
		// starting is the component that does not serve yet.
		starting string
		want     string
	}{
		"Serves":  {reason: "everything is available", want: "True"},
		"Starts":  {reason: "a worker has no pods yet", starting: "qwen-prefillworker", want: "False"},
		"Invalid": {reason: "what runs stays, and is not what the graph asks for", change: wrongEngine, want: "False"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			xr := objectOf(t, filepath.Join(running, "xr.yaml"))
			if tc.change != nil {
				tc.change(xr)
			}
			m := manifests{
				xr:          write(t, name+"-xr.yaml", xr.Object),
				composition: write(t, name+"-pipeline.yaml", pipeline("dynamo", "rewriter")),
				functions:   write(t, name+"-functions.yaml", function("dynamo", e.function), function("rewriter", rewriter)),
				targets:     true,
			}
			children := available(t, tc.starting)
			m.observed = write(t, name+"-observed.yaml", children...)
			got, err := e.render(t, m)
			if err != nil {
				t.Fatal(err)
			}
			if ready := readyOf(got.composite); ready != tc.want {
				t.Errorf("%s: Ready is %q, want %q: %v", tc.reason, ready, tc.want, got.composite.Object["status"])
			}
			if diff := cmp.Diff(keysOf(children), slices.Sorted(maps.Keys(got.children))); diff != "" {
				t.Errorf("%s: -want children, +got:\n%s", tc.reason, diff)
			}
			for key, c := range got.children {
				if c.GetLabels()[steps.Label] != "yes" {
					t.Errorf("%s did not go through the last step", key)
				}
			}
		})
	}
}

// available are the observed children of the example, all of whose components serve but
// the named one.
func available(t *testing.T, but string) []map[string]any {
	t.Helper()
	all := objectsOf(t, filepath.Join(running, "observed", "children.yaml"))
	for _, o := range all {
		u := unstructured.Unstructured{Object: o}
		if u.GetName() == but || u.GetKind() != "DynamoComponentDeployment" {
			continue
		}
		hash := u.GetAnnotations()[annotationHash]
		replicas, _, _ := unstructured.NestedInt64(o, "spec", "replicas")
		u.Object["status"] = map[string]any{
			"observedGeneration": int64(1), "observedSpecHash": hash, "availableSpecHash": hash,
			"service": counts(u.GetName(), max(replicas, 1), max(replicas, 1)),
		}
	}
	return all
}

func keysOf(children []map[string]any) []string {
	var out []string
	for _, c := range children {
		out = append(out, (&unstructured.Unstructured{Object: c}).GetAnnotations()[annotationKey])
	}
	slices.Sort(out)
	return out
}

// readyOf is the status of core's condition Ready.
func readyOf(composite unstructured.Unstructured) string {
	list, _, _ := unstructured.NestedSlice(composite.Object, "status", "conditions")
	for _, item := range list {
		if c, _ := item.(map[string]any); c["type"] == "Ready" {
			status, _ := c["status"].(string)
			return status
		}
	}
	return ""
}
