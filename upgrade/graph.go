package upgrade

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
)

// writeGraph writes the spec of a graph. Its components are sorted by name, as services
// are.
func writeGraph(in map[string]any) (map[string]any, []string, error) {
	dgd := &v1alpha1.DynamoGraphDeployment{}
	if err := read(in, dgd); err != nil {
		return nil, nil, err
	}
	old, at := dgd.Spec, field.NewPath("spec")
	lost := listLostOfGraph(old, at)
	out := v1beta1.DynamoGraphDeploymentSpec{
		Annotations:       old.Annotations,
		BackendFramework:  old.BackendFramework,
		Env:               old.Envs,
		Experimental:      old.Experimental,
		Labels:            old.Labels,
		PriorityClassName: old.PriorityClassName,
		ProviderOverride:  old.ProviderOverride,
		Restart:           writeRestart(old.Restart),
	}
	if t := old.TopologyConstraint; t != nil {
		out.TopologyConstraint = &v1beta1.GraphTopologyConstraint{ClusterTopologyName: t.TopologyProfile, PackDomain: t.PackDomain}
	}
	// What a graph gives to all stays the graph's.
	alone := dgd.DeepCopy()
	alone.Annotations, alone.Spec.Annotations, alone.Spec.Labels, alone.Spec.Envs = nil, nil, nil, nil
	components, whole := readComponents(alone), readComponents(dgd)
	for _, name := range listServices(in) {
		shared, more := writeShared(service{
			Component: components[name],
			fields:    old.Services[name],
			config:    pod.ConfigAmounts(whole[name]),
		})
		lost = append(lost, more...)
		lost = append(lost, checkName(name, at.Child("services").Key(name))...)
		out.Components = append(out.Components, v1beta1.GraphComponent{Name: writeName(name), DynamoComponentDeploymentSharedSpec: shared})
	}
	spec, err := encode(&out)
	return spec, lost, err
}

// readComponents returns the components of a graph by the names of their services.
func readComponents(in *v1alpha1.DynamoGraphDeployment) map[string]dynamo.Component {
	out := map[string]dynamo.Component{}
	for _, c := range convert.ReadGraph(in).Components {
		out[c.Service] = c
	}
	return out
}

// listServices lists the services of a graph, sorted. One that is null is none: an API
// server drops it.
func listServices(graph map[string]any) []string {
	spec, _ := graph["spec"].(map[string]any)
	services, _ := spec["services"].(map[string]any)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(services)), func(name string) bool { return services[name] == nil })
}

// writeRestart writes a request to restart, in which services have their new names.
func writeRestart(in *v1alpha1.Restart) *v1alpha1.Restart {
	out := in.DeepCopy()
	if out == nil || out.Strategy == nil {
		return out
	}
	for i, name := range out.Strategy.Order {
		out.Strategy.Order[i] = writeName(name)
	}
	return out
}

// writeComponent writes the spec of a component on its own.
func writeComponent(in map[string]any) (map[string]any, []string, error) {
	dcd := &v1alpha1.DynamoComponentDeployment{}
	if err := read(in, dcd); err != nil {
		return nil, nil, err
	}
	// What its object's annotations say stays there.
	alone := dcd.DeepCopy()
	alone.Annotations = nil
	c := convert.ReadComponent(alone)
	shared, lost := writeShared(service{Component: c, fields: dcd.Spec.DynamoComponentDeploymentSharedSpec, config: pod.ConfigAmounts(c)})
	out := v1beta1.DynamoComponentDeploymentSpec{
		BackendFramework:                    dcd.Spec.BackendFramework,
		DynamoComponentDeploymentSharedSpec: shared,
		Name:                                writeName(dcd.Spec.ServiceName),
	}
	lost = append(lost, checkName(dcd.Spec.ServiceName, field.NewPath("spec", "serviceName"))...)
	spec, err := encode(&out)
	return spec, lost, err
}
