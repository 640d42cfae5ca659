package request

import (
	"maps"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/current"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/legacy"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
)

// Profiled returns what the layer is told once a profiler has published a result file,
// given what it was told and what it wanted before. Tools show with it what becomes of a
// result. A request that has no Job in out is returned as it is.
func Profiled(in layer.In, out layer.Out, file string) (layer.In, error) {
	encoded, err := layer.Encode(out.Children)
	started := slices.ContainsFunc(encoded, func(e layer.Encoded) bool { return e.Key == KeyJob })
	if err != nil || !started {
		return in, err
	}
	status, ok := out.Status.(*v1alpha1.DynamoGraphDeploymentRequestStatus)
	if !ok {
		return in, nil
	}
	profiling := status.DeepCopy()
	profiling.State = v1alpha1.RequestStateProfiling
	written, err := object.Status(profiling)
	if err != nil {
		return in, err
	}
	next := in
	next.Observed, next.Composite = maps.Clone(in.Observed), maps.Clone(in.Composite)
	next.Composite["status"] = written
	for _, e := range encoded {
		next.Observed[e.Key] = layer.Read(end(e, status.ObservedSpecHash, file))
	}
	return next, nil
}

// end returns a child as it is once the profiler has ended.
func end(e layer.Encoded, attempt, file string) map[string]any {
	out := maps.Clone(e.Object)
	switch e.Key {
	case KeyJob:
		complete := map[string]any{"type": "Complete", "status": string(layer.True)}
		out["status"] = map[string]any{"conditions": []any{complete}}
	case KeyOutput:
		results := slices.Concat(legacy.Protocol{}.Results(), current.Protocol{}.Results())
		out["data"] = relay.Publish(attempt, file, results...)
	}
	return out
}
