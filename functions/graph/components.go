package graph

import (
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/restart"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/sshkey"
)

// compose composes the component of a service, marked with a restart.
func (s scope) compose(c dynamo.Component, mark restart.Mark) (service, error) {
	out := service{Component: c, mark: mark, scale: s.readScale(c)}
	child, err := layer.Hashed(Key(c.Service), convert.WriteComponent(s.applyDecisions(out)))
	if err != nil {
		return service{}, err
	}
	out.state.Fresh = s.isNew(c)
	if o, ok := s.in.Observed[child.Key]; ok {
		if out.state, err = readComponent(o, child.Hash); err != nil {
			return service{}, err
		}
		out.served, err = s.hasServed(out)
	}
	out.child = &child
	// It may serve and yet not be reached as its service asks.
	out.child.Ready = out.state.Available && len(out.state.Missing) == 0 && out.state.Cause == dynamo.Cause{}
	out.stranded = isStranded(out)
	out.refused = s.findRefused(out)
	s.handDown(&out)
	return out, err
}

// findRefused returns which objects of a service the API server does not take of the
// graph.
func (s scope) findRefused(svc service) layer.Unsynced {
	return s.findAllRefused([]service{svc}).Only(Key(svc.Service), AdapterKey(svc.Service))
}

// findAllRefused returns which objects the API server does not take of the graph. A
// component that serves as desired has been taken since.
func (s scope) findAllRefused(services []service) layer.Unsynced {
	out := s.in.Refused()
	for _, svc := range services {
		if svc.state.Available {
			out = out.Without(Key(svc.Service))
		}
	}
	return out
}

// isNew says whether the graph asks for the component of a service for the first time:
// its status does not know the service yet, or no component was made so far. Core writes
// the component before it writes that status.
func (s scope) isNew(c dynamo.Component) bool {
	_, known := s.dgd.Status.Services[c.Service]
	for range s.in.Observed.Below(keyPrefix) {
		return !known
	}
	return true
}

// isFirst says whether a key is that of a component which the graph composes for the
// first time.
func (s scope) isFirst(key string) bool {
	name, ok := strings.CutPrefix(key, keyPrefix)
	_, known := s.dgd.Status.Services[name]
	return ok && !known
}

// hasServed says whether a service serves with its mark, or has done so until it is
// resized now: what is resized over and over would never have restarted.
func (s scope) hasServed(svc service) (bool, error) {
	if svc.state.Available {
		return true, nil
	}
	running := s.in.Observed[Key(svc.Service)].Replicas()
	if running == nil || *running == svc.scale.replicas {
		return false, nil
	}
	svc.scale.replicas = *running
	was, err := layer.Hashed(Key(svc.Service), convert.WriteComponent(s.applyDecisions(svc)))
	return s.in.Observed[Key(svc.Service)].Status()["availableSpecHash"] == was.Hash, err
}

// applyDecisions returns the component of a service with what its graph decides:
// replicas, restart and key pair.
func (s scope) applyDecisions(svc service) dynamo.Component {
	out := svc.Component
	writeMark(&out, svc.mark)
	out.Replicas = svc.scale.replicas
	if sshkey.Used(out) {
		out.SSHSecret = s.ssh.secret
	}
	return out
}
