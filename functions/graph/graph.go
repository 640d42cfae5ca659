// Package graph composes an inference graph: a component for each service, the
// claims it asks for, and the account of its pods.
package graph

import (
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/object"
)

// Compose is the graph layer. It returns an error only for what is no
// DynamoGraphDeployment at all.
func Compose(in layer.In) (layer.Out, error) {
	dgd := &v1alpha1.DynamoGraphDeployment{}
	if err := object.Into(in.Composite, dgd); err != nil {
		return layer.Out{}, err
	}
	g := convert.Graph(dgd)
	found := examine(dgd, g)
	found.Faults = append(found.Faults, in.SettingsFaults...)
	services, err := components(dgd, g, in.Observed)
	if err != nil {
		return layer.Out{}, err
	}
	if found.Fatal() || len(stopped(services, in.Observed)) > 0 {
		return found.Refuse(in, refused(dgd), dgd.Status.Conditions, TypeServicesReady), nil
	}
	out := render(g, services, in)
	out.Status = status(dgd, services)
	found.Report(&out, dgd.Status.Conditions)
	out.Events = append(out.Events, removals(services, in.Observed)...)
	return out, nil
}

// render lists the children of a graph without faults.
func render(g dynamo.Graph, services []service, in layer.In) layer.Out {
	out := layer.Out{}
	for _, s := range services {
		if s.child != nil {
			out.Children = append(out.Children, *s.child)
		}
	}
	out.Children = append(out.Children, claims(g, in.Observed)...)
	out.Children = append(out.Children, accounts(g, in)...)
	out.Conditions = append(out.Conditions, servicesReady(services))
	out.Ready = layer.AllReady(out.Children) && allAvailable(services)
	out.Pace = layer.PaceFor(out.Ready)
	return out
}
