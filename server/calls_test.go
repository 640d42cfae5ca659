package server

import (
	"context"
	"strings"
	"testing"
	"time"
)

// isClosed says whether c is closed now.
func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestCallsIdle(t *testing.T) {
	calls := &Calls{}
	if !isClosed(calls.Idle()) {
		t.Error("Idle(): want closed before the first call")
	}

	calls.begin()
	calls.begin()
	idle := calls.Idle()
	calls.end()
	if isClosed(idle) || calls.InFlight() != 1 {
		t.Errorf("want one call in flight and Idle() open, got %d calls", calls.InFlight())
	}

	calls.end()
	calls.begin()
	if !isClosed(idle) {
		t.Error("Idle(): want closed once the calls of its time ended, though a new one began")
	}
	if isClosed(calls.Idle()) {
		t.Error("Idle(): want open again while the new call is in flight")
	}
}

func TestTrack(t *testing.T) {
	cases := map[string]struct {
		reason string
		// first and then: what ends the call, in this order.
		first, then string
	}{
		"ReturnsFirst": {
			reason: "The response is still to be written when the runner has returned.",
			first:  "return", then: "context",
		},
		"ContextEndsFirst": {
			reason: "A runner whose caller went away is still running.",
			first:  "context", then: "return",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			calls, called, release, returned := &Calls{}, make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				defer close(returned)
				_, _ = Track(calls, blocked(called, release)).RunFunction(ctx, requestFor("DynamoModel"))
			}()
			<-called

			end := map[string]func(){
				"return":  func() { close(release); <-returned },
				"context": cancel,
			}
			idle := calls.Idle()
			end[tc.first]()
			if isClosed(idle) {
				t.Errorf("\n%s\nIdle(): want open", tc.reason)
			}
			end[tc.then]()
			<-idle
			if got := calls.InFlight(); got != 0 {
				t.Errorf("\n%s\nInFlight(): want 0, got %d", tc.reason, got)
			}
		})
	}
}

func TestDrain(t *testing.T) {
	calls := &Calls{}
	if err := drain(calls, time.Hour); err != nil {
		t.Errorf("drain(...): want no error when there is nothing to wait for, got %v", err)
	}
	calls.begin()
	err := drain(calls, time.Nanosecond)
	if err == nil || !strings.Contains(err.Error(), "1 calls in flight") {
		t.Errorf("drain(...): want an error that counts the call in flight, got %v", err)
	}
}
