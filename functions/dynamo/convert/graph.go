package convert

import (
	"maps"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Graph converts a DynamoGraphDeployment. Its components are those that the
// component layer will see: with the graph's variables, labels and annotations
// merged under their own.
func Graph(in *v1alpha1.DynamoGraphDeployment) dynamo.Graph {
	g := dynamo.Graph{
		Name:        in.Name,
		Namespace:   in.Namespace,
		PVCs:        pvcs(in.Spec.PVCs),
		Unsupported: graphUnsupported(in.Spec),
	}
	for _, name := range slices.Sorted(maps.Keys(in.Spec.Services)) {
		g.Components = append(g.Components, graphComponent(in, name))
	}
	picked := g.HasType(dynamo.TypePicker)
	for i, c := range g.Components {
		g.Components[i].Picked = picked && dynamo.IsWorker(c.Type)
	}
	return g
}

func graphComponent(in *v1alpha1.DynamoGraphDeployment, name string) dynamo.Component {
	spec := ServiceSpec(in, name)
	c := service(spec)
	c.Name, c.Namespace = names.Component(in.Name, name), in.Namespace
	c.Graph, c.Service = in.Name, name
	c.DynamoNamespace = dynamoNamespace(in.Namespace, in.Name, spec.GlobalDynamoNamespace)
	c.Engine.Declared = string(in.Spec.BackendFramework)
	c.Deprecated = deprecated(in.Spec.Services[name]) // The component does not get these fields.
	return c
}

// ServiceSpec is the spec of a service's component: the service's own, over
// what the graph gives to all.
func ServiceSpec(in *v1alpha1.DynamoGraphDeployment, name string) v1alpha1.DynamoComponentDeploymentSharedSpec {
	spec := in.Spec.Services[name]
	spec.ServiceName = name
	spec.Autoscaling, spec.DynamoNamespace = nil, "" // Deprecated: the graph says so once.
	spec.ExtraPodSpec = withMainName(spec.ExtraPodSpec)
	spec.Envs = mergeEnvs(in.Spec.Envs, spec.Envs)
	spec.Labels = meta.Merge(in.Spec.Labels, spec.Labels)
	spec.Annotations = meta.Merge(meta.Pick(in.Annotations, meta.Inherited()), in.Spec.Annotations, spec.Annotations)
	return spec
}

func pvcs(in []v1alpha1.PVC) []dynamo.PVC {
	out := make([]dynamo.PVC, 0, len(in))
	for _, p := range in {
		pvc := dynamo.PVC{Name: p.Name, StorageClass: p.StorageClass, AccessMode: p.VolumeAccessMode}
		pvc.Create = p.Create != nil && *p.Create
		if p.Size != nil {
			pvc.Size = *p.Size
		}
		out = append(out, pvc)
	}
	return out
}

// withMainName gives the main container the name it will have, whatever the
// user called it: the type of a container cannot be written without one.
func withMainName(in *v1alpha1.ExtraPodSpec) *v1alpha1.ExtraPodSpec {
	if in == nil || in.MainContainer == nil {
		return in
	}
	main := *in.MainContainer
	main.Name = dynamo.MainContainer
	return &v1alpha1.ExtraPodSpec{PodSpec: in.PodSpec, MainContainer: &main}
}
