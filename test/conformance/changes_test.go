package conformance

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/preview/changes"
)

// TestChangesOfNothing renders every manifest over what becomes of it: nothing is
// different, so that what xdynamo diff tells is what an edit makes.
func TestChangesOfNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("renders every manifest four times")
	}
	cases, _ := all(t)
	previewers := map[string]*preview.Previewer{}
	for folder, s := range settingsByFolder(t) {
		previewers[folder] = preview.New(preview.Options{Settings: s, Existing: existing(s)})
	}
	asIs := func(fields map[string]any) map[string]any { return fields }
	for _, c := range cases {
		manifests, err := preview.Documents(bytes.NewReader(c.Input))
		if err != nil {
			t.Fatalf("%s: %v", c.ID(), err)
		}
		p := previewers[c.Folder]
		was, err := p.Settle(manifests, nil)
		if err != nil {
			t.Errorf("%s: Settle(...): %v", c.ID(), err)
			continue
		}
		is, err := p.Settle(manifests, preview.Applied(was, "default"))
		if err != nil {
			t.Errorf("%s: Settle(...) over what becomes of it: %v", c.ID(), err)
			continue
		}
		r := changes.Compare(changes.List(was), changes.List(is), asIs)
		if diff := cmp.Diff([]changes.Change{}, r.Changes, cmp.AllowUnexported(changes.Change{})); diff != "" {
			t.Errorf("%s: -want no changes, +got:\n%s", c.ID(), diff)
		}
	}
}
