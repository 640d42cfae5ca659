package graph

import (
	"fmt"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/restart"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/selection"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
)

// keyPrefix of components: frozen API.
const keyPrefix = "component/"

// Key of a service's component: frozen API.
func Key(serviceName string) string { return keyPrefix + serviceName }

// scope is what the services of a graph are composed from.
type scope struct {
	// dgd is read for its metadata and its status only.
	dgd   *v1alpha1.DynamoGraphDeployment
	graph dynamo.Graph
	ssh   sshKeys
	// claims that the graph makes, or has made.
	claims []claim
	// shared is what the pods of all services share.
	shared others.Left
	// selection is what the graph is composed with, and settings the hash of its settings.
	selection selection.Graph
	settings  string
	in        layer.In
	// held says that the graph is at fault: all that exists stays.
	held bool
}

// service is a service of the graph with its component, desired and observed.
type service struct {
	dynamo.Component

	// mark is the restart that its component carries.
	mark  restart.Mark
	scale scale
	// child is nil for a service that cannot be rendered yet.
	child *layer.Child
	state observedComponent
	// told is what core composes its component with.
	told selection.Told
	// served says whether it serves with its mark, if not yet in its new size.
	served bool
	// occupant is the object of somebody else in whose place it would be made; empty
	// for none.
	occupant string
	// stranded says that the cluster lacks what runs it.
	stranded bool
	// refused are the objects of the graph's for it that the API server does not
	// take.
	refused layer.Unsynced
}

// allComposed says whether every service has a component: none waits to be rendered.
func allComposed(services []service) bool {
	return !slices.ContainsFunc(services, func(s service) bool { return s.child == nil })
}

// composeServices composes all services and plans their restart: a service whose turn
// it is gets composed again, with the mark of the restart.
func (s scope) composeServices() ([]service, restart.Plan, error) {
	all := make([]service, 0, len(s.graph.Components))
	for _, c := range s.graph.Components {
		one, err := s.composeService(c)
		if err != nil {
			return nil, restart.Plan{}, err
		}
		all = append(all, one)
	}
	plan := planRestart(s.graph.Restart, s.dgd.Status, all)
	for i, one := range all {
		mark := plan.Marks[one.Service]
		if one.child == nil || mark == one.mark {
			continue
		}
		marked, err := s.compose(one.Component, mark)
		if err != nil {
			return nil, restart.Plan{}, fmt.Errorf("cannot restart service %q: %w", one.Service, err)
		}
		all[i] = marked
	}
	return all, plan, nil
}

// composeService composes a service with the mark that its component has. A service
// that cannot be rendered yet has no child.
func (s scope) composeService(c dynamo.Component) (service, error) {
	if occupant, displaced := s.findOccupant(c); displaced || s.waits(c) {
		return service{Component: c, occupant: occupant}, nil
	}
	out, err := s.compose(c, readMark(Key(c.Service), s.in.Observed))
	if err != nil {
		return service{}, fmt.Errorf("cannot render service %q: %w", c.Service, err)
	}
	return out, nil
}
