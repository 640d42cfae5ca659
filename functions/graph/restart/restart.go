// Package restart plans rolling restarts of a graph's services. A plan is a
// function of what is observed alone, so that it goes on where it was after any
// interruption.
package restart

import (
	"slices"
)

// Mark is what a service carries of its last restart; the zero value is none.
type Mark struct {
	ID string
	// Count of the restart. It tells apart two restarts of one id, so that an id
	// which was withdrawn and is asked for again restarts services that carry it.
	Count int64
}

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
	ID string
	// Count of the restarts that were started so far.
	Count int64
	Phase Phase
	// InProgress are the services that restart now. Those that were and are not
	// any more have restarted, whatever becomes of them later.
	InProgress []string
}

// mark is what services carry of the restart.
func (s State) mark() Mark { return Mark{ID: s.ID, Count: s.Count} }

// Service is one service as it is now.
type Service struct {
	Name string
	// Mark is that of the restart that it carries.
	Mark Mark
	// Ready says whether it serves what is desired of it with that mark.
	Ready bool
}

// Plan is what to do next.
type Plan struct {
	State State
	// Marks that services should carry, by name; a service without an entry
	// carries none. A mark stays after its restart: taking it away would
	// restart the service again.
	Marks map[string]Mark
}

// Next plans the next step. Created says that the graph has never been composed:
// a request that it is born with is met already.
func Next(req Request, was State, services []Service, created bool) Plan {
	p := Plan{State: was, Marks: keepMarks(services)}
	same := req.ID == was.ID
	switch {
	case req.ID == "":
		return p.withdraw()
	case same && was.Phase != Restarting && was.Phase != Superseded:
		return p
	case created:
		p.State = State{ID: req.ID, Count: was.Count + 1, Phase: Completed}
		return p
	case !same || was.Phase == Superseded:
		// The count follows from the status alone: where it could not be written
		// after services were marked, the next run gives them the same mark.
		p.State = State{ID: req.ID, Count: was.Count + 1, Phase: Restarting}
	}
	if req.Parallel {
		return p.planParallel(services)
	}
	return p.planSequential(req, services)
}

// keepMarks returns the marks that services have.
func keepMarks(services []Service) map[string]Mark {
	out := make(map[string]Mark, len(services))
	for _, s := range services {
		if s.Mark != (Mark{}) {
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

// planParallel marks all services at once, and waits for each until it has served
// with its mark. One that is resized later is not waited for again.
func (p Plan) planParallel(services []Service) Plan {
	was := p.State.InProgress
	var inProgress []string
	for _, s := range services {
		passed := len(was) > 0 && !slices.Contains(was, s.Name)
		if s.Mark == p.State.mark() && (s.Ready || passed) {
			continue
		}
		p.Marks[s.Name] = p.State.mark()
		inProgress = append(inProgress, s.Name)
	}
	slices.Sort(inProgress)
	return p.continueWith(inProgress)
}

// planSequential waits for the service that is restarting, or else marks the first one,
// in order, that has not been restarted. Those before the one that was restarting last
// have been, also where they do not serve now, since they are being resized.
func (p Plan) planSequential(req Request, services []Service) Plan {
	if name := p.findRestarting(services); name != "" {
		return p.continueWith([]string{name})
	}
	order := chooseOrder(req, services, p.State.InProgress)
	last := slices.IndexFunc(order, func(name string) bool { return slices.Contains(p.State.InProgress, name) })
	for at, name := range order {
		i := slices.IndexFunc(services, func(s Service) bool { return s.Name == name })
		if i < 0 || (services[i].Mark == p.State.mark() && (services[i].Ready || at < last)) {
			continue
		}
		p.Marks[name] = p.State.mark()
		return p.continueWith([]string{name})
	}
	return p.continueWith(nil)
}

// findRestarting returns the service that has its mark and does not serve with it yet;
// empty without one.
func (p Plan) findRestarting(services []Service) string {
	for _, s := range services {
		if slices.Contains(p.State.InProgress, s.Name) && s.Mark == p.State.mark() && !s.Ready {
			return s.Name
		}
	}
	return ""
}

// continueWith goes on with the restart of some services; without any it is complete.
func (p Plan) continueWith(inProgress []string) Plan {
	p.State.InProgress = inProgress
	if len(inProgress) == 0 {
		p.State.Phase, p.State.InProgress = Completed, nil
	}
	return p
}

// chooseOrder returns the requested order, or the alphabetical one, in which also the
// services that are restarting have their place that the graph no longer has.
func chooseOrder(req Request, services []Service, inProgress []string) []string {
	if len(req.Order) > 0 {
		return req.Order
	}
	out := slices.Clone(inProgress)
	for _, s := range services {
		out = append(out, s.Name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
