package blocks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/managedfields/managedfieldstest"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/preview"
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
	all, err := converters()
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := all[kind.Kind]; ok {
		return c
	}
	return managedfields.NewDeducedTypeConverter()
}

// converters by kind: of ours, and of those with pods.
var converters = sync.OnceValues(func() (map[string]managedfields.TypeConverter, error) {
	out := map[string]managedfields.TypeConverter{}
	sets, err := readLeaderWorkerSets()
	if err != nil {
		return nil, err
	}
	all := []*apiextensionsv1.CustomResourceDefinition{sets, makeDeployments(sets)}
	for _, plural := range []string{"dynamocomponentdeployments", "dynamographdeploymentscalingadapters"} {
		xrd, err := apis.Files.ReadFile(apis.DefinitionsFolder + "/" + plural + ".yaml")
		if err != nil {
			return nil, err
		}
		crd, err := dryrun.DeriveCRD(xrd)
		if err != nil {
			return nil, err
		}
		all = append(all, crd)
	}
	for _, crd := range all {
		doc, err := builder.BuildOpenAPIV3(crd, crd.Spec.Versions[0].Name, builder.Options{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", crd.Name, err)
		}
		if out[crd.Spec.Names.Kind], err = managedfields.NewTypeConverter(doc.Components.Schemas, false); err != nil {
			return nil, fmt.Errorf("%s: %w", crd.Name, err)
		}
	}
	return out, nil
})

// readLeaderWorkerSets reads the definition that the module of the types comes with.
func readLeaderWorkerSets() (*apiextensionsv1.CustomResourceDefinition, error) {
	folder, err := exec.CommandContext(context.Background(), "go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/lws").Output()
	if err != nil {
		return nil, fmt.Errorf("cannot find the module of LeaderWorkerSets: %w", err)
	}
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "config/crd/bases/leaderworkerset.x-k8s.io_leaderworkersets.yaml"))
	if err != nil {
		return nil, err
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	return crd, yaml.UnmarshalStrict(raw, crd)
}

// makeDeployments makes a definition of Deployments with the pods of LeaderWorkerSets:
// they are merged by the same rules.
func makeDeployments(sets *apiextensionsv1.CustomResourceDefinition) *apiextensionsv1.CustomResourceDefinition {
	out := sets.DeepCopy()
	out.Spec.Group, out.Spec.Names.Kind = "apps", "Deployment"
	root := out.Spec.Versions[0].Schema.OpenAPIV3Schema
	spec := root.Properties["spec"]
	root.Properties["spec"] = apiextensionsv1.JSONSchemaProps{
		Type:                   "object",
		XPreserveUnknownFields: ptr.To(true),
		Properties: map[string]apiextensionsv1.JSONSchemaProps{
			"template": spec.Properties["leaderWorkerTemplate"].Properties["leaderTemplate"],
		},
	}
	return out
}
