package fuzz

import (
	"testing"

	fncontext "github.com/crossplane/function-sdk-go/context"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// message is the request of a tree. What has the wrong shape for protobuf is
// left out, as core could not send it either.
func message(tb testing.TB, request map[string]any) *fnv1.RunFunctionRequest {
	tb.Helper()
	out := &fnv1.RunFunctionRequest{
		Meta:              &fnv1.RequestMeta{Tag: "tag"},
		Observed:          &fnv1.State{Composite: &fnv1.Resource{Resource: encode(tb, request[partComposite])}, Resources: map[string]*fnv1.Resource{}},
		Desired:           &fnv1.State{},
		Input:             encode(tb, request[partInput]),
		RequiredResources: map[string]*fnv1.Resources{},
		RequiredSchemas:   map[string]*fnv1.Schema{},
	}
	if environment, ok := request[partEnvironment]; ok {
		out.Context = encode(tb, map[string]any{fncontext.KeyEnvironment: environment})
	}
	for key, child := range objectOf(request[partObserved]) {
		out.Observed.Resources[key] = &fnv1.Resource{Resource: encode(tb, child)}
	}
	for name, found := range objectOf(request[partResources]) {
		list, _ := found.([]any)
		answer := &fnv1.Resources{}
		for _, o := range list {
			answer.Items = append(answer.Items, &fnv1.Resource{Resource: encode(tb, o)})
		}
		out.RequiredResources[name] = answer
	}
	for name, there := range objectOf(request[partSchemas]) {
		answer := &fnv1.Schema{}
		if there == true {
			answer.OpenapiV3 = &structpb.Struct{}
		}
		out.RequiredSchemas[name] = answer
	}
	return out
}

func objectOf(v any) map[string]any {
	out, _ := v.(map[string]any)
	return out
}

// encode is an object as core sends it; nil for anything else.
func encode(tb testing.TB, v any) *structpb.Struct {
	tb.Helper()
	o, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	out, err := wire.Struct(o)
	if err != nil {
		tb.Fatalf("the mutations made what is no JSON: %v", err)
	}
	return out
}
