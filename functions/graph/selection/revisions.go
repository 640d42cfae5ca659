package selection

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// needRevisions is the name under which a graph asks for the revisions of its
// components' Composition.
const needRevisions = "revisions"

// labelComposition is how core labels a revision with the name of its Composition.
const labelComposition = "crossplane.io/composition-name"

// Needs asks for the revisions of the components' Composition where the graph decides
// on them.
func (g Graph) Needs() map[string]layer.Selector {
	if !g.pinned() {
		return nil
	}
	return map[string]layer.Selector{needRevisions: {
		API:    layer.API{APIVersion: "apiextensions.crossplane.io/v1", Kind: "CompositionRevision"},
		Labels: map[string]string{labelComposition: g.component.name},
	}}
}

// matchRevisions returns the revisions whose step has the settings of the graph's own
// step, the newest first, and whether there are any at all: core has not told yet, or
// the Composition does not exist, of which core complains itself. What an environment
// says reaches graph and components alike.
func matchRevisions(in layer.In) ([]string, bool) {
	all := in.Answers.Objects[needRevisions]
	own, _ := settings.Decode(in.Input)
	matching := slices.DeleteFunc(slices.Clone(all), func(r layer.Object) bool {
		s, ok := readInput(r)
		return !ok || s.Hash() != own.Hash()
	})
	slices.SortFunc(matching, func(a, b layer.Object) int {
		return cmp.Or(cmp.Compare(revisionNumber(b), revisionNumber(a)), cmp.Compare(a.Name, b.Name))
	})
	var out []string
	for _, r := range matching {
		out = append(out, r.Name)
	}
	return out, len(all) > 0
}

// revisionNumber is how new a revision is. Core raises that of an old one when a
// Composition goes back to it.
func revisionNumber(r layer.Object) int64 {
	n, _ := r.Spec()["revision"].(int64)
	return n
}

// readInput reads the settings in the pipeline of a revision, and whether they are
// readable. A pipeline in which no step has any is composed with the defaults.
func readInput(r layer.Object) (settings.Settings, bool) {
	steps, _ := r.Spec()["pipeline"].([]any)
	for _, s := range steps {
		step, _ := s.(map[string]any)
		input, _ := step["input"].(map[string]any)
		version, _ := input["apiVersion"].(string)
		if input["kind"] != v1beta1.Kind || !strings.HasPrefix(version, v1beta1.Group+"/") {
			continue
		}
		raw, err := json.Marshal(input)
		out, faults := settings.Decode(raw)
		return out, err == nil && len(faults) == 0
	}
	return settings.Default(), true
}
