package layer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func TestReadSelection(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   layer.Selection
	}{
		"Nothing": {reason: "a manifest that no cluster has seen", args: "{}"},
		"All": {
			reason: "as core completes it",
			args:   "{crossplane: {compositionRef: {name: c}, compositionRevisionRef: {name: r}, compositionUpdatePolicy: Manual, resourceRefs: [{kind: A}]}}",
			want:   layer.Selection{Composition: "c", Policy: layer.PolicyManual, Revision: "r"},
		},
		"OtherShapes": {reason: "what a schema would refuse says nothing", args: "{crossplane: {compositionRef: c, compositionRevisionRef: {name: 1}, compositionUpdatePolicy: [Manual]}}"},
		"Old":         {reason: "composites of the older kind have it elsewhere: ours are of none", args: "{compositionRef: {name: c}}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, layer.ReadSelection(layertest.Object(t, tc.args))); diff != "" {
				t.Errorf("\n%s\nReadSelection(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
