package upgrade

import (
	"cmp"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
)

// listLostOfGraph names what a graph says itself and v1beta1 has no place for.
func listLostOfGraph(old v1alpha1.DynamoGraphDeploymentSpec, at *field.Path) []string {
	var out []string
	for i, p := range old.PVCs {
		if p.Create != nil && *p.Create {
			out = append(out, fmt.Sprintf("%s: no graph of v1beta1 makes claims: claim %q stays as it is where it exists, and has to be made by you elsewhere",
				at.Child("pvcs").Index(i), p.Name))
		}
	}
	return out
}

// noEffect begins what is said of fields that nothing acts on.
const noEffect = "has no effect"

// listLost names what a service says and v1beta1 has no place for.
func listLost(s service) []string {
	old, c := s.fields, s.Component
	var out []string
	lose := func(given bool, name, why string) {
		if given {
			out = append(out, c.At.Spec.Child(name).String()+": "+why)
		}
	}
	lose(old.Ingress != nil && old.Ingress.Enabled, "ingress", "no component of v1beta1 has one: expose its Service yourself, or let the settings do it")
	lose(old.Autoscaling != nil, "autoscaling", noEffect+", and no place in v1beta1")
	lose(old.DynamoNamespace != "", "dynamoNamespace", noEffect+", and no place in v1beta1")
	lose(!isKnown(c.Type), "componentType", fmt.Sprintf("v1beta1 has no type %q: pods lose the label and variable that say it", c.Type))
	lose(c.SubType != "" && c.SubType != c.Type, "subComponentType", explainSubType(c.Type))
	if name := findUncounted(s); name != "" {
		out = append(out, fmt.Sprintf("%s: v1beta1 does not say what counts GPUs, and %q does not look like it: the engine gets no flags for several nodes",
			c.At.At(dynamo.FieldLimits).Child("gpuType"), name))
	}
	for _, i := range findFurtherCaches(c) {
		name, why := c.Pod.Mounts[i].Name, "a component of v1beta1 has one compilation cache"
		if !convert.KeepsCache(c.Pod.Spec.Volumes, name) {
			why = "a compilation cache of v1beta1 is a claim that can be written, which this volume is not"
		}
		out = append(out, fmt.Sprintf("%s: %s: %q is a mount like others", c.At.Mount(i, dynamo.FieldMountName), why, name))
	}
	return out
}

// explainSubType says what becomes of a sub type that is not the type.
func explainSubType(componentType string) string {
	if componentType == dynamo.TypePrefill || componentType == dynamo.TypeDecode {
		return fmt.Sprintf("a component of type %s has no other in v1beta1: its pods are labelled as %s", componentType, componentType)
	}
	return "v1beta1 knows prefill and decode alone: pods lose their label"
}

// findUncounted returns the resource of which only gpuType says that it counts GPUs, where
// that matters; empty without one.
func findUncounted(c service) string {
	all := resources.Requirements(c.Component, c.config)
	if !c.Multinode() || engine.GPUs(all, resources.GPU) == resources.CountGPUs(c.Pod.Resources, all) {
		return ""
	}
	return cmp.Or(c.Pod.Resources.Limits.GPUType, c.Pod.Resources.Requests.GPUType)
}

// findFurtherCaches returns the places of the compilation caches beside the one of v1beta1.
func findFurtherCaches(c dynamo.Component) []int {
	var out []int
	kept := findCache(c)
	for i, m := range c.Pod.Mounts {
		if m.CompilationCache && i != kept {
			out = append(out, i)
		}
	}
	return out
}

// writeName writes the name of a component, which has no dots and underscores in v1beta1.
func writeName(name string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(name) }

// checkName says what becomes of a name that v1beta1 does not take.
func checkName(name string, at *field.Path) []string {
	if written := writeName(name); written != name {
		return []string{fmt.Sprintf("%s: names of v1beta1 have letters, digits and hyphens: it is called %q, and its pods are others", at, written)}
	}
	return nil
}
