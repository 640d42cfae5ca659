package render

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// TestEngineAgreesWithPreview renders manifests through all layers twice: with
// the real engine, a call for each composite, and in-process.
func TestEngineAgreesWithPreview(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	cases, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(cases) < 3 {
		t.Fatalf("testdata: %d manifests (%v), want at least 3", len(cases), err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			t.Parallel()
			manifest := objectOf(t, path).Object
			want, err := preview.New(options(manifest)).Render(manifest)
			if err != nil {
				t.Fatal(err)
			}
			e.compare(t, standard(t, manifest), want)
		})
	}
}

// options of a preview in a cluster that holds the given objects.
func options(existing ...map[string]any) preview.Options {
	return preview.Options{Settings: settings.Default(), Existing: existing}
}

// compare renders a composite and, in turn, the children that are composites
// themselves, and reports what differs from the preview.
func (e *engine) compare(t *testing.T, m manifests, want preview.Node) {
	t.Helper()
	got, err := e.render(t, m)
	if err != nil {
		t.Fatal(err)
	}
	name := got.composite.GetKind() + "/" + got.composite.GetName()
	if diff := cmp.Diff(byType(want.Result.Conditions), got.conditions()); diff != "" {
		t.Errorf("%s: conditions: -preview, +engine:\n%s", name, diff)
	}
	nodes := byKey(want.Result.Children)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(nodes)), slices.Sorted(maps.Keys(got.children))); diff != "" {
		t.Fatalf("%s: keys of children: -preview, +engine:\n%s", name, diff)
	}
	for key, child := range got.children {
		composite := nodes[key].Result != nil
		if composite {
			child = admitted(t, child)
		}
		if diff := cmp.Diff(bare(unstructured.Unstructured{Object: nodes[key].Object}), bare(child)); diff != "" {
			t.Errorf("%s: child %s: -preview, +engine:\n%s", name, key, diff)
		}
		if composite {
			below := standard(t, child.Object).with(t, m.settings)
			below.required = m.xr // The cluster holds the parent, which an adapter asks for.
			below.configs, below.schemas = m.configs, m.schemas
			e.compare(t, below, nodes[key])
		}
	}
}

// admitted is a composed composite as the API server would store it: the engine
// prints what is sent.
func admitted(t *testing.T, u unstructured.Unstructured) unstructured.Unstructured {
	t.Helper()
	s, err := dryrun.ForKinds().Lookup(u.GroupVersionKind())
	if err != nil {
		t.Fatal(err)
	}
	out := s.Admit(u.Object)
	if len(out.Errors) > 0 || len(out.Pruned) > 0 {
		t.Errorf("%s %q: the API server would refuse (%v) or drop (%v)", u.GetKind(), u.GetName(), out.Errors, out.Pruned)
	}
	return unstructured.Unstructured{Object: out.Object}
}

func byKey(nodes []preview.Node) map[string]preview.Node {
	out := map[string]preview.Node{}
	for _, n := range nodes {
		out[n.Key] = n
	}
	return out
}

func byType(conditions []layer.Condition) map[string]layer.Condition {
	out := map[string]layer.Condition{}
	for _, c := range conditions {
		out[c.Type] = c
	}
	return out
}
