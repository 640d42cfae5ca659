package server

import (
	"context"
	"fmt"
	"time"

	"github.com/crossplane/function-sdk-go"
	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"google.golang.org/grpc/health"
)

// flushTime is how long Serve waits after the last call has ended. gRPC writes a
// response in the background and the SDK keeps the server that could tell when
// it has done so; 4 MiB, the most that core reads, take a fraction of this.
const flushTime = 500 * time.Millisecond

// Serve fn until ctx ends, then stop: report NOT_SERVING, wait for the calls in
// flight, and return. It returns an error if it cannot serve, or if calls are
// still in flight at the end of the drain timeout.
//
// New calls are served during the wait too: core asks for no health, and calls
// fn over the connections it has until they close. They stay open until the
// process exits, because the SDK has no way to stop its server. So let the
// process exit when Serve returns.
func Serve(ctx context.Context, log logging.Logger, fn fnv1.FunctionRunnerServiceServer, o Options) error {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	status := health.NewServer()
	options, err := o.serveOptions(status, registry)
	if err != nil {
		return err
	}

	calls := &Calls{}
	runner := Track(calls, Recover(log, Count(NewMetrics(registry, o.Kinds...), fn)))
	failed := make(chan error, 1)
	go func() { failed <- function.Serve(runner, options...) }()

	select {
	case err := <-failed:
		return fmt.Errorf("cannot serve the function: %w", err)
	case <-ctx.Done():
	}
	log.Info("Stopping", "calls-in-flight", calls.InFlight(), "timeout", o.drainTimeout().String())
	status.Shutdown()
	return drain(calls, o.drainTimeout())
}

// drain waits until no call is in flight and the last response is written.
func drain(calls *Calls, timeout time.Duration) error {
	select {
	case <-calls.Idle():
		time.Sleep(flushTime)
		return nil
	case <-time.After(timeout):
		return fmt.Errorf("stopped with %d calls in flight after waiting %s", calls.InFlight(), timeout)
	}
}
