package layer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func TestEmptied(t *testing.T) {
	const full = "{template: {affinity: {nodeAffinity: {}}, containers: [{name: main, lifecycle: {}}], volumes: [{name: a, emptyDir: {}}]}}"
	cases := map[string]struct {
		reason   string
		observed string
		in       string
		want     string
	}{
		"New":       {reason: "an object that is made has what its user wrote", in: full, want: full},
		"Same":      {reason: "so has one that has had it: without it, its pods would restart", observed: full, in: full, want: full},
		"NoneEmpty": {reason: "blocks with something in them are sent", observed: "{}", in: "{template: {affinity: {nodeAffinity: {a: b}}}}", want: "{template: {affinity: {nodeAffinity: {a: b}}}}"},
		"Emptied": {
			reason:   "a block that has something in it goes, and those around it that would be empty",
			observed: "{template: {affinity: {nodeAffinity: {a: b}}, containers: [{name: main, lifecycle: {preStop: {}}}], volumes: [{name: a, emptyDir: {medium: Memory}}]}}",
			in:       full,
			want:     "{template: {containers: [{name: main}], volumes: [{name: a}]}}",
		},
		"Gone": {
			reason:   "and does not come back at the next reconcile",
			observed: "{template: {containers: [{name: main}], volumes: [{name: a}]}}",
			in:       full,
			want:     "{template: {containers: [{name: main}], volumes: [{name: a}]}}",
		},
		"Beside": {
			reason:   "what is beside it stays",
			observed: "{template: {affinity: {nodeAffinity: {a: b}, podAffinity: {}}, size: 1}}",
			in:       "{template: {affinity: {nodeAffinity: {}, podAffinity: {}}, size: 2}}",
			want:     "{template: {affinity: {podAffinity: {}}, size: 2}}",
		},
		"OtherOrder": {
			reason:   "items are compared by their names",
			observed: "{volumes: [{name: b, emptyDir: {medium: Memory}}, {name: a, emptyDir: {}}]}",
			in:       "{volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]}",
			want:     "{volumes: [{name: a, emptyDir: {}}, {name: b}]}",
		},
		"NewItem": {
			reason:   "an item that is new has nothing that could stay",
			observed: "{volumes: []}",
			in:       "{volumes: [{name: a, emptyDir: {}}]}",
			want:     "{volumes: [{name: a}]}",
		},
		"Nameless": {
			reason:   "a list without names is written as a whole",
			observed: "{terms: [{preference: {a: b}}]}",
			in:       "{terms: [{preference: {}}]}",
			want:     "{terms: [{preference: {}}]}",
		},
		"Selector": {
			reason:   "a selector selects everything where it is empty, and nothing without",
			observed: "{selector: {a: b}, items: [{name: x, namespaceSelector: {a: b}}]}",
			in:       "{selector: {}, items: [{name: x, namespaceSelector: {}}]}",
			want:     "{selector: {}, items: [{name: x, namespaceSelector: {}}]}",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			observed := layer.Observed{}
			if tc.observed != "" {
				observed["deployment/main"] = layer.Read(map[string]any{"spec": layertest.Object(t, tc.observed)})
			}
			spec := layertest.Object(t, tc.in)
			in := layer.Child{Key: "deployment/main", Hash: "h", Fields: map[string]any{"spec": spec}}
			got := in.Emptied(observed)
			if diff := cmp.Diff(layertest.Object(t, tc.want), got.Fields["spec"]); diff != "" || got.Hash != "h" {
				t.Errorf("%s\nEmptied(...): hash %q; -want, +got:\n%s", tc.reason, got.Hash, diff)
			}
			if diff := cmp.Diff(layertest.Object(t, tc.in), spec); diff != "" {
				t.Errorf("Emptied(...) changed the child:\n%s", diff)
			}
		})
	}
}
