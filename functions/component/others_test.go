package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeBesideOthers leaves alone what others made under names of a component on
// its own. Of a graph's component the graph asks.
func TestComposeBesideOthers(t *testing.T) {
	type want struct {
		Keys  []string
		Valid string
		Needs int
	}
	rest := []string{"service/main", "serviceaccount/discovery", "rolebinding/discovery"}
	cases := map[string]struct {
		reason   string
		manifest string
		found    map[string]string
		want     want
	}{
		"OfGraph": {reason: "its graph has asked", manifest: composed, want: want{Keys: []string{"deployment/main", "service/main"}}},
		"Free":    {reason: "it asks for all", manifest: standalone, want: want{Keys: append([]string{"deployment/main"}, rest...), Needs: 4}},
		"Taken": {
			reason: "and makes nothing in the place of others", manifest: standalone,
			found: map[string]string{"Deployment/solo": "{kind: Deployment, metadata: {name: solo}}"},
			want:  want{Keys: rest, Needs: 4, Valid: `Deployment "solo" exists and was made by somebody else: it is left as it is; delete it to have it made`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, tc.manifest))
			in.Answers.Objects = map[string][]layer.Object{}
			for need, o := range tc.found {
				in.Answers.Objects[need] = []layer.Object{layer.Read(layertest.Object(t, o))}
			}
			out := compose(t, in)
			got := want{Keys: layertest.Keys(out), Needs: countBeyondSettings(out)}
			for _, c := range out.Conditions {
				if c.Type == layer.TypeValid {
					got.Valid = c.Message
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	running := running(t, standalone, rollout(1, 1, 1, 1, "True"))
	if out := compose(t, running); countBeyondSettings(out) > 0 {
		t.Errorf("a component whose children exist asks for %v", out.Needs.Objects)
	}
}

// countBeyondSettings returns how many objects a component asks for beside the settings of
// its site.
func countBeyondSettings(out layer.Out) int {
	return len(out.Needs.Objects) - len(layer.AskForSettings("team"))
}
