package request

import (
	batchv1 "k8s.io/api/batch/v1"

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
	failed := o.Condition(string(batchv1.JobFailed))
	out.failed, out.message = failed.Status == layer.True, failed.Message
	out.complete = o.Condition(string(batchv1.JobComplete)).Status == layer.True
	return out
}
