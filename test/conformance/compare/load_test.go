package compare

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestObjects(t *testing.T) {
	type want struct {
		objects []map[string]any
		err     string
	}
	thing := func(fields map[string]any) map[string]any {
		out := map[string]any{"apiVersion": "v1", "kind": "Thing", "metadata": map[string]any{"name": "a"}}
		maps.Copy(out, fields)
		return out
	}
	cases := map[string]struct {
		reason string
		stream string
		want   want
	}{
		"Documents": {
			reason: "Every document is an object; empty ones are none.",
			stream: "---\n" + object("a", "") + "# nothing\n---\n" + object("a", "x: 1"),
			want:   want{objects: []map[string]any{thing(nil), thing(map[string]any{"x": 1})}},
		},
		"Nothing": {
			reason: "A stream may be empty.",
			stream: "",
		},
		"Texts": {
			reason: "y and n are texts, and so are dates and what stands in quotes.",
			stream: object("a", "x: [y, n, 2026-01-31, \"yes\", 'off']"),
			want:   want{objects: []map[string]any{thing(map[string]any{"x": []any{"y", "n", "2026-01-31", "yes", "off"}})}},
		},
		"Booleans": {
			reason: "yes, no, on and off are booleans, as values in maps and lists.",
			stream: object("a", "x: [yes, No, ON, off]\ny: no"),
			want:   want{objects: []map[string]any{thing(map[string]any{"x": []any{true, false, true, false}, "y": false})}},
		},
		"Keys": {
			reason: "Keys are texts, whatever they look like.",
			stream: object("a", "x: {1: a, on: b, true: c}"),
			want:   want{objects: []map[string]any{thing(map[string]any{"x": map[string]any{"1": "a", "on": "b", "true": "c"}})}},
		},
		"Anchors": {
			reason: "Anchors and merge keys are resolved.",
			stream: object("a", "x: &x {k: yes}\ny: {<<: *x, l: 1}\nz: *x"),
			want: want{objects: []map[string]any{thing(map[string]any{
				"x": map[string]any{"k": true}, "y": map[string]any{"k": true, "l": 1}, "z": map[string]any{"k": true},
			})}},
		},
		"NoObject": {
			reason: "A list is no object.",
			stream: object("a", "") + "[a]",
			want:   want{err: "document 2: want an object with apiVersion, kind and metadata, got []interface {}"},
		},
		"NoVersion": {
			reason: "An object has a version.",
			stream: "kind: Thing\nmetadata: {name: a}",
			want:   want{err: "document 1: apiVersion: missing"},
		},
		"NoKind": {
			reason: "An object has a kind.",
			stream: "apiVersion: v1\nmetadata: {name: a}",
			want:   want{err: "document 1: kind: missing"},
		},
		"NoName": {
			reason: "An object has a name, by which it is matched.",
			stream: "apiVersion: v1\nkind: Thing",
			want:   want{err: "document 1: metadata.name: missing"},
		},
		"NoYAML": {
			reason: "What is no YAML is an error, with its place.",
			stream: object("a", "") + "{",
			want:   want{err: "document 2: yaml: line "},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Objects([]byte(tc.stream))
			if (err == nil) != (tc.want.err == "") || err != nil && !strings.HasPrefix(err.Error(), tc.want.err) {
				t.Errorf("%s\nObjects(): want error %q, got %v", tc.reason, tc.want.err, err)
			}
			if diff := cmp.Diff(tc.want.objects, got); diff != "" {
				t.Errorf("%s\nObjects(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
