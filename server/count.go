package server

import (
	"context"
	"time"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// Values of the severity label.
const (
	severityFatal   = "fatal"
	severityWarning = "warning"
	severityNormal  = "normal"
	// severityNone: the response has no results.
	severityNone = "none"
	// severityError: there is no response but an error.
	severityError = "error"
)

// Count the calls of next in m. A panic goes on to the caller; it counts as the
// fatal response that Recover makes of it.
func Count(m *Metrics, next fnv1.FunctionRunnerServiceServer) fnv1.FunctionRunnerServiceServer {
	return &counter{metrics: m, next: next}
}

type counter struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	metrics *Metrics
	next    fnv1.FunctionRunnerServiceServer
}

// RunFunction of the next runner, counted.
func (c *counter) RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	kind := c.metrics.kind(wire.Identify(req).Kind)
	start := time.Now()
	severity := ""
	defer func() {
		if severity == "" { // next did not return
			severity = severityFatal
			c.metrics.panics.WithLabelValues(kind).Inc()
		}
		c.metrics.observe(kind, severity, time.Since(start))
	}()
	rsp, err := c.next.RunFunction(ctx, req)
	severity = worst(rsp, err)
	return rsp, err //nolint:wrapcheck // the error is for gRPC, which reads a status from it; this layer has nothing to add
}

// worst is the severity of the worst result.
func worst(rsp *fnv1.RunFunctionResponse, err error) string {
	if err != nil {
		return severityError
	}
	found := map[fnv1.Severity]bool{}
	for _, r := range rsp.GetResults() {
		found[r.GetSeverity()] = true
	}
	switch {
	case found[fnv1.Severity_SEVERITY_FATAL]:
		return severityFatal
	case found[fnv1.Severity_SEVERITY_WARNING]:
		return severityWarning
	case len(found) > 0:
		return severityNormal
	default:
		return severityNone
	}
}
