package blocks_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/managedfields/managedfieldstest"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/test/serverside"
)

// server keeps objects as an API server does that has them from server-side apply, by
// the code that it has for that.
type server struct {
	objects map[string]*object
}

// object is one of the server's: what composed it, under which key, and its fields.
type object struct {
	owner map[string]any
	key   string
	live  managedfieldstest.TestFieldManager
}

// take applies all that comes of a composite, and deletes what no longer does.
func (s *server) take(t *testing.T, root preview.Node) {
	t.Helper()
	wanted := map[string]bool{}
	s.takeChildren(t, root, wanted)
	for id := range s.objects {
		if !wanted[id] {
			delete(s.objects, id)
		}
	}
}

func (s *server) takeChildren(t *testing.T, owner preview.Node, wanted map[string]bool) {
	t.Helper()
	if len(owner.Result.Refused) > 0 || owner.Result.Fatal != "" {
		t.Fatalf("%v: %v %s", owner.Object["metadata"], owner.Result.Refused, owner.Result.Fatal)
	}
	for _, n := range owner.Result.Children {
		u := unstructured.Unstructured{Object: runtime.DeepCopyJSON(n.Object)}
		id := u.GetKind() + "/" + u.GetName()
		wanted[id] = true
		if s.objects[id] == nil {
			s.objects[id] = &object{
				owner: owner.Object, key: n.Key, live: managedfieldstest.NewTestFieldManager(converterOf(t, u.GroupVersionKind()), u.GroupVersionKind()),
			}
		}
		before := s.objects[id].owned(t)
		if err := s.objects[id].live.Apply(&u, layer.CoreManager+"test", true); err != nil {
			t.Fatalf("%s: cannot apply: %v", id, err)
		}
		for _, path := range findEmptied(before, s.objects[id].owned(t), id) {
			t.Errorf("%s comes empty, and had something in it", path)
		}
		if n.Result != nil {
			s.takeChildren(t, n, wanted)
		}
	}
}

// read returns the fields of an object.
func (o *object) read() map[string]any {
	return o.live.Live().(*unstructured.Unstructured).Object
}

// owned returns the fields that are applied, in the form of managed fields.
func (o *object) owned(t *testing.T) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, e := range o.live.ManagedFields() {
		if err := json.Unmarshal(e.FieldsV1.GetRawBytes(), &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// findEmptied returns the blocks with fields of their own that were applied with
// something in them, and are applied with nothing. The code that runs here leaves them
// empty; that of API servers before version 6.4 of structured-merge-diff makes null of
// them. Blocks that are replaced as a whole never have fields of their own.
func findEmptied(before, after map[string]any, at string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		had, _ := before[name].(map[string]any)
		has, _ := after[name].(map[string]any)
		path := at + "." + strings.TrimPrefix(name, "f:")
		if len(had) > 0 && len(has) == 0 {
			out = append(out, path)
		}
		out = append(out, findEmptied(had, has, path)...)
	}
	return out
}

// existing are all objects as core reads them.
func (s *server) existing() []map[string]any {
	var out []map[string]any
	for _, o := range s.objects {
		u := unstructured.Unstructured{Object: runtime.DeepCopyJSON(o.read())}
		owner := unstructured.Unstructured{Object: o.owner}
		annotations := u.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["crossplane.io/composition-resource-name"] = o.key
		u.SetAnnotations(annotations)
		_ = unstructured.SetNestedSlice(u.Object, []any{map[string]any{
			"apiVersion": owner.GetAPIVersion(), "kind": owner.GetKind(), "name": owner.GetName(), "uid": "1", "controller": true,
		}}, "metadata", "ownerReferences")
		out = append(out, u.Object)
	}
	return out
}

// converterOf returns what merges the objects of a kind. Of kinds that are not here,
// maps are merged and lists replaced.
func converterOf(t *testing.T, kind schema.GroupVersionKind) managedfields.TypeConverter {
	t.Helper()
	all, err := serverside.Converters()
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := all[kind.Kind]; ok {
		return c
	}
	return managedfields.NewDeducedTypeConverter()
}
