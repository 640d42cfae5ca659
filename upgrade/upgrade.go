package upgrade

import (
	"fmt"
	"maps"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// Manifest returns a manifest in the form of v1beta1, and what of it has no place there.
// One of another kind, or that has that form already, is returned as it is. An error says
// why its fields cannot be read.
func Manifest(in map[string]any) (map[string]any, []string, error) {
	u := unstructured.Unstructured{Object: in}
	write, ok := writers()[u.GroupVersionKind().GroupKind()]
	if !ok || u.GetAPIVersion() != v1alpha1.GroupVersion().String() {
		return in, nil, nil
	}
	spec, lost, err := write(in)
	if err != nil {
		return nil, nil, fmt.Errorf("%s %q: %w", u.GetKind(), u.GetName(), err)
	}
	out := maps.Clone(in)
	out["apiVersion"], out["spec"] = v1beta1.GroupVersion().String(), spec
	delete(out, "status")
	return out, lost, nil
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
