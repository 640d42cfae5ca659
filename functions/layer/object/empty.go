package object

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
)

// Where an object that is written by server-side apply has a block with something in
// it, and then the same block with nothing, the API server makes null of the block and
// refuses it. So nothing empty is sent in the spec of a component. Yet empty is not
// always nothing: a pod with securityContext: {} has no default group. An annotation
// names the blocks that were left out, and whoever reads the component has them back.

// required ends the paths of blocks that the definition requires where they stand:
// these are sent, empty or not.
//
//nolint:gochecknoglobals // A constant list.
var required = []string{"]/preference", "/volumeClaimTemplate/spec", "/scaleIO/secretRef"}

// hideEmpty removes the empty blocks from the spec of a component, in place, and names
// them in its annotation.
func hideEmpty(m map[string]any) {
	if !isComponent(m) {
		return
	}
	spec, _ := m["spec"].(map[string]any)
	if paths := takeEmpty(spec, freeForm(m)["spec"], ""); len(paths) > 0 {
		slices.Sort(paths)
		Annotate(m, meta.AnnotationEmptyFields, strings.Join(paths, ","))
	}
}

// takeEmpty removes the empty blocks of an object, in place, and then those in which
// nothing is left. It returns the paths of the innermost. What is free stays as it is.
func takeEmpty(m map[string]any, free fields, at string) []string {
	var out []string
	for k, v := range m {
		below, known := free[k]
		path := at + k
		if (known && below == nil) || isRequired(path) {
			continue
		}
		switch v := v.(type) {
		case map[string]any:
			if len(v) == 0 {
				out = append(out, path)
			}
			out = append(out, takeEmpty(v, below, path+"/")...)
			if len(v) == 0 {
				delete(m, k)
			}
		case []any:
			out = append(out, takeEmptyOfItems(v, path)...)
		}
	}
	return out
}

// takeEmptyOfItems does so for the items of a list, which themselves stay.
func takeEmptyOfItems(l []any, at string) []string {
	var out []string
	for i, v := range l {
		if item, ok := v.(map[string]any); ok {
			out = append(out, takeEmpty(item, nil, at+"["+nameItem(item, i)+"]/")...)
		}
	}
	return out
}

func isRequired(path string) bool {
	return slices.ContainsFunc(required, func(end string) bool { return strings.HasSuffix(path, end) })
}

// nameItem is how paths name an item of a list: by its own name, since somebody else's
// items may stand between ours, and without one by its place.
func nameItem(item map[string]any, place int) string {
	if name, ok := item["name"].(string); ok && name != "" {
		return name
	}
	return strconv.Itoa(place)
}

// showEmpty returns a component with the empty blocks that its annotation names, and
// any other object as it is.
func showEmpty(m map[string]any) map[string]any {
	metadata, _ := m["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	paths, _ := annotations[meta.AnnotationEmptyFields].(string)
	spec, ok := m["spec"].(map[string]any)
	if paths == "" || !ok || !isComponent(m) {
		return m
	}
	spec = runtime.DeepCopyJSON(spec)
	for path := range strings.SplitSeq(paths, ",") {
		putEmpty(spec, strings.Split(path, "/"))
	}
	out := maps.Clone(m)
	out["spec"] = spec
	return out
}

// putEmpty puts an empty block at a path, and those around it that are missing. It does
// nothing where the path leads to an item that a list does not have.
func putEmpty(m map[string]any, path []string) {
	if len(path) == 0 {
		return
	}
	key, item, inList := strings.Cut(strings.TrimSuffix(path[0], "]"), "[")
	var below map[string]any
	switch has := m[key].(type) {
	case nil:
		if inList {
			return
		}
		below = map[string]any{}
		m[key] = below
	case map[string]any:
		below = has
	case []any:
		below = findItem(has, item)
	}
	if below != nil {
		putEmpty(below, path[1:])
	}
}

// findItem returns the item of a list that a path names; nil where there is none.
func findItem(l []any, name string) map[string]any {
	for i, v := range l {
		if item, ok := v.(map[string]any); ok && nameItem(item, i) == name {
			return item
		}
	}
	return nil
}

func isComponent(m map[string]any) bool {
	apiVersion, _ := m["apiVersion"].(string)
	return strings.HasPrefix(apiVersion, v1alpha1.Group+"/") && m["kind"] == v1alpha1.ComponentKind
}

// Annotate gives an object an annotation, in place.
func Annotate(m map[string]any, key, value string) {
	metadata := openBlock(m, "metadata")
	openBlock(metadata, "annotations")[key] = value
}

// openBlock returns a block of an object, which has it afterwards.
func openBlock(m map[string]any, key string) map[string]any {
	block, ok := m[key].(map[string]any)
	if !ok {
		block = map[string]any{}
		m[key] = block
	}
	return block
}
