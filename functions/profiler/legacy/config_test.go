package legacy

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

func TestReadConfig(t *testing.T) {
	cases := map[string]struct {
		reason string
		config map[string]any
		want   section
	}{
		"None":  {reason: "no configuration is an empty one", want: section{}},
		"Empty": {reason: "as it is", config: map[string]any{}, want: section{}},
		"Nulls": {
			reason: "nulls go, at any depth, and what holds them stays",
			config: map[string]any{"a": nil, "b": map[string]any{"c": nil, "d": map[string]any{"e": nil}}},
			want:   section{"b": map[string]any{"d": map[string]any{}}},
		},
		"Lists": {
			reason: "items of lists stay where they are",
			config: map[string]any{"a": []any{nil, int64(1), map[string]any{"b": nil}, []any{nil}}},
			want:   section{"a": []any{nil, int64(1), map[string]any{}, []any{nil}}},
		},
		"False": {
			reason: "what is false, zero or empty is not null",
			config: map[string]any{"a": false, "b": int64(0), "c": "", "d": []any{}},
			want:   section{"a": false, "b": int64(0), "c": "", "d": []any{}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := readConfig(dynamo.Request{Profiler: dynamo.Profiler{Config: tc.config}})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: readConfig(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSectionRead has keys as the profiler reads them.
func TestSectionRead(t *testing.T) {
	type read struct {
		Spelling string
		Value    any
		True     bool
	}
	cases := map[string]struct {
		reason string
		s      section
		want   read
	}{
		"Nowhere": {reason: "there is none", s: section{"dryrun": true}},
		"NoMap":   {reason: "nor in a section that is not there", s: nil},
		"Camel":   {reason: "in camelCase", s: section{"dryRun": true}, want: read{"dryRun", true, true}},
		"Snake":   {reason: "or in snake_case", s: section{"dry_run": true}, want: read{"dry_run", true, true}},
		"Both":    {reason: "the former wins", s: section{"dryRun": false, "dry_run": true}, want: read{"dryRun", false, false}},
		"Text":    {reason: "a text is not true", s: section{"dry_run": "true"}, want: read{"dry_run", "true", false}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := read{tc.s.find("dryRun"), tc.s.value("dryRun"), tc.s.is("dryRun")}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: find, value and is: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSectionSet writes keys so that the profiler reads what was written.
func TestSectionSet(t *testing.T) {
	cases := map[string]struct {
		reason  string
		s, want section
	}{
		"New":   {reason: "in snake_case, which all versions read", s: section{}, want: section{"dry_run": "new"}},
		"Camel": {reason: "and over the user's camelCase", s: section{"dryRun": "old"}, want: section{"dryRun": "new", "dry_run": "new"}},
		"Snake": {reason: "or snake_case", s: section{"dry_run": "old"}, want: section{"dry_run": "new"}},
		"Both":  {reason: "or both", s: section{"dryRun": "a", "dry_run": "b"}, want: section{"dryRun": "new", "dry_run": "new"}},
		"Other": {reason: "and nothing else", s: section{"dry-run": "a"}, want: section{"dry-run": "a", "dry_run": "new"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.s.set("dryRun", "new")
			if diff := cmp.Diff(tc.want, tc.s); diff != "" {
				t.Errorf("%s: set(...): -want, +got:\n%s", tc.reason, diff)
			}
			if got := tc.s.value("dryRun"); got != "new" {
				t.Errorf("%s: the profiler reads %v", tc.reason, got)
			}
		})
	}
}

func TestSectionBelow(t *testing.T) {
	c := section{"a": map[string]any{"b": map[string]any{"c": int64(1)}}, "text": "x"}
	if got := c.section("a").section("b")["c"]; got != int64(1) {
		t.Errorf("section(a).section(b)[c]: want 1, got %v", got)
	}
	for _, key := range []string{"none", "text"} {
		if got := c.section(key).section("b")["c"]; got != nil {
			t.Errorf("section(%q): want nothing below it, got %v", key, got)
		}
	}
	c.ensure("new")["x"] = "y"
	c.ensure("a")["d"] = "e"
	want := section{"a": map[string]any{"b": map[string]any{"c": int64(1)}, "d": "e"}, "new": map[string]any{"x": "y"}, "text": "x"}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("ensure(...): -want, +got:\n%s", diff)
	}
}
