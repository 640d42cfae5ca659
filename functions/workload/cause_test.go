package workload

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// told is a condition of a Deployment.
func told(name, status, reason, message string) any {
	return map[string]any{"type": name, "status": status, "reason": reason, "message": message}
}

func TestDeploymentCause(t *testing.T) {
	type set = map[string]any
	const quota = `pods "chat-worker-7d9f6c5b8-x2x4z" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2`
	var (
		failed    = told("ReplicaFailure", "True", "FailedCreate", quota)
		late      = told("Progressing", "False", "ProgressDeadlineExceeded", `ReplicaSet "chat-worker-7d9f6c5b8" has timed out progressing.`)
		noReplica = told("Progressing", "False", "ReplicaSetCreateError",
			`Failed to create new replica set "chat-worker-7d9f6c5b8": replicasets.apps "chat-worker-7d9f6c5b8" is forbidden: no`)
		byQuota = dynamo.Cause{Reason: "FailedCreate", Message: "pods are forbidden: exceeded quota: small, requested: pods=1, limited: pods=2"}
		short   = func(conditions ...any) set {
			return served(set{"availableReplicas": int64(1), "conditions": conditions})
		}
	)
	cases := map[string]struct {
		reason string
		args   layer.Object
		want   dynamo.Cause
	}{
		"Rolling":       {reason: "pods are on their way", args: observed(now, short(told("Progressing", "True", "ReplicaSetUpdated", "")))},
		"FailedCreate":  {reason: "pods cannot be made: neither they are named nor what ticks", args: observed(now, short(failed)), want: byQuota},
		"Both":          {reason: "which outranks that it takes too long", args: observed(now, short(late, failed)), want: byQuota},
		"Passed":        {reason: "a failure that is over", args: observed(now, short(told("ReplicaFailure", "False", "FailedCreate", quota)))},
		"FailedDelete":  {reason: "pods that cannot be removed serve", args: observed(now, short(told("ReplicaFailure", "True", "FailedDelete", quota)))},
		"Deadline":      {reason: "the deadline is that of the Deployment", args: observed(now, short(late)), want: dynamo.Cause{Reason: "ProgressDeadlineExceeded", Message: "no progress within 600 s: see the pods"}},
		"Paused":        {reason: "somebody paused it", args: observed(now, short(told("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused"))), want: dynamo.Cause{Reason: "DeploymentPaused", Message: "somebody has paused the Deployment: resume it with kubectl rollout resume"}},
		"Resumed":       {reason: "and resumed it", args: observed(now, short(told("Progressing", "Unknown", "DeploymentResumed", "")))},
		"OtherHash":     {reason: "an object that has not been written yet", args: observed(before, short(failed))},
		"OldGeneration": {reason: "nor has its controller looked", args: observed(now, served(set{"observedGeneration": int64(2), "conditions": []any{failed}}))},
		"NoReplicaSet": {
			reason: "a controller that cannot make a ReplicaSet does not say what it has seen",
			args:   observed(now, set{"conditions": []any{noReplica}}),
			want:   dynamo.Cause{Reason: "ReplicaSetCreateError", Message: "replica sets are forbidden: no"},
		},
		"Available": {
			reason: "what serves needs no cause",
			args:   observed(now, served(set{"conditions": append(conditions("Available", "True"), late)})),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Deployment{}.Read(withSpec(tc.args, set{"progressDeadlineSeconds": int64(600)}), now, 2)
			if err != nil {
				t.Fatalf("%s: Read(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got.Cause); diff != "" {
				t.Errorf("%s: Read(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// withSpec is an object with a spec.
func withSpec(o layer.Object, spec map[string]any) layer.Object {
	section := o.Section
	o.Section = func(name string) map[string]any {
		if name == "spec" {
			return spec
		}
		return section(name)
	}
	return o
}
