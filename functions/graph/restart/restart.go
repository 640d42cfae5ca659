// Package restart plans rolling restarts of a graph's services. A plan is a
// function of what is observed alone, so that it goes on where it was after any
// interruption.
package restart

import (
	"slices"
)

// Phase of a restart.
type Phase string

// Phases of a restart.
const (
	// Restarting: services restart, or wait for their turn.
	Restarting Phase = "Restarting"
	// Completed: every service serves again.
	Completed Phase = "Completed"
	// Superseded: the restart was withdrawn before it was complete.
	Superseded Phase = "Superseded"
)

// Request is what the user asks for; the zero value asks for nothing.
type Request struct {
	// ID of the restart. Services are marked with it.
	ID string
	// Parallel restarts all services at once, else one follows another.
	Parallel bool
	// Order of the services by name; alphabetical when empty.
	Order []string
}

// State is what is remembered of the last restart, in the graph's status.
type State struct {
	// ID of the last restart that was started.
	ID    string
	Phase Phase
	// InProgress are the services that restart now.
	InProgress []string
}

// Service is one service as it is now.
type Service struct {
	Name string
	// Mark is the ID of the restart that it carries; empty for none.
	Mark string
	// Ready says whether it serves what is desired of it with that mark.
	Ready bool
}

// Plan is what to do next.
type Plan struct {
	State State
	// Marks that services should carry, by name; a service without an entry
	// carries none. A mark stays after its restart: taking it away would
	// restart the service again.
	Marks map[string]string
}

// Next plans the next step. Created says that the graph has never been composed:
// a request that it is born with is met already.
func Next(req Request, was State, services []Service, created bool) Plan {
	p := Plan{State: was, Marks: keepMarks(services)}
	switch {
	case req.ID == "":
		return p.withdraw()
	case created:
		p.State = State{ID: req.ID, Phase: Completed}
		return p
	case req.ID == was.ID && was.Phase != Restarting:
		return p
	case req.Parallel:
		return p.planParallel(req, services)
	}
	return p.planSequential(req, services)
}

// keepMarks returns the marks that services have.
func keepMarks(services []Service) map[string]string {
	out := make(map[string]string, len(services))
	for _, s := range services {
		if s.Mark != "" {
			out[s.Name] = s.Mark
		}
	}
	return out
}

// withdraw ends a restart whose request is gone. Services keep its mark.
func (p Plan) withdraw() Plan {
	if p.State.Phase == Restarting {
		p.State.Phase, p.State.InProgress = Superseded, nil
	}
	return p
}

// planParallel marks all services at once.
func (p Plan) planParallel(req Request, services []Service) Plan {
	done := true
	for _, s := range services {
		done = done && s.Mark == req.ID && s.Ready
		p.Marks[s.Name] = req.ID
	}
	if done {
		return p.complete(req)
	}
	return p.continueWith(req, listNames(services))
}

// planSequential marks the first service, in order, that has not been restarted, or
// waits for the one that is restarting.
func (p Plan) planSequential(req Request, services []Service) Plan {
	for _, name := range chooseOrder(req, services) {
		i := slices.IndexFunc(services, func(s Service) bool { return s.Name == name })
		if i < 0 || (services[i].Mark == req.ID && services[i].Ready) {
			continue
		}
		p.Marks[name] = req.ID
		return p.continueWith(req, []string{name})
	}
	return p.complete(req)
}

// continueWith goes on with the restart of some services.
func (p Plan) continueWith(req Request, inProgress []string) Plan {
	p.State = State{ID: req.ID, Phase: Restarting, InProgress: inProgress}
	return p
}

func (p Plan) complete(req Request) Plan {
	p.State = State{ID: req.ID, Phase: Completed}
	return p
}

// chooseOrder returns the requested order, or the alphabetical one.
func chooseOrder(req Request, services []Service) []string {
	if len(req.Order) > 0 {
		return req.Order
	}
	return listNames(services)
}

// listNames returns the names of services, sorted.
func listNames(services []Service) []string {
	out := make([]string, 0, len(services))
	for _, s := range services {
		out = append(out, s.Name)
	}
	slices.Sort(out)
	return out
}
