package restart

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ids of restarts by service.
type ids map[string]string

// markOf is the mark of a restart: "two" is the second one, all others are first ones.
func markOf(id string) Mark {
	switch id {
	case "":
		return Mark{}
	case "two":
		return Mark{ID: id, Count: 2}
	}
	return Mark{ID: id, Count: 1}
}

// again is the mark of restart one where it is asked for again after one other.
func again(count int64) Mark { return Mark{ID: "one", Count: count} }

func marks(of ids) map[string]Mark {
	out := map[string]Mark{}
	for name, id := range of {
		out[name] = markOf(id)
	}
	return out
}

func ready(name, id string) Service { return Service{Name: name, Mark: markOf(id), Ready: true} }

func busy(name, id string) Service { return Service{Name: name, Mark: markOf(id)} }

func TestNext(t *testing.T) {
	type args struct {
		req      Request
		was      State
		services []Service
		created  bool
	}
	inOrder := Request{ID: "two", Order: []string{"c", "a", "b"}}

	cases := map[string]struct {
		reason string
		args   args
		want   Plan
	}{
		"NothingAsked": {
			reason: "Without a request nothing happens, and marks stay",
			args:   args{services: []Service{ready("a", "one"), ready("b", "")}},
			want:   Plan{Marks: marks(ids{"a": "one"})},
		},
		"BornWithRequest": {
			reason: "A request that a graph is created with is met already",
			args:   args{req: Request{ID: "one"}, services: []Service{busy("a", "")}, created: true},
			want:   Plan{State: State{ID: "one", Count: 1, Phase: Completed}, Marks: marks(ids{})},
		},
		"FirstStep": {
			reason: "Alphabetical without an order, one service at a time",
			args:   args{req: Request{ID: "one"}, services: []Service{ready("b", ""), ready("a", "")}},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				Marks: marks(ids{"a": "one"}),
			},
		},
		"WaitsForTheOneRestarting": {
			reason: "The next service waits until the one before serves again",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{busy("a", "one"), ready("b", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				Marks: marks(ids{"a": "one"}),
			},
		},
		"SecondStep": {
			reason: "The next service gets its turn",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{ready("a", "one"), ready("b", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				Marks: marks(ids{"a": "one", "b": "one"}),
			},
		},
		"LastStep": {
			reason: "Complete when all serve with the mark",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{ready("a", "one"), ready("b", "one")},
			},
			want: Plan{State: State{ID: "one", Count: 1, Phase: Completed}, Marks: marks(ids{"a": "one", "b": "one"})},
		},
		"CompletedStays": {
			reason: "A service that fails later does not reopen a completed restart",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Completed},
				services: []Service{busy("a", "one"), ready("b", "")},
			},
			want: Plan{State: State{ID: "one", Count: 1, Phase: Completed}, Marks: marks(ids{"a": "one"})},
		},
		"GivenOrder": {
			reason: "The order of the request counts",
			args: args{
				req:      inOrder,
				was:      State{ID: "one", Count: 1, Phase: Completed},
				services: []Service{ready("a", "one"), ready("b", ""), ready("c", "two")},
			},
			want: Plan{
				State: State{ID: "two", Count: 2, Phase: Restarting, InProgress: []string{"a"}},
				Marks: marks(ids{"a": "two", "c": "two"}),
			},
		},
		"OrderNamesUnknown": {
			reason: "A service that is gone is passed over",
			args: args{
				req:      Request{ID: "one", Order: []string{"gone", "a"}},
				services: []Service{ready("a", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				Marks: marks(ids{"a": "one"}),
			},
		},
		"NewIDInTheMiddle": {
			reason: "A new id starts again from the first service",
			args: args{
				req:      Request{ID: "two"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{ready("a", "one"), busy("b", "one"), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "two", Count: 2, Phase: Restarting, InProgress: []string{"a"}},
				Marks: marks(ids{"a": "two", "b": "one"}),
			},
		},
		"ParallelStarts": {
			reason: "All at once, named in order",
			args:   args{req: Request{ID: "one", Parallel: true}, services: []Service{ready("b", ""), ready("a", "")}},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a", "b"}},
				Marks: marks(ids{"a": "one", "b": "one"}),
			},
		},
		"ParallelWaits": {
			reason: "Each service is waited for; those that served have restarted",
			args: args{
				req:      Request{ID: "one", Parallel: true},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a", "b"}},
				services: []Service{busy("b", "one"), ready("a", "one")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				Marks: marks(ids{"a": "one", "b": "one"}),
			},
		},
		"ParallelResized": {
			reason: "A service that has served is not waited for again while it is resized",
			args: args{
				req:      Request{ID: "one", Parallel: true},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{busy("a", "one"), ready("b", "one")},
			},
			want: Plan{State: State{ID: "one", Count: 1, Phase: Completed}, Marks: marks(ids{"a": "one", "b": "one"})},
		},
		"ParallelAdded": {
			reason: "A service that joins is marked, too",
			args: args{
				req:      Request{ID: "one", Parallel: true},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{ready("a", "one"), busy("new", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"new"}},
				Marks: marks(ids{"a": "one", "new": "one"}),
			},
		},
		"ParallelNotWritten": {
			reason: "Marked, and the status could not be written: nothing is marked twice, and each is waited for",
			args: args{
				req:      Request{ID: "two", Parallel: true},
				was:      State{ID: "one", Count: 1, Phase: Completed},
				services: []Service{busy("a", "two"), ready("b", "two")},
			},
			want: Plan{
				State: State{ID: "two", Count: 2, Phase: Restarting, InProgress: []string{"a"}},
				Marks: marks(ids{"a": "two", "b": "two"}),
			},
		},
		"ResizedAfterItsTurn": {
			reason: "A service that has restarted and is resized keeps its place, and nobody waits for it",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{busy("a", "one"), ready("b", "one"), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"c"}},
				Marks: marks(ids{"a": "one", "b": "one", "c": "one"}),
			},
		},
		"ResizedWhileAnotherRestarts": {
			reason: "The one that is restarting stays the one in progress",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{busy("a", "one"), busy("b", "one"), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				Marks: marks(ids{"a": "one", "b": "one"}),
			},
		},
		"ResizedAtTheEnd": {
			reason: "The restart is complete though one that has restarted is being resized",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{busy("a", "one"), ready("b", "one")},
			},
			want: Plan{State: State{ID: "one", Count: 1, Phase: Completed}, Marks: marks(ids{"a": "one", "b": "one"})},
		},
		"ResizedBeforeItsTurn": {
			reason: "A service that is resized before its turn is restarted in its turn",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{ready("a", "one"), busy("b", ""), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				Marks: marks(ids{"a": "one", "b": "one"}),
			},
		},
		"NotWritten": {
			reason: "The next was marked, and the status could not be written: it is waited for",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{ready("a", "one"), busy("b", "one"), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				Marks: marks(ids{"a": "one", "b": "one"}),
			},
		},
		"OrderChanged": {
			reason: "Another order in the middle does not restart a second service beside the one that is restarting",
			args: args{
				req:      Request{ID: "one", Order: []string{"c", "a", "b"}},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{busy("a", "one"), ready("b", ""), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				Marks: marks(ids{"a": "one"}),
			},
		},
		"RemovedInItsTurn": {
			reason: "Where the one that was restarting is removed, those before it have still restarted",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{busy("a", "one"), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"c"}},
				Marks: marks(ids{"a": "one", "c": "one"}),
			},
		},
		"AskedAgain": {
			reason: "An id that was withdrawn and is asked for again restarts, also what it had reached",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Superseded},
				services: []Service{ready("a", "one"), ready("b", "one"), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 2, Phase: Restarting, InProgress: []string{"a"}},
				Marks: map[string]Mark{"a": again(2), "b": again(1)},
			},
		},
		"AskedAgainNotWritten": {
			reason: "Marked, and the status could not be written: the mark is the same, so that nothing rolls twice",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 1, Phase: Superseded},
				services: []Service{{Name: "a", Mark: again(2)}, ready("b", "one")},
			},
			want: Plan{
				State: State{ID: "one", Count: 2, Phase: Restarting, InProgress: []string{"a"}},
				Marks: map[string]Mark{"a": again(2), "b": again(1)},
			},
		},
		"AskedAgainInParallel": {
			reason: "All restart, also those that carry the id",
			args: args{
				req:      Request{ID: "one", Parallel: true},
				was:      State{ID: "one", Count: 1, Phase: Superseded},
				services: []Service{ready("a", "one"), ready("b", "")},
			},
			want: Plan{
				State: State{ID: "one", Count: 2, Phase: Restarting, InProgress: []string{"a", "b"}},
				Marks: map[string]Mark{"a": again(2), "b": again(2)},
			},
		},
		"ChangedBack": {
			reason: "So it does where another id came between, that did not reach all",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "two", Count: 2, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{busy("a", "two"), ready("b", "one")},
			},
			want: Plan{
				State: State{ID: "one", Count: 3, Phase: Restarting, InProgress: []string{"a"}},
				Marks: map[string]Mark{"a": again(3), "b": again(1)},
			},
		},
		"ChangedBackSecondStep": {
			reason: "The old mark of an id is not the new one",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Count: 3, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{{Name: "a", Mark: again(3), Ready: true}, ready("b", "one")},
			},
			want: Plan{
				State: State{ID: "one", Count: 3, Phase: Restarting, InProgress: []string{"b"}},
				Marks: map[string]Mark{"a": again(3), "b": again(3)},
			},
		},
		"ParallelCompletes": {
			reason: "Complete when the last one serves",
			args: args{
				req:      Request{ID: "one", Parallel: true},
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a", "b"}},
				services: []Service{ready("b", "one"), ready("a", "one")},
			},
			want: Plan{State: State{ID: "one", Count: 1, Phase: Completed}, Marks: marks(ids{"a": "one", "b": "one"})},
		},
		"Withdrawn": {
			reason: "Removing the request in the middle stops it; marks stay so that nothing rolls twice",
			args: args{
				was:      State{ID: "one", Count: 1, Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{busy("a", "one"), ready("b", "")},
			},
			want: Plan{State: State{ID: "one", Count: 1, Phase: Superseded}, Marks: marks(ids{"a": "one"})},
		},
		"WithdrawnAfterwards": {
			reason: "Removing a met request changes nothing",
			args: args{
				was:      State{ID: "one", Count: 1, Phase: Completed},
				services: []Service{ready("a", "one")},
			},
			want: Plan{State: State{ID: "one", Count: 1, Phase: Completed}, Marks: marks(ids{"a": "one"})},
		},
		"NoServices": {
			reason: "A graph whose services are all gone has nothing to restart",
			args:   args{req: Request{ID: "one"}},
			want:   Plan{State: State{ID: "one", Count: 1, Phase: Completed}, Marks: marks(ids{})},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Next(tc.args.req, tc.args.was, tc.args.services, tc.args.created)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nNext(...): -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestNextReachesTheEnd plays a restart through, with every service taking a
// step to become ready again, and records the order.
func TestNextReachesTheEnd(t *testing.T) {
	req := Request{ID: "r", Order: []string{"d", "b", "a", "c"}}
	services := []Service{ready("a", ""), ready("b", ""), ready("c", ""), ready("d", "")}
	state := State{}
	var seen []string
	for range 20 {
		p := Next(req, state, services, false)
		state = p.State
		if state.Phase == Completed {
			break
		}
		for i, s := range services {
			if mark := p.Marks[s.Name]; mark != s.Mark {
				services[i] = busy(s.Name, mark.ID)
				seen = append(seen, s.Name)
				continue
			}
			services[i].Ready = true
		}
	}
	if diff := cmp.Diff(req.Order, seen); diff != "" {
		t.Errorf("services restarted: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(State{ID: "r", Count: 1, Phase: Completed}, state); diff != "" {
		t.Errorf("state at the end: -want +got:\n%s", diff)
	}
}
