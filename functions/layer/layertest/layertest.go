// Package layertest builds what layers are told, for their tests: composites
// from YAML, and the state that a cluster is in after it took a layer's result.
package layertest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Changes are values in YAML by path; the empty value removes the field. The
// segments of a path are separated by slashes, and a slash in a segment is
// written ~1, as in a JSON pointer.
type Changes map[string]string

// Object is a manifest in YAML with the changes made, as JSON types with
// integers as int64.
func Object(tb testing.TB, manifest string, changes ...Changes) map[string]any {
	tb.Helper()
	out := map[string]any{}
	Parse(tb, manifest, &out)
	for _, c := range changes {
		for _, path := range slices.Sorted(maps.Keys(c)) {
			change(tb, out, strings.Split(path, "/"), c[path])
		}
	}
	return out
}

// Parse reads YAML into a value, with integers as int64.
func Parse(tb testing.TB, text string, into any) {
	tb.Helper()
	if err := kyaml.Unmarshal([]byte(text), into); err != nil {
		tb.Fatalf("cannot parse %q: %v", text, err)
	}
}

func change(tb testing.TB, m map[string]any, path []string, value string) {
	tb.Helper()
	key := strings.ReplaceAll(path[0], "~1", "/")
	if len(path) > 1 {
		child, ok := m[key].(map[string]any)
		if !ok {
			child = map[string]any{}
			m[key] = child
		}
		change(tb, child, path[1:], value)
		return
	}
	if value == "" {
		delete(m, key)
		return
	}
	wrapper := map[string]any{}
	Parse(tb, "value: "+value, &wrapper)
	m[key] = wrapper["value"]
}

// In is what a layer is told of a composite that nothing was composed for yet.
func In(composite map[string]any) layer.In {
	return layer.In{Composite: composite, Observed: layer.Observed{}, Settings: settings.Default(), Random: Random{}}
}

// Random is what layers draw keys from in tests: the same bytes for everyone.
type Random struct{}

// Read fills p with one byte, and never fails.
func (Random) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 1
	}
	return len(p), nil
}

// Objects are the children of a result as they are sent to core, by key.
func Objects(tb testing.TB, out layer.Out) map[string]map[string]any {
	tb.Helper()
	encoded, err := layer.Encode(out.Children)
	if err != nil {
		tb.Fatalf("cannot encode the children: %v", err)
	}
	all := make(map[string]map[string]any, len(encoded))
	for _, e := range encoded {
		all[e.Key] = e.Object
	}
	return all
}

// Keys of a result's children, in their order.
func Keys(out layer.Out) []string {
	keys := []string{}
	for _, c := range out.Children {
		keys = append(keys, c.Key)
	}
	return keys
}

// Status of a result as it is sent to core.
func Status(tb testing.TB, out layer.Out) map[string]any {
	tb.Helper()
	s, err := object.Status(out.Status)
	if err != nil {
		tb.Fatalf("cannot encode the status: %v", err)
	}
	return s
}

// StatusOf is the status of a result as readers of v1alpha1 see it. It fails the test
// where readers of v1beta1 see other counts.
func StatusOf(tb testing.TB, out layer.Out) map[string]any {
	tb.Helper()
	s := Status(tb, out)
	for service, component := range map[string]string{"service": "component", "services": "components"} {
		want := runtime.DeepCopyJSONValue(s[service])
		dropNames(want)
		if diff := cmp.Diff(want, s[component]); diff != "" {
			tb.Errorf("status.%s and status.%s (-first, +second):\n%s", service, component, diff)
		}
		delete(s, component)
	}
	return s
}

// dropNames removes the name of which v1beta1 has but the list.
func dropNames(counts any) {
	m, _ := counts.(map[string]any)
	delete(m, "componentName")
	for _, v := range m {
		dropNames(v)
	}
}

// Next is what a layer is told after core took its result: all children exist
// at generation 1 with the statuses given by key in YAML, and the composite has
// the status and the conditions of the result. A frozen result leaves the
// children and the status that were there.
func Next(tb testing.TB, in layer.In, out layer.Out, statuses map[string]string) layer.In {
	tb.Helper()
	next := in
	next.Composite = (&unstructured.Unstructured{Object: in.Composite}).DeepCopy().Object
	status, _ := next.Composite["status"].(map[string]any)
	if out.Fatal == "" {
		next.Observed = observed(tb, out, statuses)
		had := status["conditions"]
		status = Status(tb, out)
		status["conditions"] = had
	}
	if status == nil {
		status = map[string]any{}
	}
	status["conditions"] = conditions(status["conditions"], out.Conditions)
	next.Composite["status"] = status
	return next
}

func observed(tb testing.TB, out layer.Out, statuses map[string]string) layer.Observed {
	tb.Helper()
	all := layer.Observed{}
	for key, m := range Objects(tb, out) {
		u := unstructured.Unstructured{Object: m}
		u.SetGeneration(1)
		if s, ok := statuses[key]; ok {
			m["status"] = Object(tb, s)
		}
		all[key] = layer.Read(m)
	}
	return all
}

// conditions of an object with some of them set.
func conditions(had any, set []layer.Condition) []any {
	byType := map[string]any{}
	old, _ := had.([]any)
	for _, c := range old {
		if m, ok := c.(map[string]any); ok {
			byType[m["type"].(string)] = m //nolint:forcetypeassert // A test may panic.
		}
	}
	for _, c := range set {
		byType[c.Type] = map[string]any{
			"type": c.Type, "status": string(c.Status), "reason": c.Reason, "message": c.Message,
			"lastTransitionTime": "2026-01-01T00:00:00Z",
		}
	}
	out := make([]any, 0, len(byType))
	for _, name := range slices.Sorted(maps.Keys(byType)) {
		out = append(out, byType[name])
	}
	return out
}
