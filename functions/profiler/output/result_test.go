package output_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/profiler/output"
)

const graph = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: %}
spec: {services: {Worker: {replicas: 2, resources: null, envs: [{name: A, value: null}]}}}
`

func named(name string) string { return strings.ReplaceAll(graph, "%", name) }

func parsed(name string) map[string]any {
	return map[string]any{
		"apiVersion": "nvidia.com/v1alpha1",
		"kind":       "DynamoGraphDeployment",
		"metadata":   map[string]any{"name": name},
		"spec": map[string]any{"services": map[string]any{"Worker": map[string]any{
			"replicas": int64(2), "envs": []any{map[string]any{"name": "A"}},
		}}},
	}
}

func configMap(name, value string) map[string]any {
	return map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": name}, "data": map[string]any{"a": value},
	}
}

func TestParse(t *testing.T) {
	cases := map[string]struct {
		reason string
		file   string
		want   output.Result
	}{
		"Graph": {
			reason: "nulls, which the profiler writes for what it leaves out, are dropped at any depth",
			file:   named("a"),
			want:   output.Result{Graph: parsed("a")},
		},
		"Last": {
			reason: "the last of several graphs counts",
			file:   named("a") + "---" + named("b"),
			want:   output.Result{Graph: parsed("b")},
		},
		"ConfigMaps": {
			reason: "ConfigMaps are made, too, the last of a name",
			file: "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: old}}\n---\n" +
				"{apiVersion: v1, kind: ConfigMap, metadata: {name: other}, data: {a: b}}\n---\n" +
				"{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: new}}\n---\n" + named("a"),
			want: output.Result{Graph: parsed("a"), ConfigMaps: []map[string]any{configMap("other", "b"), configMap("x", "new")}},
		},
		"Others": {
			reason: "objects of other kinds are named, and so are ConfigMaps that nothing could refer to",
			file:   "{apiVersion: v1, kind: Secret, metadata: {name: s}}\n---\n{apiVersion: v1, kind: ConfigMap}\n---\n" + named("a"),
			want:   output.Result{Graph: parsed("a"), Skipped: []string{"Secret/s", "ConfigMap/"}},
		},
		"Unreadable": {
			reason: "documents that are no objects are passed over, as the operator does it",
			file:   "a: [\n---\n- 1\n---\njust: this\n---\n# nothing\n---\n" + named("a"),
			want:   output.Result{Graph: parsed("a")},
		},
		"ConfigMapsNotTaken": {
			reason: "ConfigMaps that the API server would refuse are named",
			file: "{apiVersion: v9, kind: ConfigMap, metadata: {name: a}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: A_b}}\n---\n" +
				"{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {a: 1}}\n---\n" +
				"{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {\"a b\": x}}\n---\n" +
				"{apiVersion: v1, kind: ConfigMap, metadata: {name: d, labels: {a: b c}}}\n---\n" +
				"{apiVersion: v1, kind: ConfigMap, metadata: {name: e, annotations: {a b: c}}}\n---\n" + named("a"),
			want: output.Result{Graph: parsed("a"), Skipped: []string{
				"ConfigMap/a", "ConfigMap/A_b", "ConfigMap/b", "ConfigMap/c", "ConfigMap/d", "ConfigMap/e",
			}},
		},
		"JSON": {
			reason: "JSON is YAML",
			file:   `{"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoGraphDeployment", "metadata": {"name": "a"}, "spec": null}`,
			want: output.Result{Graph: map[string]any{
				"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoGraphDeployment", "metadata": map[string]any{"name": "a"},
			}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := output.Parse(tc.file)
			if err != nil {
				t.Fatalf("\n%s\nParse(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nParse(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestParseFails(t *testing.T) {
	for name, file := range map[string]string{
		"Empty":   "",
		"Garbage": "\x00\x01{{{",
		"NoGraph": "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}",
		"Text":    "profiling went well",
		"Anchors": "x: &a " + strings.Repeat("x", 20000) + "\ny: [" + strings.Repeat("*a, ", 100) + "]\n---\n" + named("a"),
		"Many":    strings.Repeat("{apiVersion: v1, kind: Secret, metadata: {name: s}}\n---\n", 101) + named("a"),
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := output.Parse(file); err == nil {
				t.Errorf("Parse(%q): want an error, got %v", file, got)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(named("a"))
	f.Add("a: &a [*a]")
	f.Fuzz(func(_ *testing.T, file string) {
		_, _ = output.Parse(file) // Whatever a profiler writes, nothing breaks.
	})
}
