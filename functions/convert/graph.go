package convert

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
)

// ReadGraph reads a DynamoGraphDeployment. Its components are those that the
// component layer will see: with the graph's variables, labels and annotations
// merged under their own.
func ReadGraph(in *v1alpha1.DynamoGraphDeployment) dynamo.Graph {
	spec := field.NewPath("spec")
	g := dynamo.Graph{
		Name:      in.Name,
		Namespace: in.Namespace,
		Version:   v1alpha1.Version,
		At: dynamo.GraphPaths{
			Name:       field.NewPath("metadata", "name"),
			Components: spec.Child("services"),
			PVCs:       spec.Child("pvcs"),
		},
		PVCs:    readPVCs(in.Spec.PVCs),
		Restart: readRestart(in.Spec.Restart),
		Ignored: listGraphUnsupported(in.Spec),
	}
	for _, name := range slices.Sorted(maps.Keys(in.Spec.Services)) {
		g.Components = append(g.Components, readService(in, g, name))
	}
	return resolve(g)
}

// resolve decides on what depends on all components of a graph.
func resolve(g dynamo.Graph) dynamo.Graph {
	picked := g.HasType(dynamo.TypePicker)
	sibling := engine.Sibling(g.Components)
	for i := range g.Components {
		c := &g.Components[i]
		c.Picked = picked && dynamo.IsWorker(c.Type)
		c.Engine = chooseEngine(*c, sibling)
	}
	return g
}

// chooseEngine resolves the engine of a graph's component, with that of its
// siblings where it tells none itself.
func chooseEngine(c dynamo.Component, sibling dynamo.Engine) dynamo.EngineChoice {
	out := c.Engine
	out.Name = engine.Of(c)
	if out.Name == dynamo.EngineNone && dynamo.IsWorker(c.Type) {
		out.Name, out.Sibling = sibling, string(sibling)
	}
	return out
}

func readService(in *v1alpha1.DynamoGraphDeployment, g dynamo.Graph, name string) dynamo.Component {
	paths := servicePaths(in, g.At.Components.Key(name), name)
	c := readShared(mergeInherited(in, name), paths)
	return placeInGraph(c, g, name, in.Spec.BackendFramework)
}

// placeInGraph gives a component what follows from its place in a graph.
func placeInGraph(c dynamo.Component, g dynamo.Graph, name string, declared v1alpha1.BackendFramework) dynamo.Component {
	c.Name, c.Namespace = names.Component(g.Name, name), g.Namespace
	c.Graph, c.Service = g.Name, name
	c.DynamoNamespace = computeDynamoNamespace(c)
	c.Engine.Declared = string(declared)
	return c
}

// mergeInherited returns the spec of a service, merged over what its graph gives to all.
func mergeInherited(in *v1alpha1.DynamoGraphDeployment, name string) v1alpha1.DynamoComponentDeploymentSharedSpec {
	spec := in.Spec.Services[name]
	spec.Envs = mergeEnvs(in.Spec.Envs, spec.Envs)
	spec.Labels = meta.Merge(in.Spec.Labels, spec.Labels)
	spec.Annotations = meta.Merge(meta.Pick(in.Annotations, meta.Inherited()), in.Spec.Annotations, spec.Annotations)
	return spec
}

// servicePaths are those of a service of a graph.
func servicePaths(in *v1alpha1.DynamoGraphDeployment, at *field.Path, name string) dynamo.Paths {
	spec := field.NewPath("spec")
	out := sharedPaths(in.Spec.Services[name], at)
	out.Name, out.Framework = at, spec.Child("backendFramework")
	out.LabelSources = append(out.LabelSources, dynamo.Source{Path: spec.Child("labels"), Values: in.Spec.Labels})
	out.AnnotationSources = append(out.AnnotationSources, listGraphAnnotations(in.Spec.Annotations, in.Annotations)...)
	return out
}

// listGraphAnnotations returns where annotations stand that a graph gives to all: in its
// spec, and those that steer on the object itself.
func listGraphAnnotations(spec, own map[string]string) []dynamo.Source {
	return []dynamo.Source{
		{Path: field.NewPath("spec", "annotations"), Values: spec},
		{Path: field.NewPath("metadata", "annotations"), Values: meta.Pick(own, meta.Inherited())},
	}
}

func readPVCs(in []v1alpha1.PVC) []dynamo.PVC {
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

func readRestart(r *v1alpha1.Restart) dynamo.Restart {
	if r == nil {
		return dynamo.Restart{}
	}
	out := dynamo.Restart{ID: r.ID}
	if r.Strategy != nil {
		out.Parallel = r.Strategy.Type == v1alpha1.RestartStrategyParallel
		out.Order = r.Strategy.Order
	}
	return out
}
