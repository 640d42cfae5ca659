package graph

import (
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// hold returns the result for a graph at fault. What exists stays as it was
// written last, and goes on scaling; the status says what is observed now.
func (s scope) hold(found layer.Findings, services []service) (layer.Out, error) {
	running, err := s.findRunning()
	if err != nil {
		return layer.Out{}, err
	}
	s.held = true
	out := layer.Out{Children: append(s.keepChildren(), s.remakeAdapters(services)...)}
	resumeAdapters(out.Children, services)
	status := s.makeBaseStatus()
	status.State = v1alpha1.GraphStateFailed
	status.Services = readAllCounts(running)
	status.ScalingAdapters = s.listAdapters(services)
	out.Status = convert.WriteGraphStatus(status)
	out.Conditions = append(out.Conditions, sumUpHeld(append(running, s.findAbsent(running)...)))
	out.Conditions = append(out.Conditions, makeRestartCondition(readRestartState(status.Restart))...)
	out.Conditions = append(out.Conditions, s.makeClaimsKept()...)
	return found.Refuse(s.in, out, s.dgd.Status.Conditions), nil
}

// wait returns the result while core has not told yet which settings the site has:
// everything stays.
func (s scope) wait(needs layer.Needs) layer.Out {
	status := s.dgd.Status
	status.Conditions = nil // They stay without being sent.
	return layer.Out{Children: s.keepChildren(), Status: convert.WriteGraphStatus(&status), Needs: needs}
}

// sumUpHeld sums up the services of a graph at fault, which may have none at all.
func sumUpHeld(services []service) layer.Condition {
	if len(services) > 0 {
		return makeServicesReady(services)
	}
	return layer.Condition{Type: TypeServicesReady, Status: layer.False, Reason: ReasonSomeNotReady}
}

// findAbsent returns the services that the graph names and that have no component, but
// for those whose component would be one that runs: that is their fault.
func (s scope) findAbsent(running []service) []service {
	var out []service
	for _, c := range s.graph.Components {
		if !slices.ContainsFunc(running, func(r service) bool { return r.Service == c.Service || r.Name == c.Name }) {
			out = append(out, service{Component: c})
		}
	}
	return out
}

// findRunning returns the services whose components exist, each measured by what
// its component was asked for last.
func (s scope) findRunning() ([]service, error) {
	var out []service
	for name, o := range s.in.Observed.Below(keyPrefix) {
		state, err := readComponent(o, o.Annotations[meta.AnnotationSpecHash])
		if err != nil {
			return nil, err
		}
		out = append(out, service{Component: s.findComponent(name, o.Name), state: state, child: &layer.Child{Key: Key(name)}})
	}
	return out, nil
}

// findComponent returns the component of a service, under the name that its object
// has; a bare one where the graph no longer names the service.
func (s scope) findComponent(serviceName, objectName string) dynamo.Component {
	i := slices.IndexFunc(s.graph.Components, func(c dynamo.Component) bool { return c.Service == serviceName })
	if i < 0 {
		return dynamo.Component{Service: serviceName, Name: objectName, Orchestrator: workload.Choose(1)}
	}
	out := s.graph.Components[i]
	out.Name = objectName
	return out
}

// keepChildren keeps all children. Components have the replicas that their
// adapters ask for, and adapters those that whoever scaled them wrote.
func (s scope) keepChildren() []layer.Child {
	out := layer.KeepAll(s.in.Observed)
	for i, child := range out {
		if name, ok := strings.CutPrefix(child.Key, keyPrefix); ok {
			out[i] = s.scaleKept(child, name)
		}
		if strings.HasPrefix(child.Key, adapterKeyPrefix) {
			out[i] = keepAdapter(child, s.in.Observed[child.Key])
		}
	}
	return out
}

// scaleKept gives a kept component the replicas that its adapter asks for, if it
// has one.
func (s scope) scaleKept(child layer.Child, serviceName string) layer.Child {
	target := scaling.Target{Graph: s.graph.Name, Service: serviceName}
	all := scaling.Of(target, s.in.Answers.Objects[scaling.Need])
	if len(all) == 0 || s.isRestored(serviceName, all[0]) {
		return child
	}
	was := ptr.Deref(s.in.Observed[child.Key].Replicas(), 0)
	return child.WithReplicas(scaling.Asked(all[0], was))
}

// remakeAdapters makes the adapters again that somebody has deleted, with what runs: what
// runs is to go on scaling.
func (s scope) remakeAdapters(services []service) []layer.Child {
	var out []layer.Child
	for _, svc := range services {
		adapter := svc.scale.child
		if adapter != nil && s.in.Observed.Has(Key(svc.Service)) && !s.in.Observed.Has(adapter.Key) {
			out = append(out, *adapter)
		}
	}
	return out
}

// resumeAdapters gives adapters that were restored, among children that are kept, the
// replicas that run.
func resumeAdapters(kept []layer.Child, services []service) {
	for _, svc := range services {
		for i, child := range kept {
			if svc.scale.resumed && child.Key == svc.scale.child.Key {
				kept[i] = *svc.scale.child
			}
		}
	}
}

// keepAdapter keeps an adapter without undoing what others wrote into it.
func keepAdapter(child layer.Child, o layer.Object) layer.Child {
	if scaling.Desired(&o, 0).Value == nil {
		return child.WithoutReplicas()
	}
	return child.WithGuard(o)
}
