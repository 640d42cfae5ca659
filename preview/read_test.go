package preview_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

func TestDocuments(t *testing.T) {
	type documents = []map[string]any
	cases := map[string]struct {
		reason string
		args   string
		want   documents
	}{
		"Nothing":   {reason: "an empty stream has no documents"},
		"Empty":     {reason: "empty documents and comments are left out", args: "---\n---\n# nothing\n---\na: 1\n---\n", want: documents{{"a": int64(1)}}},
		"Null":      {reason: "a document that is null is empty", args: "null\n---\n~\n"},
		"Several":   {reason: "documents keep their order", args: "a: 1\n---\na: 2\n---\na: 3\n", want: documents{{"a": int64(1)}, {"a": int64(2)}, {"a": int64(3)}}},
		"End":       {reason: "a document may end with dots", args: "a: 1\n...\n---\na: 2\n...\n", want: documents{{"a": int64(1)}, {"a": int64(2)}}},
		"JSON":      {reason: "JSON is YAML", args: "{\"a\": {\"b\": [1, \"2\", true, null]}}\n", want: documents{{"a": map[string]any{"b": []any{int64(1), "2", true, nil}}}}},
		"Numbers":   {reason: "integers are integers, in any notation", args: "{a: 9007199254740993, b: 0x10, c: 0o10, d: -0, e: 1.5, f: 1.0}", want: documents{{"a": int64(9007199254740993), "b": int64(16), "c": int64(8), "d": int64(0), "e": 1.5, "f": int64(1)}}},
		"OldBools":  {reason: "y, no, on and off are booleans, as for kubectl", args: "{a: y, b: n, c: yes, d: No, e: on, f: OFF, g: true, h: False}", want: documents{{"a": true, "b": false, "c": true, "d": false, "e": true, "f": false, "g": true, "h": false}}},
		"OldTexts":  {reason: "and texts where they are quoted, or more than that", args: "{a: 'y', b: \"no\", c: yess, d: [on, !!str off]}", want: documents{{"a": "y", "b": "no", "c": "yess", "d": []any{true, "off"}}}},
		"OldKeys":   {reason: "as keys they are text, which is all that JSON has", args: "{y: a, n: b}", want: documents{{"true": "a", "false": "b"}}},
		"Dates":     {reason: "JSON has no dates: they are kept as they are written", args: "{a: 2026-01-31, b: 2026-01-31T10:00:00Z, c: [2026-01-31 10:00:00], 2026-02-01: d}", want: documents{{"a": "2026-01-31", "b": "2026-01-31T10:00:00Z", "c": []any{"2026-01-31 10:00:00"}, "2026-02-01": "d"}}},
		"Anchors":   {reason: "an alias is what its anchor is", args: "{a: &x {b: 2026-01-31, c: [1]}, d: *x, e: [*x]}", want: documents{{"a": map[string]any{"b": "2026-01-31", "c": []any{int64(1)}}, "d": map[string]any{"b": "2026-01-31", "c": []any{int64(1)}}, "e": []any{map[string]any{"b": "2026-01-31", "c": []any{int64(1)}}}}}},
		"MergeKeys": {reason: "a merge key gives what is not given", args: "base: &base {a: 1, b: 2}\nover: {<<: *base, b: 3}\n", want: documents{{"base": map[string]any{"a": int64(1), "b": int64(2)}, "over": map[string]any{"a": int64(1), "b": int64(3)}}}},
		"Blocks":    {reason: "block texts keep their lines", args: "a: |\n  x\n  y\nb: >-\n  x\n  y\n", want: documents{{"a": "x\ny\n", "b": "x y"}}},
		"Quoted":    {reason: "what is quoted is text", args: `{a: "1", b: 'true', c: "2026-01-31", d: !!str 5}`, want: documents{{"a": "1", "b": "true", "c": "2026-01-31", "d": "5"}}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := preview.Documents(strings.NewReader(tc.args))
			if err != nil {
				t.Fatalf("\n%s\nDocuments(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nDocuments(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDocumentsErrors(t *testing.T) {
	const noObject = "is no object: a manifest has apiVersion, kind and metadata"
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Scalar":     {reason: "a text is no manifest", args: "a: 1\n---\ntext\n", want: "document 2: " + noObject},
		"List":       {reason: "nor is a list", args: "[a]", want: "document 1: " + noObject},
		"NumberKeys": {reason: "keys are texts", args: "{1: a}", want: "document 1: line 1: key 1 is no text: put it in quotes"},
		"NullKeys":   {reason: "Null is no text, either", args: "a: 1\nNull: b\n", want: "document 1: line 2: key Null is no text: put it in quotes"},
		"BoolKeys":   {reason: "keys are texts", args: "{a: {true: b}}", want: "document 1: line 1: key true is no text: put it in quotes"},
		"NoNumber":   {reason: "JSON has no such number", args: "{a: .nan}", want: "document 1: line 1: .nan is no number that JSON has: put it in quotes if it is meant as text"},
		"Infinite":   {reason: "nor that one", args: "a:\n- -.Inf\n", want: "document 1: line 2: -.Inf is no number that JSON has: put it in quotes if it is meant as text"},
		"ListAsKey":  {reason: "a list is no key at all", args: "{[a]: b}", want: "document 1: cannot be read: yaml: invalid map key: []interface {}{\"a\"}"},
		"Tab":        {reason: "a tab is not seen", args: "a:\n\tb: 1\n", want: "document 1: yaml: line 2: found character that cannot start any token: YAML is indented with spaces, and there are tabs"},
		"Indented":   {reason: "a line that is too far to the right", args: "a: b\n  c: d\n", want: "document 1: yaml: line 2: mapping values are not allowed in this context: look at the indentation, and put a text with a colon in it in quotes"},
		"Template":   {reason: "a template is no YAML", args: "a: {{ .Values.a }}\n", want: "document 1: cannot be read: yaml: invalid map key: map[string]interface {}{\".Values.a\":interface {}(nil)}: it looks like a template: render it first, as with helm template"},
		"Syntax":     {reason: "it is no YAML", args: "a: 1\n---\na: [\n", want: "document 2: yaml: line 3: did not find expected node content"},
		"Doubled":    {reason: "a key is given once", args: "a: 1\na: 2\n", want: "document 1: cannot be read: line 2: mapping key \"a\" already defined at line 1"},
		"NoAnchor":   {reason: "an alias needs its anchor", args: "a: *x\n", want: "document 1: yaml: unknown anchor 'x' referenced"},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := preview.Documents(strings.NewReader(tc.args))
			if err == nil {
				t.Fatalf("\n%s\nDocuments(...): want an error, got %v", tc.reason, got)
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("\n%s\nDocuments(...): -want error, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDocumentsReadError(t *testing.T) {
	broken := errors.New("broken pipe")
	if _, err := preview.Documents(iotest.ErrReader(broken)); err == nil || !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("Documents(...): want the reader's error, got %v", err)
	}
}
