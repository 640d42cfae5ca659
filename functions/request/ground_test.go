package request_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
)

// TestJobAfterItsAccount makes what the Job's pod leans on in one look, and the Job in
// the next; a manifest that is only looked at shows all of it at once.
func TestJobAfterItsAccount(t *testing.T) {
	ground := []string{request.KeyAccount, request.KeyBinding, request.KeyOutput}
	all := append(slices.Clone(ground), request.KeyJob)
	cases := map[string]struct {
		reason string
		change layertest.Changes
		want   [][]string
	}{
		"Stored": {reason: "in a cluster", want: [][]string{ground, all, all}},
		"File":   {reason: "in a file", change: layertest.Changes{"metadata/creationTimestamp": ""}, want: [][]string{all}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, in: layertest.In(layertest.Object(t, manifest, tc.change)), others: map[string]layer.Object{}}
			var got [][]string
			for range tc.want {
				w.reconcile()
				got = append(got, layertest.Keys(w.out))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: keys of each look: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
