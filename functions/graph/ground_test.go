package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeGroundFirst looks at which components a graph asks for while what their pods
// lean on is not made yet.
func TestComposeGroundFirst(t *testing.T) {
	cases := map[string]struct {
		reason string
		// status of the graph, and keys of the children that exist.
		status   string
		observed []string
		file     bool
		want     []string
	}{
		"First": {
			reason: "in the first look there is nothing to lean on",
		},
		"Second": {
			reason:   "in the second there is",
			status:   "services: {Frontend: {}, Worker: {}}",
			observed: []string{"serviceaccount/discovery", "rolebinding/discovery"},
			want:     []string{"Frontend", "Worker"},
		},
		"Stuck": {
			reason: "what cannot be made holds nothing up: pods say what they lack",
			status: "services: {Frontend: {}, Worker: {}}",
			want:   []string{"Frontend", "Worker"},
		},
		"Running": {
			reason:   "nor does what somebody has deleted below pods that run",
			status:   "services: {Frontend: {}, Worker: {}}",
			observed: []string{"component/Frontend", "component/Worker", "rolebinding/discovery"},
			want:     []string{"Frontend", "Worker"},
		},
		"Forgotten": {
			reason:   "nor where the status is lost",
			observed: []string{"component/Frontend", "component/Worker", "rolebinding/discovery"},
			want:     []string{"Frontend", "Worker"},
		},
		"Added": {
			reason:   "a new service waits alone",
			status:   "services: {Frontend: {}}",
			observed: []string{"component/Frontend", "rolebinding/discovery"},
			want:     []string{"Frontend"},
		},
		"File": {
			reason: "a manifest that is only looked at shows all of it",
			file:   true,
			want:   []string{"Frontend", "Worker"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := answered(t, in(t))
			all := layertest.Next(t, in, compose(t, in), nil).Observed
			in.Observed = layer.Observed{}
			for _, key := range tc.observed {
				in.Observed[key] = all[key]
			}
			if !tc.file {
				in.Composite = layertest.Object(t, chat, changes{"metadata/creationTimestamp": "'2026-01-01T00:00:00Z'"})
			}
			in.Composite["status"] = layertest.Object(t, tc.status)

			var got []string
			for _, key := range layertest.Keys(compose(t, in)) {
				if service, ok := strings.CutPrefix(key, "component/"); ok {
					got = append(got, service)
				}
			}

			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Compose(...): -want components, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
