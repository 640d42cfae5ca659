package render

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// team is the example of a platform team's own API.
const team = examples + "/team"

// service is the ModelService of the example, with another size and budget.
func service(t *testing.T, size string, budget int64) unstructured.Unstructured {
	t.Helper()
	out := objectOf(t, filepath.Join(team, "xr.yaml"))
	out.SetUID("5d1f")
	out.Object["spec"].(map[string]any)["size"] = size
	out.Object["spec"].(map[string]any)["budget"] = budget
	return out
}

// teamManifests are those of a ModelService and of what it observes.
func teamManifests(t *testing.T, functions string, xr unstructured.Unstructured, children ...map[string]any) manifests {
	t.Helper()
	out := manifests{
		xr: write(t, "xr.yaml", xr.Object), composition: filepath.Join(team, "composition.yaml"), definition: filepath.Join(team, "definition.yaml"),
		functions: functions, targets: true,
	}
	if len(children) > 0 {
		out.observed = write(t, "observed.yaml", children...)
	}
	return out
}

// madeBy is a child of a ModelService as the cluster holds it.
func madeBy(xr unstructured.Unstructured, key string, o unstructured.Unstructured, status map[string]any) map[string]any {
	out := observed(xr, preview.Node{Key: key, Object: o.DeepCopy().Object})
	out["status"] = status
	return out
}

// TestTeamBecomesReady takes the example from nothing to ready: it waits for the graph,
// and for the autoscaler.
func TestTeamBecomesReady(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	functions := e.withPeers(t)
	xr := service(t, "medium", 8)
	first, err := e.render(t, teamManifests(t, functions, xr))
	if err != nil {
		t.Fatal(err)
	}
	made := func(graph, autoscaler string) []map[string]any {
		return []map[string]any{
			madeBy(xr, "graph", first.children["graph"], map[string]any{
				"conditions": []any{map[string]any{"type": "Ready", "status": graph}},
				"services":   map[string]any{"Worker": map[string]any{"replicas": int64(3)}},
			}),
			madeBy(xr, "autoscaler", first.children["autoscaler"], map[string]any{
				"currentReplicas": int64(3), "desiredReplicas": int64(3),
				"conditions": []any{map[string]any{"type": "ScalingActive", "status": autoscaler}},
			}),
		}
	}
	running := map[string]any{"url": "http://assistant-frontend.inference:8000", "replicas": int64(3)}
	cases := map[string]struct {
		reason   string
		observed []map[string]any
		want     string
		status   map[string]any
	}{
		"New":      {reason: "nothing exists", want: "False", status: map[string]any{}},
		"Starts":   {reason: "the graph starts", observed: made("False", "True"), want: "False", status: running},
		"NoMetric": {reason: "nobody serves the metric", observed: made("True", "False"), want: "False", status: running},
		"Ready":    {reason: "it serves and scales", observed: made("True", "True"), want: "True", status: running},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := e.render(t, teamManifests(t, functions, xr, tc.observed...))
			if err != nil {
				t.Fatal(err)
			}
			if ready := readyOf(got.composite); ready != tc.want {
				t.Errorf("%s: Ready is %q, want %q", tc.reason, ready, tc.want)
			}
			if diff := cmp.Diff([]string{"autoscaler", "graph"}, slices.Sorted(maps.Keys(got.children))); diff != "" {
				t.Errorf("%s: -want children, +got:\n%s", tc.reason, diff)
			}
			status, _, _ := unstructured.NestedMap(got.composite.Object, "status")
			delete(status, "conditions")
			if diff := cmp.Diff(tc.status, status); diff != "" {
				t.Errorf("%s: -want status, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestTeamSizes: a size decides about the GPUs of a replica, and a budget about how many
// replicas there may be.
func TestTeamSizes(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	functions := e.withPeers(t)
	cases := map[string]struct {
		size   string
		budget int64
		gpus   string
		most   int64
	}{
		"Small":  {size: "small", budget: 3, gpus: "1", most: 3},
		"Medium": {size: "medium", budget: 8, gpus: "2", most: 4},
		"Odd":    {size: "medium", budget: 7, gpus: "2", most: 3},
		"Large":  {size: "large", budget: 4, gpus: "4", most: 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := e.render(t, teamManifests(t, functions, service(t, tc.size, tc.budget)))
			if err != nil {
				t.Fatal(err)
			}
			worker := []string{"spec", "services", "Worker"}
			gpus, _, _ := unstructured.NestedString(got.children["graph"].Object, append(worker, "resources", "limits", "gpu")...)
			args, _, _ := unstructured.NestedStringSlice(got.children["graph"].Object, append(worker, "extraPodSpec", "mainContainer", "args")...)
			most, _, _ := unstructured.NestedInt64(got.children["autoscaler"].Object, "spec", "maxReplicas")
			if gpus != tc.gpus || args[len(args)-1] != tc.gpus || most != tc.most {
				t.Errorf("a worker has %s GPUs and spreads over %s, and there are at most %d: want %s and %d", gpus, args[len(args)-1], most, tc.gpus, tc.most)
			}
		})
	}
}

// TestTeamGraph renders the graph of the example through all layers: the autoscaler
// scales an adapter that there is, and the URL is that of a Service.
func TestTeamGraph(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	got, err := e.render(t, teamManifests(t, e.withPeers(t), service(t, "small", 2)))
	if err != nil {
		t.Fatal(err)
	}
	graph := admitted(t, got.children["graph"])
	node, err := preview.New(options()).Render(bare(graph))
	if err != nil {
		t.Fatal(err)
	}
	children := byKey(node.Result.Children)
	target, _, _ := unstructured.NestedString(got.children["autoscaler"].Object, "spec", "scaleTargetRef", "name")
	adapter := unstructured.Unstructured{Object: children["scalingadapter/Worker"].Object}
	if adapter.GetName() != target {
		t.Errorf("the autoscaler scales %q, and the graph makes adapter %q", target, adapter.GetName())
	}
	frontend := byKey(children["component/Frontend"].Result.Children)["service/main"].Object
	ports, _, _ := unstructured.NestedSlice(frontend, "spec", "ports")
	if u := (unstructured.Unstructured{Object: frontend}); u.GetName() != "assistant-frontend" || ports[0].(map[string]any)["port"] != int64(8000) {
		t.Errorf("the frontend's Service is %s with ports %v: the URL in the status says otherwise", u.GetName(), ports)
	}
}

// TestTeamTakesOverNothing is the guard: a graph that the ModelService does not control
// is left alone, and one that it does is composed on.
func TestTeamTakesOverNothing(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	functions := e.withPeers(t)
	xr := service(t, "small", 2)
	owned := func(controller bool, uid types.UID) *unstructured.Unstructured {
		u := objectOf(t, filepath.Join(examples, "graph", "xr.yaml"))
		u.SetName(xr.GetName())
		u.SetOwnerReferences([]metav1.OwnerReference{{
			APIVersion: xr.GetAPIVersion(), Kind: xr.GetKind(), Name: "some", UID: uid, Controller: &controller,
		}})
		return &u
	}
	users := owned(false, "")
	users.SetOwnerReferences(nil)
	elsewhere := users.DeepCopy()
	elsewhere.SetNamespace("other")
	cases := map[string]struct {
		reason string
		exists *unstructured.Unstructured
		want   bool
	}{
		"Users":     {reason: "a user's graph is controlled by nobody", exists: users},
		"Others":    {reason: "another composite controls it", exists: owned(true, "9a9a")},
		"Claimed":   {reason: "an owner that is no controller does not count", exists: owned(false, "5d1f")},
		"Own":       {reason: "it was made in a reconcile that did not get to its end", exists: owned(true, "5d1f"), want: true},
		"Elsewhere": {reason: "names are those of a namespace", exists: elsewhere, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := teamManifests(t, functions, xr)
			m.required = write(t, "required.yaml", tc.exists.Object)
			_, err := e.render(t, m)
			refused := err != nil && strings.Contains(err.Error(), `DynamoGraphDeployment "assistant" exists and is not of this ModelService`)
			if err == nil != tc.want || refused == tc.want {
				t.Errorf("%s: composed on: want %t, got %v", tc.reason, tc.want, err)
			}
		})
	}
}

// TestTeamAdmission holds the definition to what an API server makes of it.
func TestTeamAdmission(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(team, "definition.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	kind, err := dryrun.NewSchema(raw, schema.GroupVersionKind{Group: "platform.example.org", Version: "v1alpha1", Kind: "ModelService"})
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(map[string]any)) map[string]any {
		xr := objectOf(t, filepath.Join(team, "xr.yaml"))
		change(xr.Object["spec"].(map[string]any))
		return xr.Object
	}
	cases := map[string]struct {
		reason string
		change func(map[string]any)
		want   string
	}{
		"Example":  {reason: "the example is taken", change: func(map[string]any) {}},
		"Exact":    {reason: "a budget for one replica is enough", change: func(s map[string]any) { s["budget"] = int64(2) }},
		"Small":    {reason: "one for less is not", change: func(s map[string]any) { s["budget"] = int64(1) }, want: "the budget is smaller than one replica"},
		"Size":     {reason: "there are three sizes", change: func(s map[string]any) { s["size"] = "huge" }, want: "spec.size"},
		"Injected": {reason: "a model is a name", change: func(s map[string]any) { s["model"] = "a\"\nb" }, want: "spec.model"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := kind.Admit(changed(tc.change))
			said := fmt.Sprint(got.Errors)
			if taken := len(got.Errors) == 0; taken != (tc.want == "") || !strings.Contains(said, tc.want) || len(got.Pruned) > 0 {
				t.Errorf("%s: want %q, got %s, dropped %v", tc.reason, tc.want, said, got.Pruned)
			}
		})
	}
}

// TestTeamGuardIsOnThePage keeps the guard in docs/compose.md that of the example.
func TestTeamGuardIsOnThePage(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(team, "composition.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if guard := block(t, "Guard against taking over the graph of somebody else"); !strings.Contains(string(raw), guard) {
		t.Errorf("examples/team does not have the guard of docs/compose.md:\n%s", guard)
	}
}
