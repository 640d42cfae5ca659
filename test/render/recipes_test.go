package render

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// recipe is the pipeline that docs/compose.md has below a heading.
func recipe(t *testing.T, heading string) []any {
	t.Helper()
	out := struct {
		Pipeline []any `json:"pipeline"`
	}{}
	if err := yaml.Unmarshal([]byte(block(t, heading)), &out); err != nil || len(out.Pipeline) < 2 {
		t.Fatalf("docs/compose.md, %s: has %d steps (%v)", heading, len(out.Pipeline), err)
	}
	return out.Pipeline
}

// block is the first block of YAML that docs/compose.md has below a heading.
func block(t *testing.T, heading string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs", "compose.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "# "+heading+"\n")
	found = found && strings.Contains(section, "```yaml\n")
	if !found {
		t.Fatalf("docs/compose.md has no block of YAML below %q", heading)
	}
	_, section, _ = strings.Cut(section, "```yaml\n")
	text, _, _ := strings.Cut(section, "```")
	return text
}

// composition is one of a kind with a pipeline.
func composition(kind string, pipeline []any) map[string]any {
	return map[string]any{
		"apiVersion": "apiextensions.crossplane.io/v1", "kind": "Composition",
		"metadata": map[string]any{"name": "recipe"},
		"spec": map[string]any{
			"compositeTypeRef": map[string]any{"apiVersion": "nvidia.com/v1alpha1", "kind": kind},
			"mode":             "Pipeline", "pipeline": pipeline,
		},
	}
}

// state is what a composite looks like when it is reconciled.
type state struct {
	xr       map[string]any
	observed []map[string]any
}

// graphs are the example in which a graph runs, by how it does.
func graphs(t *testing.T) map[string]state {
	t.Helper()
	serving := objectOf(t, filepath.Join(running, "xr.yaml"))
	faulty := *serving.DeepCopy()
	chooseEngine(t, faulty, "spec", "services", "DecodeWorker", "extraPodSpec", "mainContainer", "args")
	return map[string]state{
		"Serves":  {serving.Object, available(t, "")},
		"Starts":  {serving.Object, available(t, "qwen-prefillworker")},
		"Invalid": {faulty.Object, available(t, "")},
	}
}

// chooseEngine has a vLLM worker start another engine, which no schema refuses.
func chooseEngine(t *testing.T, xr unstructured.Unstructured, path ...string) {
	t.Helper()
	if err := unstructured.SetNestedStringSlice(xr.Object, []string{"-m", "dynamo.sglang"}, path...); err != nil {
		t.Fatal(err)
	}
}

// certificate is what the recipes add, as the cluster holds it.
func certificate(t *testing.T, status string) map[string]any {
	t.Helper()
	return observed(objectOf(t, filepath.Join(running, "xr.yaml")), preview.Node{Key: "certificate/site", Object: map[string]any{
		"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
		"metadata": map[string]any{"name": "qwen-site", "namespace": "inference"},
		"status":   map[string]any{"conditions": []any{map[string]any{"type": "Ready", "status": status}}},
	}})
}

// with has further observed children.
func (s state) with(more ...map[string]any) state {
	s.observed = append(slices.Clone(s.observed), more...)
	return s
}

// TestRecipes renders the recipes of docs/compose.md in the real engine, with graphs
// that serve, that start and that are at fault. No child is lost, and a graph is ready
// exactly when the page says so.
func TestRecipes(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	functions := e.withPeers(t)
	const (
		before = "Add an object to every graph"
		behind = "Add an object, and wait for it"
		label  = "Label every object"
	)
	states := graphs(t)
	relabelled := recipe(t, label)
	withoutReady(t, relabelled[1].(map[string]any))
	cases := map[string]struct {
		reason   string
		pipeline []any
		state    state
		// added are the keys of children that are not ours.
		added []string
		want  string
	}{
		"BeforeServes":  {"the graph does not wait for what a step before ours adds", recipe(t, before), states["Serves"].with(certificate(t, "False")), []string{"certificate/site"}, "True"},
		"BeforeStarts":  {"a certificate makes no worker serve", recipe(t, before), states["Starts"].with(certificate(t, "True")), []string{"certificate/site"}, "False"},
		"BeforeInvalid": {"nor a fault go away", recipe(t, before), states["Invalid"].with(certificate(t, "True")), []string{"certificate/site"}, "False"},

		"BehindServes":  {"all is there", recipe(t, behind), states["Serves"].with(certificate(t, "True")), []string{"certificate/site"}, "True"},
		"BehindWaits":   {"the graph waits for what a step behind ours adds", recipe(t, behind), states["Serves"].with(certificate(t, "False")), []string{"certificate/site"}, "False"},
		"BehindNew":     {"also while it does not exist", recipe(t, behind), states["Serves"], []string{"certificate/site"}, "False"},
		"BehindStarts":  {"a worker still starts", recipe(t, behind), states["Starts"].with(certificate(t, "True")), []string{"certificate/site"}, "False"},
		"BehindInvalid": {"a fault is one behind any step", recipe(t, behind), states["Invalid"].with(certificate(t, "True")), []string{"certificate/site"}, "False"},

		"LabelServes":  {"readiness of the children is carried over", recipe(t, label), states["Serves"], nil, "True"},
		"LabelStarts":  {"so is it where one has none", recipe(t, label), states["Starts"], nil, "False"},
		"LabelInvalid": {"or where none can have any", recipe(t, label), states["Invalid"], nil, "False"},
		"LabelLost":    {"without it the graph is never ready", relabelled, states["Serves"], nil, "False"},
		"LabelAuto":    {"and function-auto-ready finds nothing in a RoleBinding", append(slices.Clone(relabelled), step(autoReady)), states["Serves"], nil, "False"},

		"AutoReadyServes":  {"function-auto-ready alone, behind ours, is right", []any{step(ours), step(autoReady)}, states["Serves"], nil, "True"},
		"AutoReadyStarts":  {"and says nothing of what we said", []any{step(ours), step(autoReady)}, states["Starts"], nil, "False"},
		"AutoReadyInvalid": {"nor of a fault", []any{step(ours), step(autoReady)}, states["Invalid"], nil, "False"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := e.render(t, tc.state.manifests(t, "DynamoGraphDeployment", tc.pipeline, functions))
			if err != nil {
				t.Fatal(err)
			}
			if ready := readyOf(got.composite); ready != tc.want {
				t.Errorf("%s: Ready is %q, want %q: %v", tc.reason, ready, tc.want, got.composite.Object["status"])
			}
			want := slices.Concat(keysOf(available(t, "")), tc.added)
			slices.Sort(want)
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got.children))); diff != "" {
				t.Errorf("%s: -want children, +got:\n%s", tc.reason, diff)
			}
			for _, key := range tc.added {
				secret, _, _ := unstructured.NestedString(got.children[key].Object, "spec", "secretName")
				if secret != "qwen-site" {
					t.Errorf("%s: %s is not what the step says: %v", tc.reason, key, got.children[key].Object)
				}
			}
			labelled := strings.HasPrefix(name, "Label")
			for key, c := range got.children {
				if has := c.GetLabels()["example.org/cost-center"] == "search"; has != labelled {
					t.Errorf("%s has the label: %t, want %t", key, has, labelled)
				}
			}
		})
	}
}

func (s state) manifests(t *testing.T, kind string, pipeline []any, functions string) manifests {
	t.Helper()
	return manifests{
		xr:          write(t, "xr.yaml", s.xr),
		composition: write(t, "composition.yaml", composition(kind, pipeline)),
		functions:   functions, targets: true,
		observed: write(t, "observed.yaml", s.observed...),
	}
}

// step is one without an input.
func step(name string) map[string]any {
	return map[string]any{"step": name, "functionRef": map[string]any{"name": name}}
}

// withoutReady takes out of a template what carries readiness over.
func withoutReady(t *testing.T, step map[string]any) {
	t.Helper()
	path := []string{"input", "inline", "template"}
	template, _, _ := unstructured.NestedString(step, path...)
	short := regexp.MustCompile(`(?m)^.*go[a-z]*\.fn\.crossplane\.io/ready.*\n`).ReplaceAllString(template, "")
	if short == template {
		t.Fatalf("the template carries no readiness over:\n%s", template)
	}
	if err := unstructured.SetNestedField(step, short, path...); err != nil {
		t.Fatal(err)
	}
}

// components are a component without a graph, by how its Deployment does.
func components(t *testing.T) map[string]state {
	t.Helper()
	serving := objectOf(t, filepath.Join(examples, "component", "xr.yaml"))
	serving.SetUID("7c9f")
	serving.SetGeneration(1)
	faulty := *serving.DeepCopy()
	chooseEngine(t, faulty, "spec", "extraPodSpec", "mainContainer", "args")
	updated := *serving.DeepCopy()
	if err := unstructured.SetNestedField(updated.Object, "8Gi", "spec", "sharedMemory", "size"); err != nil {
		t.Fatal(err)
	}
	return map[string]state{
		"Serves":  {serving.Object, deployed(t, serving, 1)},
		"Starts":  {serving.Object, deployed(t, serving, 0)},
		"Rolls":   {updated.Object, deployed(t, serving, 1)},
		"Invalid": {faulty.Object, deployed(t, serving, 1)},
	}
}

// deployed are the children of a component, of whose pods some are available.
func deployed(t *testing.T, xr unstructured.Unstructured, pods int64) []map[string]any {
	t.Helper()
	node, err := preview.New(options()).Render(xr.DeepCopy().Object)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for _, child := range node.Result.Children {
		o := observed(xr, child)
		if child.Key == "deployment/main" {
			o["status"] = map[string]any{
				"observedGeneration": int64(1), "replicas": int64(1), "updatedReplicas": int64(1),
				"readyReplicas": pods, "availableReplicas": pods,
				"conditions": []any{map[string]any{"type": "Available", "status": map[int64]string{0: "False", 1: "True"}[pods]}},
			}
		}
		u := unstructured.Unstructured{Object: o}
		u.SetNamespace(xr.GetNamespace())
		out = append(out, u.Object)
	}
	return out
}

// TestPatchOfDeployment renders the recipe that patches the Deployment of a component,
// and what becomes of it with another check or none.
func TestPatchOfDeployment(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	functions := e.withPeers(t)
	states := components(t)
	const heading = "Patch a Deployment"
	unchecked := recipe(t, heading)
	resources, _, _ := unstructured.NestedSlice(unchecked[1].(map[string]any), "input", "resources")
	delete(resources[0].(map[string]any), "readinessChecks")
	if err := unstructured.SetNestedSlice(unchecked[1].(map[string]any), resources, "input", "resources"); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		reason   string
		pipeline []any
		state    state
		want     string
	}{
		"Serves":        {"the Deployment is available", recipe(t, heading), states["Serves"], "True"},
		"Starts":        {"its pods start", recipe(t, heading), states["Starts"], "False"},
		"Rolls":         {"what the page says is lost: pods of the version before are available", recipe(t, heading), states["Rolls"], "True"},
		"RollsAlone":    {"with us alone it is not", []any{step(ours)}, states["Rolls"], "False"},
		"Invalid":       {"the check looks at the Deployment alone, and another child says it", recipe(t, heading), states["Invalid"], "False"},
		"Unchecked":     {"no Deployment has condition Ready", unchecked, states["Serves"], "False"},
		"AutoReady":     {"function-auto-ready knows Deployments", append(slices.Clone(unchecked), step(autoReady)), states["Serves"], "True"},
		"AutoReadyWait": {"and waits for their pods", append(slices.Clone(unchecked), step(autoReady)), states["Starts"], "False"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := e.render(t, tc.state.manifests(t, "DynamoComponentDeployment", tc.pipeline, functions))
			if err != nil {
				t.Fatal(err)
			}
			if ready := readyOf(got.composite); ready != tc.want {
				t.Errorf("%s: Ready is %q, want %q: %v", tc.reason, ready, tc.want, got.composite.Object["status"])
			}
			if diff := cmp.Diff(keysOf(tc.state.observed), slices.Sorted(maps.Keys(got.children))); diff != "" {
				t.Errorf("%s: -want children, +got:\n%s", tc.reason, diff)
			}
			labels, _, _ := unstructured.NestedStringMap(got.children["deployment/main"].Object, "spec", "template", "metadata", "labels")
			if patched := labels["example.org/tenant"] == "inference"; patched != (name != "RollsAlone") {
				t.Errorf("%s: the pods have labels %v", tc.reason, labels)
			}
		})
	}
}
