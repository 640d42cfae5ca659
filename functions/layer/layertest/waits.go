package layertest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Waits checks that a result says nothing and changes nothing, as is right before
// core has told the settings of the site: the children of those keys are kept, and so
// is the status.
func Waits(tb testing.TB, in layer.In, out layer.Out, keys []string) {
	tb.Helper()
	if diff := cmp.Diff(keys, Keys(out)); diff != "" {
		tb.Errorf("-want children, +got:\n%s", diff)
	}
	if out.Ready || out.Fatal != "" || len(out.Conditions)+len(out.Events) > 0 {
		tb.Errorf("want nothing said, got ready %t, fatal %q, conditions %v, events %v", out.Ready, out.Fatal, out.Conditions, out.Events)
	}
	had, _ := in.Composite["status"].(map[string]any)
	ours := cmpopts.IgnoreMapEntries(func(k string, _ any) bool { return k == "conditions" })
	if diff := cmp.Diff(had, Status(tb, out), ours, cmpopts.EquateEmpty()); diff != "" {
		tb.Errorf("-want status, +got:\n%s", diff)
	}
	if _, ok := Status(tb, out)["conditions"]; ok {
		tb.Error("want conditions left to core, got some in the status")
	}
}
