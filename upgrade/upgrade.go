package upgrade

import (
	"cmp"
	"fmt"
	"maps"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// Manifest returns a manifest in the form of v1beta1, and what of it has no place there.
// One of another kind is returned as it is, and of one that has that form already only the
// version changes. An error says why its fields cannot be read.
func Manifest(in map[string]any) (map[string]any, []string, error) {
	u := unstructured.Unstructured{Object: in}
	write, ok := writers()[u.GroupVersionKind().GroupKind()]
	if !ok || !isKnownVersion(u.GroupVersionKind().Version) {
		return in, nil, nil
	}
	fail := func(err error) (map[string]any, []string, error) {
		return nil, nil, fmt.Errorf("%s %q: %w", u.GetKind(), u.GetName(), err)
	}
	given, _ := in["spec"].(map[string]any)
	form, fault := convert.FormOf(u.GetKind(), given)
	if fault != nil {
		return fail(fault)
	}
	out := maps.Clone(in)
	out["apiVersion"] = v1beta1.GroupVersion().String()
	if cmp.Or(form, u.GroupVersionKind().Version) == v1beta1.Version {
		return out, nil, nil
	}
	spec, lost, err := write(in)
	if err != nil {
		return fail(err)
	}
	if composed, ok := given["crossplane"]; ok {
		spec["crossplane"] = composed // Of which composition it is made: the same in both.
	}
	out["spec"] = spec
	delete(out, "status")
	return out, append(lost, forget(out)...), nil
}

func isKnownVersion(version string) bool {
	return version == v1alpha1.Version || version == v1beta1.Version
}

// forget removes the annotations in which the operator keeps what v1beta1 cannot say, and
// names them: nobody reads them beside the form of v1alpha1, which says it itself, so that
// they may be of another time.
func forget(manifest map[string]any) []string {
	u := unstructured.Unstructured{Object: manifest}
	annotations := u.GetAnnotations()
	var out []string
	for _, key := range []string{meta.AnnotationKeptComponent, meta.AnnotationKeptGraph} {
		if _, ok := annotations[key]; ok {
			delete(annotations, key)
			out = append(out, fmt.Sprintf("%s: "+noEffect+" beside the form of v1alpha1, and would have one in v1beta1: it is left out",
				field.NewPath("metadata", "annotations").Key(key)))
		}
	}
	if len(out) > 0 {
		metadata, _ := manifest["metadata"].(map[string]any)
		manifest["metadata"] = maps.Clone(metadata) // What was handed in stays as it was.
		u.SetAnnotations(annotations)
	}
	return out
}

// writer writes the spec of a kind, and says what it leaves out.
type writer func(map[string]any) (map[string]any, []string, error)

func writers() map[schema.GroupKind]writer {
	return map[schema.GroupKind]writer{
		{Group: v1alpha1.Group, Kind: v1alpha1.GraphKind}:          writeGraph,
		{Group: v1alpha1.Group, Kind: v1alpha1.ComponentKind}:      writeComponent,
		{Group: v1alpha1.Group, Kind: v1alpha1.RequestKind}:        writeRequest,
		{Group: v1alpha1.Group, Kind: v1alpha1.ScalingAdapterKind}: writeAdapter,
	}
}

// writeAdapter writes an adapter, in which one field has another name.
func writeAdapter(in map[string]any) (map[string]any, []string, error) {
	u := unstructured.Unstructured{Object: runtime.DeepCopyJSON(in)}
	spec, _ := u.Object["spec"].(map[string]any)
	ref, _ := spec["dgdRef"].(map[string]any)
	if name, ok := ref["serviceName"]; ok {
		ref["componentName"] = name
		delete(ref, "serviceName")
	}
	return spec, nil, nil
}

// read reads a manifest into a typed object.
func read(in map[string]any, out any) error {
	return object.Into(in, out)
}

// encode returns a spec as it is written: without what Go types emit although nobody
// set it.
func encode(spec any) (map[string]any, error) {
	out, err := runtime.DefaultUnstructuredConverter.ToUnstructured(spec)
	if err != nil {
		return nil, fmt.Errorf("cannot write its fields: %w", err)
	}
	if components, ok := out["components"].([]any); ok {
		for _, c := range components {
			tidyTemplate(c)
		}
	}
	tidyTemplate(out)
	return out, nil
}

// tidyTemplate removes empty stubs from the pod template of a component.
func tidyTemplate(component any) {
	c, _ := component.(map[string]any)
	template, _ := c["podTemplate"].(map[string]any)
	metadata, _ := template["metadata"].(map[string]any)
	delete(metadata, "creationTimestamp")
	if len(metadata) == 0 {
		delete(template, "metadata")
	}
	spec, _ := template["spec"].(map[string]any)
	for _, list := range []string{"containers", "initContainers"} {
		containers, _ := spec[list].([]any)
		for _, item := range containers {
			container, _ := item.(map[string]any)
			if r, ok := container["resources"].(map[string]any); ok && len(r) == 0 {
				delete(container, "resources")
			}
		}
	}
	if spec["containers"] == nil {
		delete(spec, "containers")
	}
	if len(spec) == 0 {
		delete(template, "spec")
	}
}
