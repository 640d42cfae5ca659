package preview_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

const settled = `{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: g, namespace: 'n'}, spec: {services: {
W: {componentType: worker, replicas: 2, scalingAdapter: {enabled: true}, extraPodSpec: {securityContext: {}, mainContainer: {image: a, command: [b]}}}}}}`

// replicasOf are those of a composed object.
func replicasOf(t *testing.T, nodes []preview.Node, kind string) int64 {
	t.Helper()
	for _, o := range preview.Composed(nodes) {
		if o["kind"] == kind {
			n, _, _ := unstructured.NestedInt64(o, "spec", "replicas")
			return n
		}
	}
	t.Fatalf("no %s", kind)
	return 0
}

// TestSettle: what was composed before decides on what an edit becomes, and what the edit
// takes away no longer does.
func TestSettle(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(spec map[string]any)
		want   int64
	}{
		"Adapter": {
			reason: "an adapter that is there keeps its replicas, whatever the graph says",
			edit:   func(service map[string]any) { service["replicas"] = int64(5) },
			want:   2,
		},
		"NoAdapter": {
			reason: "one that is given up has no say once it is deleted",
			edit: func(service map[string]any) {
				service["replicas"] = int64(5)
				delete(service, "scalingAdapter")
			},
			want: 5,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := preview.New(options())
			before := documents(t, settled)
			was, err := p.Settle(before, nil)
			if err != nil {
				t.Fatal(err)
			}
			edited := documents(t, settled)
			service, _, _ := unstructured.NestedFieldNoCopy(edited[0], "spec", "services", "W")
			tc.edit(service.(map[string]any))
			is, err := p.Settle(edited, preview.Applied(was, "default"))
			if err != nil {
				t.Fatal(err)
			}
			if got := replicasOf(t, is, "Deployment"); got != tc.want {
				t.Errorf("\n%s\nSettle(...): want %d replicas, got %d", tc.reason, tc.want, got)
			}
			if diff := cmp.Diff(documents(t, settled), before); diff != "" {
				t.Errorf("Settle(...) changed its argument: -before, +after:\n%s", diff)
			}
		})
	}
}

// TestApplied: composed objects say who controls them, and by which key.
func TestApplied(t *testing.T) {
	nodes := rendered(t, options(), settled)
	got := map[string]string{}
	for _, o := range preview.Applied(nodes, "n") {
		u := unstructured.Unstructured{Object: o}
		owner := u.GetOwnerReferences()[0]
		got[u.GetKind()] = owner.Kind + " " + owner.Name + " " + u.GetAnnotations()[layer.AnnotationKey]
	}
	want := map[string]string{
		"Deployment":                          "DynamoComponentDeployment g-w deployment/main",
		"DynamoComponentDeployment":           "DynamoGraphDeployment g component/W",
		"DynamoGraphDeploymentScalingAdapter": "DynamoGraphDeployment g scalingadapter/W",
		"RoleBinding":                         "DynamoGraphDeployment g rolebinding/discovery",
		"Service":                             "DynamoComponentDeployment g-w service/main",
		"ServiceAccount":                      "DynamoGraphDeployment g serviceaccount/discovery",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Applied(...): -want, +got:\n%s", diff)
	}
}

// TestRunning: a graph that was composed has met the restart that it asks for.
func TestRunning(t *testing.T) {
	graph := func(text string) map[string]any { return documents(t, text)[0] }
	cases := map[string]struct {
		reason   string
		manifest string
		want     map[string]any
	}{
		"Graph":     {reason: "a graph has been seen", manifest: "{kind: DynamoGraphDeployment}", want: map[string]any{"observedGeneration": int64(1)}},
		"Restart":   {reason: "and restarted", manifest: "{kind: DynamoGraphDeployment, spec: {restart: {id: a}}}", want: map[string]any{"observedGeneration": int64(1), "restart": map[string]any{"observedID": "a", "phase": "Completed"}}},
		"Component": {reason: "others are as they stand", manifest: "{kind: DynamoComponentDeployment}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, _ := preview.Running(graph(tc.manifest))["status"].(map[string]any)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nRunning(...): -want status, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestAsk: a cluster is asked for what layers ask for, and what is held wins.
func TestAsk(t *testing.T) {
	var asked []string
	o := options()
	o.Ask = func(s layer.Selector) []map[string]any {
		asked = append(asked, s.Kind+" "+s.Name)
		if s.Kind != layer.ConfigKind || s.Name != "dynamo" {
			return nil
		}
		return documents(t, "{apiVersion: apiextensions.crossplane.io/v1beta1, kind: EnvironmentConfig, metadata: {name: dynamo}, data: {dynamo: {podDefaults: {priorityClassName: theirs}}}}")
	}
	priority := func(o preview.Options) string {
		for _, object := range preview.Composed(rendered(t, o, settled)) {
			if object["kind"] == "Deployment" {
				out, _, _ := unstructured.NestedString(object, "spec", "template", "spec", "priorityClassName")
				return out
			}
		}
		return ""
	}
	if got := priority(o); got != "theirs" || !slices.Contains(asked, "EnvironmentConfig dynamo.n") {
		t.Errorf("Render(...): want the priority of the cluster's settings, got %q of %v", got, asked)
	}
	o.Existing = documents(t, "{apiVersion: apiextensions.crossplane.io/v1beta1, kind: EnvironmentConfig, metadata: {name: dynamo}, data: {dynamo: {podDefaults: {priorityClassName: ours}}}}")
	if got := priority(o); got != "ours" {
		t.Errorf("Render(...): want the priority of the settings that are held, got %q", got)
	}
}
