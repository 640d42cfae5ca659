// Package graph composes an inference graph: a component for each service, the
// claims it asks for, and the account of its pods.
package graph

import (
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/selection"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
)

// Compose is the graph layer. It returns an error only for what is no
// DynamoGraphDeployment at all.
func Compose(in layer.In) (layer.Out, error) {
	dgd, g, err := convert.DecodeGraph(in.Composite)
	if err != nil {
		return layer.Out{}, err
	}
	g, uncounted := countDevices(g.WithSite(in.Settings), in)
	s := scope{dgd: dgd, graph: g, in: in, selection: selection.Read(in), settings: in.Settings.Hash()}
	keys, err := s.chooseSSHKeys()
	if err != nil {
		return layer.Out{}, err
	}
	s.ssh = keys
	needs := s.computeNeeds()
	if in.Waiting {
		return s.wait(needs), nil
	}
	s.claims = s.listClaims()
	s.shared = others.Leave(s.makeShared(), s.in)
	services, plan, err := s.composeServices()
	if err != nil {
		return layer.Out{}, err
	}
	found := examineGraph(g)
	found.Warnings = append(found.Warnings, uncounted...)
	found.Faults = append(found.Faults, in.SettingsFaults...)
	found.Warnings = append(found.Warnings, s.collectWarnings(services)...)
	found.Warnings = append(found.Warnings, expose.SameHosts(g.Components, in.Settings)...)
	found.Ignored = append(found.Ignored, listUnused(g, in.Settings)...)
	found.Ignored = append(found.Ignored, listLacking(services)...)
	if found.Fatal() {
		out, err := s.hold(found, services)
		out.Needs = needs
		return out, err
	}
	out := s.render(services)
	s.addMonitor(&out, &found)
	out.Needs = needs
	out.Status = convert.WriteGraphStatus(s.makeStatus(services, plan.State))
	out.Conditions = append(out.Conditions, makeRestartCondition(plan.State)...)
	found.Report(&out, dgd.Status.Conditions)
	out.Events = append(out.Events, collectEvents(g, services, in.Observed)...)
	return out, nil
}

// render lists the children of a graph without faults.
func (s scope) render(services []service) layer.Out {
	out := layer.Out{}
	if s.takesOver() {
		unguard(services)
	}
	for _, svc := range services {
		for _, c := range []*layer.Child{svc.child, svc.scale.child} {
			if c != nil {
				out.Children = append(out.Children, *c)
			}
		}
	}
	out.Children = append(out.Children, s.composeClaims()...)
	out.Children = append(out.Children, s.shared.Children...)
	out.Children = append(out.Children, s.ssh.children...)
	out.Children = s.in.PodsLast(out.Children, s.isFirst)
	out.Conditions = append(out.Conditions, makeServicesReady(services))
	out.Conditions = append(out.Conditions, s.makeClaimsKept()...)
	out.Ready = layer.AllReady(out.Children) && allAvailable(services) && s.knowsClaims() && !s.shared.Unready
	out.Pace = layer.PaceFor(out, s.in.Observed, allComposed(services) && s.knowsClaims() && !s.shared.Unready)
	out.Refuse(s.findAllRefused(services))
	return out
}

// accountOwner is the owner of the accounts that the pods of all services run
// under.
func (s scope) accountOwner() account.Owner {
	return account.Owner{Name: s.graph.Name, Namespace: s.graph.Namespace}
}

// collectWarnings returns the warnings that depend on other objects than the graph.
func (s scope) collectWarnings(services []service) []string {
	var out []string
	for _, svc := range services {
		out = append(out, svc.scale.warnings...)
	}
	out = append(out, warnOfRevisions(s.selection, services)...)
	out = append(out, warnOfClaims(s.claims)...)
	out = append(out, s.warnOfOthers()...)
	out = append(out, s.shared.Warnings...)
	out = append(out, s.ssh.warnings...)
	out = append(out, s.in.Settings.Warnings()...)
	return append(out, account.Warnings(s.accountOwner(), s.graph.Components, s.in)...)
}
