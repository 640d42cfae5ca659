// Package functions is the composition function: it decodes a request, hands it
// to the layer of the composite's kind and encodes what the layer wants.
package functions

import (
	"context"
	"crypto/rand"
	"io"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// Function composes the Dynamo kinds. It holds no state.
type Function struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	log    logging.Logger
	random io.Reader
}

// Option changes how the function works.
type Option func(*Function)

// WithRandom sets where keys are drawn from, which many calls may read at a
// time. The default is the operating system; nothing else is safe but in tests.
func WithRandom(r io.Reader) Option {
	return func(f *Function) { f.random = r }
}

// New returns the function; log gets one line a request at debug level.
func New(log logging.Logger, options ...Option) *Function {
	f := &Function{log: log, random: rand.Reader}
	for _, o := range options {
		o(f)
	}
	return f
}

// RunFunction composes the request's composite. It returns no Go error: what is
// wrong with a request is a result of the response, which core shows to users.
func (f *Function) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, layer.PaceProgressing)
	rsp.Desired = copyDesired(req)
	xr := wire.Identify(req)
	f.log.Debug("Running function", xr.Pairs()...)

	compose, err := findLayer(xr)
	if err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	in := decode(req)
	in.Random = f.random
	out, err := compose(in)
	if err != nil {
		response.Fatal(rsp, wrap(xr, err))
		return rsp, nil
	}
	if err := respond(rsp, xr, out); err != nil {
		response.Fatal(rsp, wrap(xr, err))
	}
	return rsp, nil
}
