package upgrade

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// Check renders a manifest and what Manifest wrote of it, and returns what became of it
// beside what is named as lost: fields that no schema knows, and whatever else is not the
// same. An error says what is wrong with the manifest as it is, if that would be lost on the
// way, and with it what its user meant.
func Check(p *preview.Previewer, in, out map[string]any, lost []string) ([]string, error) {
	u := unstructured.Unstructured{Object: in}
	spec, _ := in["spec"].(map[string]any)
	form, fault := convert.FormOf(u.GetKind(), spec)
	if fault != nil || form != v1alpha1.Version || u.GroupVersionKind().Group != v1alpha1.Group {
		return nil, nil //nolint:nilerr // Nothing was written, or Manifest says why not.
	}
	old, recent, err := renderBoth(p, in, out)
	if err != nil {
		return nil, err
	}
	if faults := slices.Concat(old.Result.Refused, omit(old.Result.Found.Faults, findFaults(recent))); len(faults) > 0 {
		return nil, fmt.Errorf("%s %q: correct it first: %w", u.GetKind(), u.GetName(), join(faults))
	}
	more := listUnknown(old.Result)
	faults := omit(findFaults(recent), findFaults(old))
	for _, f := range faults {
		more = append(more, fmt.Sprintf("%v: it is not taken in the form of v1beta1, and is in that of v1alpha1", f))
	}
	if len(faults) == 0 && u.GetKind() != v1alpha1.RequestKind && !changes(lost) {
		more = append(more, compare(old, recent)...)
	}
	return more, nil
}

// renderBoth renders a manifest in the version whose form it has, and what was written of it.
func renderBoth(p *preview.Previewer, in, out map[string]any) (preview.Node, preview.Node, error) {
	in = maps.Clone(in)
	in["apiVersion"] = v1alpha1.GroupVersion().String()
	old, err := p.Render(in)
	if err != nil {
		return preview.Node{}, preview.Node{}, fmt.Errorf("cannot render it: %w", err)
	}
	recent, err := p.Render(out)
	if err != nil {
		return preview.Node{}, preview.Node{}, fmt.Errorf("cannot render it in the form of v1beta1: %w", err)
	}
	return old, recent, nil
}

// findFaults are those of a manifest: of the API server and of its layer.
func findFaults(n preview.Node) field.ErrorList {
	return slices.Concat(n.Result.Refused, n.Result.Found.Faults)
}

// omit returns faults without those that are also found elsewhere. Where they stand does not
// matter: each form has paths of its own.
func omit(faults, others field.ErrorList) field.ErrorList {
	return slices.DeleteFunc(slices.Clone(faults), func(f *field.Error) bool {
		return slices.ContainsFunc(others, func(o *field.Error) bool {
			return o.Type == f.Type && o.Detail == f.Detail && cmp.Equal(o.BadValue, f.BadValue)
		})
	})
}

func join(faults field.ErrorList) error {
	texts := make([]string, 0, len(faults))
	for _, f := range faults {
		texts = append(texts, f.Error())
	}
	return errors.New(strings.Join(texts, "; "))
}

// listUnknown names the fields that no schema knows.
func listUnknown(r *preview.Result) []string {
	var out []string
	for _, path := range r.Pruned {
		text := path + ": unknown field: it is left out, as the API server does"
		if similar := r.Similar[path]; similar != "" {
			text += ": did you mean " + similar + "?"
		}
		out = append(out, text)
	}
	return out
}

// changes says whether something of what is lost had an effect.
func changes(lost []string) bool {
	return slices.ContainsFunc(lost, func(text string) bool { return !strings.Contains(text, ": "+noEffect) })
}

// compare names the objects that are not the same in both forms.
func compare(old, recent preview.Node) []string {
	a, b := listObjects(old), listObjects(recent)
	names := slices.Sorted(maps.Keys(a))
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if a[name] == nil {
			names = append(names, name)
		}
	}
	var out []string
	for _, name := range names {
		if !cmp.Equal(a[name], b[name]) {
			out = append(out, name+": is not the same in the form of v1beta1: compare what xdynamo render shows of both")
		}
	}
	return out
}

// listObjects are the objects of other kinds below a composite, by kind and name.
func listObjects(n preview.Node) map[string]any {
	out := map[string]any{}
	if n.Result == nil {
		u := unstructured.Unstructured{Object: n.Object}
		out[u.GetKind()+"/"+u.GetName()] = n.Object
		return out
	}
	for _, child := range n.Result.Children {
		maps.Copy(out, listObjects(child))
	}
	return out
}
