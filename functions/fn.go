// Package functions is the composition function: it decodes a request, hands it
// to the layer of the composite's kind and encodes what the layer wants.
package functions

import (
	"context"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Function composes the Dynamo kinds. It holds no state.
type Function struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	log logging.Logger
}

// New returns the function; log gets one line a request at debug level.
func New(log logging.Logger) *Function {
	return &Function{log: log}
}

// RunFunction composes the request's composite. It returns no Go error: what is
// wrong with a request is a result of the response, which core shows to users.
func (f *Function) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, layer.PaceProgressing)
	rsp.Desired = desired(req)
	xr := identify(req)
	f.log.Debug("Running function", "xr-apiversion", xr.apiVersion, "xr-kind", xr.kind, "xr-namespace", xr.namespace, "xr-name", xr.name)

	compose, err := layerOf(xr)
	if err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	out, err := compose(decode(req))
	if err != nil {
		response.Fatal(rsp, xr.wrap(err))
		return rsp, nil
	}
	if err := respond(rsp, xr, out); err != nil {
		response.Fatal(rsp, xr.wrap(err))
	}
	return rsp, nil
}
