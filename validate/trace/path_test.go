package trace

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   path
	}{
		"Empty":  {reason: "no path"},
		"Names":  {reason: "names", args: "spec.template", want: path{"spec", "template"}},
		"Index":  {reason: "an item", args: "a[0].b", want: path{"a", "[0]", "b"}},
		"Key":    {reason: "a key may have dots", args: "limits[nvidia.com/gpu].x", want: path{"limits", "[nvidia.com/gpu]", "x"}},
		"Twice":  {reason: "lists of lists", args: "a[0][1]", want: path{"a", "[0]", "[1]"}},
		"Apply":  {reason: "as server-side apply writes it", args: `.a[name="x]",port=1].b`, want: path{"a", `[name="x]",port=1]`, "b"}},
		"Broken": {reason: "what does not end ends at the end", args: "a[b", want: path{"a", "[b"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, parse(tc.args)); diff != "" {
				t.Errorf("\n%s\nparse(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestBelow(t *testing.T) {
	type want struct {
		rest path
		ok   bool
	}
	cases := map[string]struct {
		reason       string
		path, prefix string
		want         want
	}{
		"Same":    {reason: "nothing is left", path: "a.b", prefix: "a.b", want: want{rest: path{}, ok: true}},
		"Below":   {reason: "the rest", path: "a.b[0].c", prefix: "a.b", want: want{rest: path{"[0]", "c"}, ok: true}},
		"AnyItem": {reason: "any item", path: "a.b[0].c", prefix: "a.b[]", want: want{rest: path{"c"}, ok: true}},
		"Item":    {reason: "the item", path: "a[0].c", prefix: "a[0]", want: want{rest: path{"c"}, ok: true}},
		"Other":   {reason: "another item", path: "a[1].c", prefix: "a[0]"},
		"NoItem":  {reason: "a name is no item", path: "a.b", prefix: "a[]"},
		"Shorter": {reason: "above it", path: "a", prefix: "a.b"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rest, ok := parse(tc.path).below(parse(tc.prefix))
			if diff := cmp.Diff(tc.want, want{rest, ok}, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nbelow(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestNumbered(t *testing.T) {
	o := map[string]any{"a": []any{
		map[string]any{"name": "x", "port": int64(1)},
		map[string]any{"name": "y", "port": int64(2), "b": []any{map[string]any{"c": "1"}, map[string]any{"c": "1"}}},
		map[string]any{"name": "x", "port": int64(3)},
	}}
	cases := map[string]struct {
		reason string
		path   string
		text   string
		want   string
	}{
		"Index":     {reason: "an index stays", path: "a[1].b", want: "a[1].b"},
		"Value":     {reason: "a value selects", path: `a[name="y"].b[c="1"]`, want: "a[1].b[1]"},
		"Values":    {reason: "or several", path: `a[name="x",port=3]`, want: "a[2]"},
		"Missing":   {reason: "what is not there stays", path: `a[name="z"].b`, want: `a[name="z"].b`},
		"Duplicate": {reason: "the second of two", path: `a[name="y"].b`, text: `duplicate entries for key [c="1"]`, want: "a[1].b[1]"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, numbered(o, parse(tc.path), tc.text).String()); diff != "" {
				t.Errorf("\n%s\nnumbered(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
