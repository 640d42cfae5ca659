package graph

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/examine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Examine returns what the layer will say of the fields of a graph that is not made yet.
func Examine(graph map[string]any, site settings.Settings) (layer.Findings, error) {
	_, g, err := convert.DecodeGraph(graph)
	return examineGraph(g.WithSite(site)), err
}

// examineGraph returns the findings of a graph's fields: those of its components, and
// those of what they share.
func examineGraph(g dynamo.Graph) layer.Findings {
	out := layer.Findings{Ignored: slices.Clone(g.Ignored), Faults: slices.Concat(g.Faults, examine.Name(g.Name, g.At.Name))}
	if len(g.Components) == 0 && len(g.Faults) == 0 {
		out.Faults = append(out.Faults, field.Required(g.At.Components, "a graph has at least one service: add one"))
	}
	for _, c := range g.Components {
		out = out.And(examine.Component(c))
		out.Warnings = append(out.Warnings, warnOfUnknownVolumes(c, g)...)
	}
	out.Warnings = append(out.Warnings, warnOfPlanners(g)...)
	out.Faults = append(out.Faults, findClaimFaults(g)...)
	out.Collisions = findCollisions(g)
	return out
}

// warnOfPlanners warns of planners that see no services of a graph of v1alpha1, since they
// look for components.
func warnOfPlanners(g dynamo.Graph) []string {
	if g.Version != v1alpha1.Version {
		return nil
	}
	var out []string
	for _, c := range g.Components {
		if c.Type == dynamo.TypePlanner && dynamo.ReadsComponentsOnly(c.Runtime()) {
			out = append(out, fmt.Sprintf("%s: a planner of runtime %s reads graphs in the form of v1beta1 alone, and sees nothing to scale in this one: "+
				"write the graph with components, or use a planner of 1.2", c.At.Spec, c.Runtime()))
		}
	}
	return out
}

// listUnused names the fields of ingress blocks that have no effect with the settings of
// the graph, which those of its components follow.
func listUnused(g dynamo.Graph, by settings.Settings) []string {
	var out []string
	for _, c := range g.Components {
		if name := expose.Unused(c, expose.Of(c, by)); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// findCollisions returns a fault for each service whose objects would have the names
// of another one's.
func findCollisions(g dynamo.Graph) field.ErrorList {
	var out field.ErrorList
	first := map[string]string{}
	for _, c := range g.Components {
		for _, name := range append([]string{names.Service(c.Name)}, c.Orchestrator.Services(c.Name)...) {
			if other, ok := first[name]; ok {
				out = append(out, field.Invalid(c.At.Spec, c.Service,
					fmt.Sprintf("its objects would be called %q, as those of service %q are: rename one of the two", name, other)))
				break
			}
			first[name] = c.Service
		}
	}
	return out
}

// warnOfUnknownVolumes warns of mounts that name neither a claim of the graph nor a
// volume of the pod. They are mounted as claims that exist already; a name that
// no claim can have is a fault of the component.
func warnOfUnknownVolumes(c dynamo.Component, g dynamo.Graph) []string {
	if !c.At.Has(dynamo.FieldMounts) {
		return nil // Such a form has no claims that a graph makes.
	}
	var out []string
	for i, m := range c.Pod.Mounts {
		claim := slices.ContainsFunc(g.PVCs, func(p dynamo.PVC) bool { return p.Name == m.Name })
		volume := slices.ContainsFunc(c.Pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name })
		if at := c.At.Mount(i, dynamo.FieldMountName); !claim && !volume && len(volumes.ClaimName(m.Name, at)) == 0 {
			out = append(out, fmt.Sprintf("%s: %q is neither in %s nor a volume of the pod: it is mounted as an existing PersistentVolumeClaim",
				at, m.Name, g.At.PVCs))
		}
	}
	return out
}
