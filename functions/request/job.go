package request

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// job is what is known of the Job of a request.
type job struct {
	// exists says whether there is one; current, whether it is that of the present
	// attempt.
	exists, current bool
	// failed and complete say how it ended; neither while it runs.
	failed, complete bool
	// message of the Job where it has failed.
	message string
}

// finished says whether no pod of the Job runs any more.
func (j job) finished() bool { return j.failed || j.complete }

// readJob reads the Job that the request has made.
func readJob(observed layer.Observed, attempt string) job {
	o, ok := observed[KeyJob]
	if !ok {
		return job{}
	}
	out := job{exists: true, current: o.Annotations[meta.AnnotationSpecHash] == attempt}
	conditions, _ := o.Status()["conditions"].([]any)
	for _, c := range conditions {
		condition, _ := c.(map[string]any)
		if condition["status"] != string(layer.True) {
			continue
		}
		switch condition["type"] {
		case "Failed":
			out.failed = true
			out.message, _ = condition["message"].(string)
		case "Complete":
			out.complete = true
		}
	}
	return out
}
