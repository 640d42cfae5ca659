package convert

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// readGraphV1Beta1 reads a graph in the form of v1beta1. Raw is its spec as it was sent,
// with the fields that are not known.
func readGraphV1Beta1(in *v1beta1.DynamoGraphDeployment, raw map[string]any) dynamo.Graph {
	spec := field.NewPath("spec")
	kept, unreadable := readKeptGraph(in.Annotations)
	g := dynamo.Graph{
		Name:      in.Name,
		Namespace: in.Namespace,
		Version:   v1beta1.Version,
		At: dynamo.GraphPaths{
			Name:       field.NewPath("metadata", "name"),
			Components: spec.Child("components"),
			PVCs:       spec,
		},
		PVCs:    readPVCs(kept.PVCs),
		Restart: readRestart(in.Spec.Restart),
		Ignored: append(listGraphIgnoredV1Beta1(raw), unreadable...),
	}
	if len(g.PVCs) > 0 {
		g.At.PVCs = keptPath(meta.AnnotationKeptGraph).Child("pvcs")
	}
	list, _ := raw["components"].([]any)
	seen := map[string]bool{}
	for i, c := range in.Spec.Components {
		at := g.At.Components.Index(i).Child("name")
		switch {
		case c.Name == "":
			g.Faults = append(g.Faults, field.Required(at, "name the component"))
			continue
		case seen[c.Name]:
			g.Faults = append(g.Faults, field.Duplicate(at, c.Name))
			continue
		}
		seen[c.Name] = true
		block, _ := list[i].(map[string]any)
		g.Components = append(g.Components, readListed(in, g, listed{GraphComponent: c, raw: block, kept: kept.Services[c.Name]}))
	}
	return resolve(g)
}

// listed is a component of a graph's list.
type listed struct {
	v1beta1.GraphComponent

	// raw is the component as it was sent, and kept what an annotation says of it.
	raw  map[string]any
	kept v1alpha1.DynamoComponentDeploymentSharedSpec
}

// readListed reads a component of a graph's list, over what its graph gives to all.
func readListed(in *v1beta1.DynamoGraphDeployment, g dynamo.Graph, c listed) dynamo.Component {
	at := g.At.Components.Key(c.Name)
	spec := writeService(c.DynamoComponentDeploymentSharedSpec)
	spec.Envs = in.Spec.Env
	spec.Labels = in.Spec.Labels
	spec.Annotations = meta.Merge(meta.Pick(in.Annotations, meta.Inherited()), in.Spec.Annotations)
	addKept(&spec, c.kept)
	out := readShared(spec, listedPaths(in, c, at))
	out.Ignored = append(listIgnoredV1Beta1(c.raw, at), listDeprecated(c.kept, keptService(c.Name))...)
	addToPod(&out, c.DynamoComponentDeploymentSharedSpec)
	return placeInGraph(out, g, c.Name, in.Spec.BackendFramework)
}

// keptService is where the operator keeps what it could not write of a service.
func keptService(name string) *field.Path {
	return keptPath(meta.AnnotationKeptGraph).Child("services").Key(name)
}

// listedPaths are those of a component in the list of a graph.
func listedPaths(in *v1beta1.DynamoGraphDeployment, c listed, at *field.Path) dynamo.Paths {
	spec := field.NewPath("spec")
	out := pathsV1Beta1(c.DynamoComponentDeploymentSharedSpec, at)
	addKeptPaths(&out, c.kept, keptService(c.Name))
	out.Name, out.Framework, out.Envs = at, spec.Child("backendFramework"), spec.Child("env")
	out.LabelSources = append(out.LabelSources, dynamo.Source{Path: spec.Child("labels"), Values: in.Spec.Labels})
	out.AnnotationSources = append(out.AnnotationSources, listGraphAnnotations(in.Spec.Annotations, in.Annotations)...)
	return out
}
