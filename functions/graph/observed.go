package graph

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// observedComponent is what is known of a component that a graph composed.
type observedComponent struct {
	Exists bool
	// Fresh says that it is being made: it exists since core wrote what was asked for
	// last, or as soon as core writes what is asked for now, and has said nothing yet.
	Fresh bool
	// Rendered says whether its layer has rendered what is desired now.
	Rendered bool
	// Available says whether that is what serves.
	Available bool
	// Counts of its workload; nil before it has reported any.
	Counts *v1alpha1.ServiceReplicaStatus
	// Missing are the kinds that it needs, as it is desired now, and that the
	// cluster lacks.
	Missing []string
	// Cause is what keeps it from being as it is desired.
	Cause dynamo.Cause
}

// readComponent reads an observed component. What it serves is told by hashes and not
// by generations: core raises the generation of an XR when it writes references into
// its spec. Nor is it told by conditions: core writes them after the rest of the
// status, so that for a moment they speak of an older spec.
func readComponent(o layer.Object, hash string) (observedComponent, error) {
	status := o.Status()
	out := observedComponent{
		Exists:    true,
		Fresh:     len(status) == 0,
		Rendered:  status["observedSpecHash"] == hash,
		Available: status["availableSpecHash"] == hash,
	}
	if out.Rendered {
		out.Missing = readStrings(status["missingKinds"])
	}
	out.Cause = readCause(o, out.Available)
	if status["service"] == nil {
		return out, nil
	}
	counts, ok := status["service"].(map[string]any)
	if !ok {
		return observedComponent{}, fmt.Errorf("status.service of DynamoComponentDeployment %q is no object", o.Name)
	}
	out.Counts = &v1alpha1.ServiceReplicaStatus{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(counts, out.Counts); err != nil {
		return observedComponent{}, fmt.Errorf("cannot read status.service of DynamoComponentDeployment %q: %w", o.Name, err)
	}
	return out, nil
}

// readCause returns what keeps a component from being as it is desired. Where core could
// not compose it, only core says so. Both count where they speak of the present
// generation: a run follows on each, and says so again or no more.
func readCause(o layer.Object, available bool) dynamo.Cause {
	unsynced := layer.ReadUnsynced(o)
	switch {
	case unsynced.Fatal != "":
		return dynamo.Cause{Reason: layer.ReasonInvalidSpec, Message: unsynced.Fatal}
	case available && !unsynced.Stopped && (unsynced.Refusal != "" || unsynced.Reason != ""):
		// It serves as desired: whatever fails passes, or is about the cluster.
		return dynamo.Cause{}
	case len(unsynced.Keys) > 0:
		return dynamo.Cause{Reason: layer.ReasonRefused, Message: unsynced.Explain("this component")}
	case unsynced.Reason != "":
		return dynamo.Cause{Reason: unsynced.Reason, Message: unsynced.Failure}
	}
	status := o.Status()
	if generation, _ := status["observedGeneration"].(int64); generation < o.Generation {
		return dynamo.Cause{}
	}
	reason, _ := status["reason"].(string)
	message, _ := status["message"].(string)
	return dynamo.Cause{Reason: reason, Message: message}
}

// readStrings returns the strings in list and skips everything else.
func readStrings(list any) []string {
	all, _ := list.([]any)
	var out []string
	for _, v := range all {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
