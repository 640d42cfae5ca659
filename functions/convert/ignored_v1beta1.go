package convert

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
)

// listIgnoredV1Beta1 names the fields of a component that nothing acts on. Later runtimes
// bring further ones, which the definition keeps; none is left out in silence.
func listIgnoredV1Beta1(raw map[string]any, at *field.Path, also ...string) []string {
	known := append([]string{
		"compilationCache", "eppConfig", "frontendSidecar", "globalDynamoNamespace", "modelRef", "name", "podTemplate", "replicas",
		"runtimeVersionOverride", "scalingAdapter", "sharedMemorySize", "type",
	}, also...)
	template, _ := raw["podTemplate"].(map[string]any)
	out := listUnknown(raw, at, append(known, "experimental", "ingress", "multinode")...)
	out = append(out, listInside(raw, at, "experimental")...)
	out = append(out, listInside(raw, at, "multinode", "nodeCount")...)
	out = append(out, listInside(raw, at, "podTemplate", "metadata", "spec")...)
	out = append(out, listInside(template, at.Child("podTemplate"), "metadata", "annotations", "creationTimestamp", "labels")...)
	out = append(out, listIngressIgnored(raw, at)...)
	out = append(out, listTypeIgnored(raw, at)...)
	slices.Sort(out)
	return out
}

// listIngressIgnored names an ingress block, which is of v1alpha1, with what does what one that
// is off does there.
func listIngressIgnored(raw map[string]any, at *field.Path) []string {
	if raw["ingress"] == nil {
		return nil
	}
	return []string{fmt.Sprintf("%s (v1beta1 has none: to keep a frontend from being exposed by the settings, give it annotation %s: %q)",
		at.Child("ingress"), meta.AnnotationExpose, meta.False)}
}

// listTypeIgnored names a type that has nothing of its own here, such as those of later
// runtimes.
func listTypeIgnored(raw map[string]any, at *field.Path) []string {
	name, _ := raw["type"].(string)
	isKnown := name == "" || slices.Contains(v1beta1.ComponentTypes(), v1beta1.ComponentType(name))
	if isKnown && v1beta1.ComponentType(name) != v1beta1.ComponentTypeLPX {
		return nil
	}
	return []string{fmt.Sprintf("%s (%s: runs with what the manifest gives it, and nothing of a type's own)", at.Child("type"), name)}
}

// listGraphIgnoredV1Beta1 names the fields of a graph itself that nothing acts on.
func listGraphIgnoredV1Beta1(raw map[string]any) []string {
	at := field.NewPath("spec")
	out := listUnknown(raw, at,
		"annotations", "backendFramework", "components", "crossplane", "env", "experimental", "labels", "restart")
	out = append(out, listInside(raw, at, "experimental")...)
	slices.Sort(out)
	return out
}

// listUnknown names the fields of a block that are given, but for the known ones.
func listUnknown(block map[string]any, at *field.Path, known ...string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(block)) {
		if block[name] != nil && !slices.Contains(known, name) {
			out = append(out, at.Child(name).String())
		}
	}
	return out
}

// listInside does so of a block below, in which the known ones are acted on.
func listInside(block map[string]any, at *field.Path, name string, known ...string) []string {
	inside, _ := block[name].(map[string]any)
	return listUnknown(inside, at.Child(name), known...)
}
