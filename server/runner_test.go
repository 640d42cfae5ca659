package server

import (
	"context"
	"fmt"
	"sync"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"
)

// A runnerFunc is a function as a runner.
type runnerFunc func(context.Context, *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error)

// A runner serves a runnerFunc.
type runner struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	run runnerFunc
}

func (r runner) RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	return r.run(ctx, req)
}

// respond always with rsp.
func respond(rsp *fnv1.RunFunctionResponse) runner {
	return runner{run: func(context.Context, *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
		return rsp, nil
	}}
}

// panicking always panics with v.
func panicking(v any) runner {
	return runner{run: func(context.Context, *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
		panic(v)
	}}
}

// blocked runs say on called that they are in flight, and return when release closes.
func blocked(called chan<- struct{}, release <-chan struct{}) runner {
	return runner{run: func(context.Context, *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
		called <- struct{}{}
		<-release
		return results(fnv1.Severity_SEVERITY_NORMAL), nil
	}}
}

// results is a response with results of the given severities.
func results(severities ...fnv1.Severity) *fnv1.RunFunctionResponse {
	rsp := &fnv1.RunFunctionResponse{}
	for _, s := range severities {
		rsp.Results = append(rsp.Results, &fnv1.Result{Severity: s, Message: "said"})
	}
	return rsp
}

// requestFor asks for the composite with the given kind, named team-a/chat.
func requestFor(kind string) *fnv1.RunFunctionRequest {
	xr, err := structpb.NewStruct(map[string]any{
		"apiVersion": "nvidia.com/v1alpha1",
		"kind":       kind,
		"metadata":   map[string]any{"namespace": "team-a", "name": "chat"},
	})
	if err != nil {
		panic(err)
	}
	return &fnv1.RunFunctionRequest{
		Meta:     &fnv1.RequestMeta{Tag: "tag"},
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}},
	}
}

// A recorder keeps what is logged.
type recorder struct {
	mu      sync.Mutex
	entries []map[string]string
}

func (r *recorder) Info(msg string, kv ...any) {
	entry := map[string]string{"msg": msg}
	for i := 0; i+1 < len(kv); i += 2 {
		entry[fmt.Sprint(kv[i])] = fmt.Sprint(kv[i+1])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, entry)
}

func (r *recorder) Debug(msg string, kv ...any) { r.Info(msg, kv...) }

func (r *recorder) WithValues(...any) logging.Logger { return r }
