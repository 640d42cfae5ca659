package server

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"

	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// Recover turns a panic of next into a log entry and a Fatal response, which
// makes core leave everything as it is. The SDK's server would end the process,
// and with it the calls of all other composites.
func Recover(log logging.Logger, next fnv1.FunctionRunnerServiceServer) fnv1.FunctionRunnerServiceServer {
	return &recoverer{log: log, next: next}
}

type recoverer struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	log  logging.Logger
	next fnv1.FunctionRunnerServiceServer
}

// RunFunction of the next runner, without its panics.
//
//nolint:nonamedreturns // what a deferred function returns in place of a panic must have a name
func (r *recoverer) RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (rsp *fnv1.RunFunctionResponse, err error) {
	defer func() {
		if p := recover(); p != nil {
			rsp, err = r.recovered(req, p), nil
		}
	}()
	return r.next.RunFunction(ctx, req) //nolint:wrapcheck // the error is for gRPC, which reads a status from it; this layer has nothing to add
}

func (r *recoverer) recovered(req *fnv1.RunFunctionRequest, p any) *fnv1.RunFunctionResponse {
	xr := wire.Identify(req)
	r.log.Info("Recovered from a panic", append(xr.Pairs(), "panic", describe(p), "stack", string(debug.Stack()))...)

	rsp := response.To(req, response.DefaultTTL)
	response.Fatal(rsp, fmt.Errorf("cannot compose %s %q: internal error, see the function's log", xr.Kind, xr.Name))
	return rsp
}

// describe a panic without quoting the manifest, whose secrets belong neither
// into events nor into logs: errors of the Go runtime speak of indices and types
// only, and of any other value the type is told. The stack says where it was.
func describe(p any) string {
	var e runtime.Error
	if err, ok := p.(error); ok && errors.As(err, &e) {
		return e.Error()
	}
	return fmt.Sprintf("value of type %T", p)
}
