package component_test

import (
	"slices"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeGroundFirst looks at whether a component asks for its workload while what
// the pods lean on is not made yet.
func TestComposeGroundFirst(t *testing.T) {
	const known = "observedGeneration: 1"
	cases := map[string]struct {
		reason   string
		manifest string
		status   string
		observed []string
		file     bool
		want     bool
	}{
		"First":   {reason: "one on its own makes its account first", manifest: standalone},
		"Partly":  {reason: "and its rights", manifest: standalone, observed: []string{"serviceaccount/discovery"}},
		"Second":  {reason: "and then its pods", manifest: standalone, observed: []string{"serviceaccount/discovery", "rolebinding/discovery"}, want: true},
		"Stuck":   {reason: "what cannot be made holds nothing up: pods say what they lack", manifest: standalone, status: known, want: true},
		"Running": {reason: "pods that run stay", manifest: standalone, observed: []string{"deployment/main"}, want: true},
		"OfGraph": {reason: "one of a graph, which has made the account, does not wait", manifest: composed, want: true},
		"File":    {reason: "a manifest that is only looked at shows all of it", manifest: standalone, file: true, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, tc.manifest))
			all := layertest.Next(t, in, compose(t, in), nil).Observed
			for _, key := range tc.observed {
				if !all.Has(key) {
					t.Fatalf("there is no child %s", key)
				}
				if in.Observed == nil {
					in.Observed = layer.Observed{}
				}
				in.Observed[key] = all[key]
			}
			if !tc.file {
				in.Composite = layertest.Object(t, tc.manifest, changes{"metadata/creationTimestamp": "'2026-01-01T00:00:00Z'"})
			}
			in.Composite["status"] = layertest.Object(t, tc.status)

			out := compose(t, in)

			if got := slices.Contains(layertest.Keys(out), "deployment/main"); got != tc.want || out.Ready {
				t.Errorf("%s: Compose(...): want workload %t, got %t; ready %t", tc.reason, tc.want, got, out.Ready)
			}
		})
	}
}
