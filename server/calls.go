package server

import (
	"context"
	"sync"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// Calls counts the calls in flight. Its zero value counts none.
type Calls struct {
	mu       sync.Mutex
	inFlight int
	// idle is closed when the calls in flight have ended; nil before the first.
	idle chan struct{}
}

// InFlight is how many calls there are now.
func (c *Calls) InFlight() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inFlight
}

// Idle is closed as soon as no call is in flight. Calls that begin after that do
// not open it again: ask anew.
func (c *Calls) Idle() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.idle == nil {
		c.idle = make(chan struct{})
		close(c.idle)
	}
	return c.idle
}

func (c *Calls) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inFlight == 0 {
		c.idle = make(chan struct{})
	}
	c.inFlight++
}

func (c *Calls) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
	if c.inFlight == 0 {
		close(c.idle)
	}
}

// Track counts the calls of next in calls. A call is in flight until next has
// returned and its context has ended: gRPC ends the context of a call when it
// has encoded the response and queued it for the network.
func Track(calls *Calls, next fnv1.FunctionRunnerServiceServer) fnv1.FunctionRunnerServiceServer {
	return &tracker{calls: calls, next: next}
}

type tracker struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	calls *Calls
	next  fnv1.FunctionRunnerServiceServer
}

// RunFunction of the next runner, counted.
func (t *tracker) RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	t.calls.begin()
	defer func() { context.AfterFunc(ctx, t.calls.end) }()
	return t.next.RunFunction(ctx, req) //nolint:wrapcheck // the error is for gRPC, which reads a status from it; this layer has nothing to add
}
