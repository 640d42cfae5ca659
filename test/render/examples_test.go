package render

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

const (
	examples = root + "/examples"
	// running is the example that has observed children.
	running = examples + "/graph-running"
	// platform is the example that has settings.
	platform = examples + "/platform"
)

// example are the files of an example folder.
func example(folder string) manifests {
	out := manifests{
		xr:          filepath.Join(folder, "xr.yaml"),
		composition: filepath.Join(folder, "composition.yaml"),
		functions:   filepath.Join(folder, "functions.yaml"),
	}
	if file := filepath.Join(folder, "observed", "children.yaml"); exists(file) {
		out.observed = file
	}
	if dir := filepath.Join(folder, "schemas"); exists(dir) {
		out.schemas = dir
	}
	if file := filepath.Join(folder, "settings.yaml"); exists(file) {
		out.settings = file
	}
	if file := filepath.Join(folder, "definition.yaml"); exists(file) {
		out.definition = file
	}
	return out
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// folders are the examples of our kinds: a preview knows no others.
func folders(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(examples, "*", "xr.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no example with an xr.yaml (%v)", examples, err)
	}
	out := make([]string, 0, len(files))
	for _, f := range files {
		if folder := filepath.Dir(f); example(folder).definition == "" {
			out = append(out, folder)
		}
	}
	return out
}

// TestExamples renders every example as `make render-example` does, and
// compares it with the preview.
func TestExamples(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	for _, folder := range folders(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			m := example(folder)
			want, err := preview.New(optionsOf(t, m)).Render(objectOf(t, m.xr).Object)
			if err != nil {
				t.Fatal(err)
			}
			if len(want.Result.Refused) > 0 || len(want.Result.Pruned) > 0 {
				t.Fatalf("the API server would refuse (%v) or drop (%v)", want.Result.Refused, want.Result.Pruned)
			}
			e.compare(t, m.stored(t), want)
		})
	}
}

// stored has the composite in the version that core reads it in: the engine asks no API
// server, which would rewrite it.
func (m manifests) stored(t *testing.T) manifests {
	t.Helper()
	u := objectOf(t, m.xr)
	if u.GetAPIVersion() != v1beta1.GroupVersion().String() {
		return m
	}
	u.SetAPIVersion(v1alpha1.GroupVersion().String())
	m.xr = write(t, "stored-"+plural(u)+"-"+u.GetName()+".yaml", u.Object)
	return m
}

// optionsOf are the options of a preview of an example. The engine has no
// optional APIs, as examples/platform would use.
func optionsOf(t *testing.T, m manifests) preview.Options {
	t.Helper()
	out := options(existing(t, m)...)
	if m.settings != "" {
		out.Settings = settingsOf(t, m.settings)
		out.Without = []string{"VirtualService"}
	}
	return out
}

// settingsOf are the settings in a file.
func settingsOf(t *testing.T, path string) settings.Settings {
	t.Helper()
	raw, err := json.Marshal(objectOf(t, path).Object)
	if err != nil {
		t.Fatal(err)
	}
	out, faults := settings.Decode(raw)
	if len(faults) > 0 {
		t.Fatalf("%s: %v", path, faults.ToAggregate())
	}
	return out
}

// existing are the objects of the cluster that an example is about.
func existing(t *testing.T, m manifests) []map[string]any {
	t.Helper()
	out := objectsOf(t, m.xr)
	if m.observed != "" {
		out = append(out, objectsOf(t, m.observed)...)
	}
	return out
}

// TestExamplesUseTheirComposition keeps the copies in the examples equal to the
// Compositions that are installed, but for the settings that an example shows.
func TestExamplesUseTheirComposition(t *testing.T) {
	for _, folder := range folders(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			m := example(folder)
			want := objectOf(t, installed(objectOf(t, m.xr), apis.CompositionsFolder))
			if m.settings != "" {
				want = objectOf(t, standard(t, objectOf(t, m.xr).Object).with(t, m.settings).composition)
			}
			got := objectOf(t, m.composition)
			if diff := cmp.Diff(want.Object, got.Object); diff != "" {
				t.Errorf("%s: -installed, +example:\n%s", m.composition, diff)
			}
		})
	}
}

// TestPlatformReadsTheEnvironment is what examples/platform promises of its
// EnvironmentConfigs, and docs/settings.md of the context.
func TestPlatformReadsTheEnvironment(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	both := filepath.Join(platform, "eu")
	environment := write(t, "context.yaml", map[string]any{"dynamo": map[string]any{"ingress": map[string]any{"className": "other"}}})
	cases := map[string]struct {
		reason               string
		configs, environment string
		want                 []any
	}{
		"Absent":      {reason: "without objects nothing of them is said", want: []any{"built-in", "input"}},
		"Cluster":     {reason: "the object of the cluster is required by name", configs: filepath.Join(both, "dynamo.yaml"), want: []any{"built-in", "input", "dynamo"}},
		"Namespace":   {reason: "so is that of the namespace", configs: both, want: []any{"built-in", "input", "dynamo", "dynamo.inference"}},
		"Other":       {reason: "another cluster has the same Composition", configs: filepath.Join(platform, "us"), want: []any{"built-in", "input", "dynamo", "dynamo.inference"}},
		"Environment": {reason: "the context is above them", configs: both, environment: environment, want: []any{"built-in", "input", "dynamo", "dynamo.inference", "environment"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := example(platform)
			m.configs, m.environment = tc.configs, tc.environment
			got, err := e.render(t, m)
			if err != nil {
				t.Fatal(err)
			}
			layers, _, _ := unstructured.NestedSlice(got.composite.Object, "status", "settings")
			if diff := cmp.Diff(tc.want, layers); diff != "" {
				t.Errorf("%s\nstatus.settings: -want, +got:\n%s", tc.reason, diff)
			}
			if valid := got.conditions()["Valid"]; valid.Status != layer.True || len(got.children) != 2 {
				t.Errorf("%s\nwant two components without a fault, got %d and %+v", tc.reason, len(got.children), valid)
			}
		})
	}
}

// TestClusters renders examples/platform, and what comes of it, in each of its two
// clusters: the preview agrees, and the table in its README is right.
func TestClusters(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	cases := map[string]struct {
		host, class, pool, secret, etcd, charged string
	}{
		"eu": {
			host: "chat.inference.eu.example.com", class: "nginx", pool: "gpu", secret: "ngc-secret",
			etcd: "dynamo-platform-etcd.dynamo-system.svc.cluster.local:2379", charged: "inference",
		},
		"us": {host: "chat.us.example.com", class: "alb", pool: "inference", secret: "ngc-inference", etcd: "etcd.us.example.com:2379"},
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := example(platform)
			m.configs = filepath.Join(platform, name)
			o := optionsOf(t, m)
			for _, file := range []string{"dynamo.yaml", "dynamo.inference.yaml"} {
				o.Existing = append(o.Existing, objectsOf(t, filepath.Join(m.configs, file))...)
			}
			tree, err := preview.New(o).Render(objectOf(t, m.xr).Object)
			if err != nil {
				t.Fatal(err)
			}
			e.compare(t, m, tree)

			frontend := byKey(byKey(tree.Result.Children)["component/Frontend"].Result.Children)
			got := want
			ingress, pod := frontend["ingress/main"].Object, frontend["deployment/main"].Object
			rules, _, _ := unstructured.NestedSlice(ingress, "spec", "rules")
			got.host, _, _ = unstructured.NestedString(rules[0].(map[string]any), "host")
			got.class, _, _ = unstructured.NestedString(ingress, "spec", "ingressClassName")
			got.pool, _, _ = unstructured.NestedString(pod, "spec", "template", "spec", "nodeSelector", "pool")
			secrets, _, _ := unstructured.NestedSlice(pod, "spec", "template", "spec", "imagePullSecrets")
			got.secret, _, _ = unstructured.NestedString(secrets[0].(map[string]any), "name")
			got.charged, _, _ = unstructured.NestedString(pod, "spec", "template", "metadata", "labels", "example.org/cost-center")
			containers, _, _ := unstructured.NestedSlice(pod, "spec", "template", "spec", "containers")
			got.etcd = variable(containers[0].(map[string]any), "ETCD_ENDPOINTS")
			if got != want {
				t.Errorf("the frontend is %+v, want %+v", got, want)
			}
			readme, err := os.ReadFile(filepath.Join(platform, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{want.host, want.class, want.pool, want.secret} {
				if !strings.Contains(string(readme), "`"+text+"`") {
					t.Errorf("examples/platform/README.md does not say %q", text)
				}
			}
		})
	}
}

// variable is the value of a container's variable; empty where it has none.
func variable(container map[string]any, name string) string {
	variables, _, _ := unstructured.NestedSlice(container, "env")
	for _, v := range variables {
		if e, _ := v.(map[string]any); e["name"] == name {
			value, _ := e["value"].(string)
			return value
		}
	}
	return ""
}

// TestEnvironmentBroken: the engine, too, says what is wrong with settings, and where.
func TestEnvironmentBroken(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	m := example(running)
	m.configs = write(t, "configs.yaml", config("dynamo", map[string]any{"discovry": "etcd"}))
	got, err := e.render(t, m)
	if err != nil {
		t.Fatal(err)
	}
	want := layer.Condition{Type: layer.TypeValid, Status: layer.False, Reason: layer.ReasonInvalidSpec,
		Message: `EnvironmentConfig[dynamo].data.dynamo.discovry: Invalid value: unknown field: did you mean discovery?`}
	if diff := cmp.Diff(want, got.conditions()[layer.TypeValid]); diff != "" {
		t.Errorf("condition Valid: -want, +got:\n%s", diff)
	}
	if n := len(objectsOf(t, m.observed)); len(got.children) != n {
		t.Errorf("want the %d children that exist, got %d", n, len(got.children))
	}
}

// config is an EnvironmentConfig with settings.
func config(name string, settings map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": layer.ConfigAPIVersion, "kind": layer.ConfigKind,
		"metadata": map[string]any{"name": name}, "data": map[string]any{"dynamo": settings},
	}
}

// TestRunningGraphShowsStatus is what examples/graph-running promises.
func TestRunningGraphShowsStatus(t *testing.T) {
	t.Parallel()
	got, err := newEngine(t).render(t, example(running))
	if err != nil {
		t.Fatal(err)
	}
	status, _ := got.composite.Object["status"].(map[string]any)
	want := map[string]any{
		"state": "pending",
		"services": map[string]any{
			"DecodeWorker":  counts("qwen-decodeworker", 2, 2),
			"Frontend":      counts("qwen-frontend", 1, 1),
			"PrefillWorker": counts("qwen-prefillworker", 1, 0),
		},
	}
	shown := map[string]any{"state": status["state"], "services": status["services"]}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("status: -want, +got:\n%s", diff)
	}
	ready := got.conditions()["ServicesReady"]
	if ready.Status != "False" || ready.Reason != "PodsNotReady" || ready.Message != "qwen-prefillworker: PodsNotReady" {
		t.Errorf("condition ServicesReady: got %+v, want the prefill worker alone to be named", ready)
	}
}
