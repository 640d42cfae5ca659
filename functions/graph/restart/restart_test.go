package restart

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ready(name, mark string) Service { return Service{Name: name, Mark: mark, Ready: true} }

func busy(name, mark string) Service { return Service{Name: name, Mark: mark} }

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
			want:   Plan{Marks: map[string]string{"a": "one"}},
		},
		"BornWithRequest": {
			reason: "A request that a graph is created with is met already",
			args:   args{req: Request{ID: "one"}, services: []Service{busy("a", "")}, created: true},
			want:   Plan{State: State{ID: "one", Phase: Completed}, Marks: map[string]string{}},
		},
		"FirstStep": {
			reason: "Alphabetical without an order, one service at a time",
			args:   args{req: Request{ID: "one"}, services: []Service{ready("b", ""), ready("a", "")}},
			want: Plan{
				State: State{ID: "one", Phase: Restarting, InProgress: []string{"a"}},
				Marks: map[string]string{"a": "one"},
			},
		},
		"WaitsForTheOneRestarting": {
			reason: "The next service waits until the one before serves again",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{busy("a", "one"), ready("b", "")},
			},
			want: Plan{
				State: State{ID: "one", Phase: Restarting, InProgress: []string{"a"}},
				Marks: map[string]string{"a": "one"},
			},
		},
		"SecondStep": {
			reason: "The next service gets its turn",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{ready("a", "one"), ready("b", "")},
			},
			want: Plan{
				State: State{ID: "one", Phase: Restarting, InProgress: []string{"b"}},
				Marks: map[string]string{"a": "one", "b": "one"},
			},
		},
		"LastStep": {
			reason: "Complete when all serve with the mark",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{ready("a", "one"), ready("b", "one")},
			},
			want: Plan{State: State{ID: "one", Phase: Completed}, Marks: map[string]string{"a": "one", "b": "one"}},
		},
		"CompletedStays": {
			reason: "A service that fails later does not reopen a completed restart",
			args: args{
				req:      Request{ID: "one"},
				was:      State{ID: "one", Phase: Completed},
				services: []Service{busy("a", "one"), ready("b", "")},
			},
			want: Plan{State: State{ID: "one", Phase: Completed}, Marks: map[string]string{"a": "one"}},
		},
		"GivenOrder": {
			reason: "The order of the request counts",
			args: args{
				req:      inOrder,
				was:      State{ID: "one", Phase: Completed},
				services: []Service{ready("a", "one"), ready("b", ""), ready("c", "two")},
			},
			want: Plan{
				State: State{ID: "two", Phase: Restarting, InProgress: []string{"a"}},
				Marks: map[string]string{"a": "two", "c": "two"},
			},
		},
		"OrderNamesUnknown": {
			reason: "A service that is gone is passed over",
			args: args{
				req:      Request{ID: "one", Order: []string{"gone", "a"}},
				services: []Service{ready("a", "")},
			},
			want: Plan{
				State: State{ID: "one", Phase: Restarting, InProgress: []string{"a"}},
				Marks: map[string]string{"a": "one"},
			},
		},
		"NewIDInTheMiddle": {
			reason: "A new id starts again from the first service",
			args: args{
				req:      Request{ID: "two"},
				was:      State{ID: "one", Phase: Restarting, InProgress: []string{"b"}},
				services: []Service{ready("a", "one"), busy("b", "one"), ready("c", "")},
			},
			want: Plan{
				State: State{ID: "two", Phase: Restarting, InProgress: []string{"a"}},
				Marks: map[string]string{"a": "two", "b": "one"},
			},
		},
		"ParallelStarts": {
			reason: "All at once, named in order",
			args:   args{req: Request{ID: "one", Parallel: true}, services: []Service{ready("b", ""), ready("a", "")}},
			want: Plan{
				State: State{ID: "one", Phase: Restarting, InProgress: []string{"a", "b"}},
				Marks: map[string]string{"a": "one", "b": "one"},
			},
		},
		"ParallelCompletes": {
			reason: "Complete when the last one serves",
			args: args{
				req:      Request{ID: "one", Parallel: true},
				was:      State{ID: "one", Phase: Restarting, InProgress: []string{"a", "b"}},
				services: []Service{ready("b", "one"), ready("a", "one")},
			},
			want: Plan{State: State{ID: "one", Phase: Completed}, Marks: map[string]string{"a": "one", "b": "one"}},
		},
		"Withdrawn": {
			reason: "Removing the request in the middle stops it; marks stay so that nothing rolls twice",
			args: args{
				was:      State{ID: "one", Phase: Restarting, InProgress: []string{"a"}},
				services: []Service{busy("a", "one"), ready("b", "")},
			},
			want: Plan{State: State{ID: "one", Phase: Superseded}, Marks: map[string]string{"a": "one"}},
		},
		"WithdrawnAfterwards": {
			reason: "Removing a met request changes nothing",
			args: args{
				was:      State{ID: "one", Phase: Completed},
				services: []Service{ready("a", "one")},
			},
			want: Plan{State: State{ID: "one", Phase: Completed}, Marks: map[string]string{"a": "one"}},
		},
		"NoServices": {
			reason: "A graph whose services are all gone has nothing to restart",
			args:   args{req: Request{ID: "one"}},
			want:   Plan{State: State{ID: "one", Phase: Completed}, Marks: map[string]string{}},
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
				services[i] = busy(s.Name, mark)
				seen = append(seen, s.Name)
				continue
			}
			services[i].Ready = true
		}
	}
	if diff := cmp.Diff(req.Order, seen); diff != "" {
		t.Errorf("services restarted: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(State{ID: "r", Phase: Completed}, state); diff != "" {
		t.Errorf("state at the end: -want +got:\n%s", diff)
	}
}
