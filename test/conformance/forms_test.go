package conformance

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/upgrade"
)

// TestForms writes every manifest of v1alpha1 in the form of v1beta1, and renders both:
// the objects are the same, to the byte, so that a graph which changes its form restarts
// nothing. Where v1beta1 cannot say something, what is said of it has to name it.
func TestForms(t *testing.T) {
	cases, _ := all(t)
	previewers := map[string]*preview.Previewer{}
	for folder, s := range settingsByFolder(t) {
		previewers[folder] = preview.New(preview.Options{Settings: s, Existing: existing(s)})
	}
	same, lossy := 0, 0
	for _, c := range cases {
		if c.Folder == FolderV1Beta1 || c.Folder == FolderRequest {
			continue
		}
		lost := checkForms(t, c, previewers[c.Folder])
		if len(lost) > 0 {
			lossy++
			t.Logf("%s: %s", c.ID(), strings.Join(lost, "; "))
			continue
		}
		same++
	}
	t.Logf("%d manifests make the same in both forms, %d say what has no place in v1beta1", same, lossy)
}

// checkForms compares what a case makes in both forms. It returns what has no place in
// v1beta1.
func checkForms(t *testing.T, c Case, p *preview.Previewer) []string {
	t.Helper()
	old, recent, lost, err := upgraded(c.Input)
	if err != nil {
		t.Errorf("%s: %v", c.ID(), err)
		return nil
	}
	want, err := renderAll(p, old)
	if err != nil {
		return nil // Refused in either form.
	}
	got, err := renderAll(p, recent)
	if err != nil {
		t.Errorf("%s: in the form of v1beta1: %v", c.ID(), err)
		return lost
	}
	for i := range old {
		more, err := upgrade.Check(p, old[i], recent[i], lost)
		if err != nil || len(more) > 0 {
			t.Errorf("%s: want nothing more to be said of it, got %q, error %v", c.ID(), more, err)
		}
		again, rest, err := upgrade.Manifest(recent[i])
		if diff := cmp.Diff(recent[i], again); diff != "" || len(rest) > 0 || err != nil {
			t.Errorf("%s: what has the form stays: lost %q, error %v, -want, +got:\n%s", c.ID(), rest, err, diff)
		}
	}
	lost = slices.DeleteFunc(lost, func(text string) bool { return strings.Contains(text, ": has no effect") })
	if diff := cmp.Diff(byName(want), byName(got)); diff != "" && len(lost) == 0 {
		t.Errorf("%s: -in the form of v1alpha1, +of v1beta1:\n%s", c.ID(), diff)
	}
	return lost
}

// upgraded returns the manifests of a stream in both forms, and what one of them lacks.
func upgraded(input []byte) (old, recent []map[string]any, lost []string, err error) { //nolint:nonamedreturns // Which is which would not show.
	if old, err = preview.Documents(bytes.NewReader(input)); err != nil {
		return nil, nil, nil, err
	}
	for _, m := range old {
		out, more, err := upgrade.Manifest(m)
		if err != nil {
			return nil, nil, nil, err
		}
		recent, lost = append(recent, out), append(lost, more...)
	}
	return old, recent, lost, nil
}

// byName are objects by kind and name, without the Dynamo kinds, whose spelling is not
// what runs.
func byName(objects []map[string]any) map[string]any {
	out := map[string]any{}
	for _, o := range objects {
		u := unstructured.Unstructured{Object: o}
		if u.GroupVersionKind().Group != v1alpha1.Group {
			out[fmt.Sprintf("%s/%s", u.GetKind(), u.GetName())] = o
		}
	}
	return out
}
