package keyed_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/render/keyed"
)

func TestMiskeyed(t *testing.T) {
	const missing = "tells the elements of the list apart: give it, or take the element out"
	at := field.NewPath("list")
	cases := map[string]struct {
		reason string
		keys   []string
		want   field.ErrorList
	}{
		"None":   {reason: "an empty list has nothing to tell apart"},
		"Apart":  {reason: "each has its own key", keys: []string{"a", "b"}},
		"Twice":  {reason: "each but the first is at fault", keys: []string{"a", "b", "a", "a"}, want: field.ErrorList{field.Duplicate(at.Index(2).Child("name"), "a"), field.Duplicate(at.Index(3).Child("name"), "a")}},
		"Absent": {reason: "no key is no key that repeats", keys: []string{"", ""}, want: field.ErrorList{field.Required(at.Index(0).Child("name"), missing), field.Required(at.Index(1).Child("name"), missing)}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := keyed.Miskeyed(at, "name", tc.keys, func(key string) string { return key })
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Miskeyed(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
