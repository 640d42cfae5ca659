// Package steps has steps of pipelines as other people write them, for tests of what
// becomes of ours beside them.
package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/request"
	"github.com/crossplane/function-sdk-go/response"
)

// Label is on every object that a Rewriter saw.
const Label = "example.org/rewritten"

// Rewriter reads what earlier steps want and writes it again with one more label, as
// function-patch-and-transform and function-go-templating do. The SDK reads no readiness
// of the composite and writes none, so what we say of it is lost.
type Rewriter struct {
	fnv1.UnimplementedFunctionRunnerServiceServer
}

// RunFunction is called once a reconcile.
func (Rewriter) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, response.DefaultTTL)
	if err := rewrite(req, rsp); err != nil {
		response.Fatal(rsp, err)
	}
	return rsp, nil
}

func rewrite(req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse) error {
	xr, err := request.GetDesiredCompositeResource(req)
	if err != nil {
		return fmt.Errorf("cannot read the composite: %w", err)
	}
	children, err := request.GetDesiredComposedResources(req)
	if err != nil {
		return fmt.Errorf("cannot read the children: %w", err)
	}
	for _, c := range children {
		labels := map[string]string{Label: "yes"}
		maps.Copy(labels, c.Resource.GetLabels())
		c.Resource.SetLabels(labels)
	}
	return errors.Join(response.SetDesiredCompositeResource(rsp, xr), response.SetDesiredComposedResources(rsp, children))
}
