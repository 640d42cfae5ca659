package graph

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/component"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// examine says everything there is to say of a graph's fields.
func examine(dgd *v1alpha1.DynamoGraphDeployment, g dynamo.Graph) layer.Findings {
	out := layer.Findings{Ignored: slices.Clone(g.Unsupported)}
	metadata, services := field.NewPath("metadata"), field.NewPath("spec", "services")
	out.Faults = component.Named(g.Name, metadata.Child("name"))
	if len(g.Components) == 0 {
		out.Faults = append(out.Faults, field.Required(services, "a graph has at least one service: add one"))
	}
	for _, c := range g.Components {
		at := services.Key(c.Service)
		out.Ignored = append(out.Ignored, component.Ignored(c, at)...)
		out.Faults = append(out.Faults, component.Validate(c, places(dgd, c.Service, at))...)
		out.Warnings = append(out.Warnings, component.Warnings(c, at)...)
		out.Warnings = append(out.Warnings, unknownVolumes(c, g.PVCs, at)...)
	}
	out.Faults = append(out.Faults, claimFaults(g.PVCs)...)
	out.Collisions = collisions(g, services)
	return out
}

// places that faults of a service are reported at.
func places(dgd *v1alpha1.DynamoGraphDeployment, service string, at *field.Path) component.At {
	return component.At{
		Spec:      at,
		Service:   at,
		Framework: field.NewPath("spec", "backendFramework"),
		Annotations: component.Places(dgd.Spec.Services[service], at,
			component.Place{Path: field.NewPath("spec", "annotations"), Values: dgd.Spec.Annotations},
			component.Place{Path: field.NewPath("metadata", "annotations"), Values: meta.Pick(dgd.Annotations, meta.Inherited())}),
	}
}

// collisions are services whose objects would share a name.
func collisions(g dynamo.Graph, services *field.Path) field.ErrorList {
	var out field.ErrorList
	first := map[string]string{}
	for _, c := range g.Components {
		for _, name := range serviceNames(c) {
			if other, ok := first[name]; ok {
				out = append(out, field.Invalid(services.Key(c.Service), c.Service,
					fmt.Sprintf("its objects would be called %q, as those of service %q are: rename one of the two", name, other)))
				break
			}
			first[name] = c.Service
		}
	}
	return out
}

// serviceNames are those of the Services of a component, with the one that its
// LeaderWorkerSet makes.
func serviceNames(c dynamo.Component) []string {
	out := []string{names.Service(c.Name)}
	if c.Multinode() {
		out = append(out, names.LeaderWorkerSet(c.Name))
	}
	return out
}

// unknownVolumes warns of mounts that name neither a claim of the graph nor a
// volume of the pod. They are mounted as claims that exist already.
func unknownVolumes(c dynamo.Component, pvcs []dynamo.PVC, path *field.Path) []string {
	var out []string
	for i, m := range c.Pod.Mounts {
		claim := slices.ContainsFunc(pvcs, func(p dynamo.PVC) bool { return p.Name == m.Name })
		volume := slices.ContainsFunc(c.Pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name })
		if !claim && !volume {
			out = append(out, fmt.Sprintf("%s: %q is neither in spec.pvcs nor a volume of the pod: it is mounted as an existing PersistentVolumeClaim",
				path.Child("volumeMounts").Index(i).Child("name"), m.Name))
		}
	}
	return out
}
