package workload

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Why a Deployment does not serve, in Kubernetes' own words. The controller of
// LeaderWorkerSets says nothing of the kind: what keeps their pods away is told in
// events of StatefulSets alone.
const (
	ReasonFailedCreate          = "FailedCreate"
	ReasonReplicaSetCreateError = "ReplicaSetCreateError"
	ReasonDeadlineExceeded      = "ProgressDeadlineExceeded"
	ReasonPaused                = "DeploymentPaused"
)

// findCause returns what the controller of a Deployment says keeps its pods from
// serving: what cannot be made before anything that follows from that.
func findCause(s appsv1.DeploymentStatus, o layer.Object) dynamo.Cause {
	progress := findCondition(s, appsv1.DeploymentProgressing)
	if progress.Status == corev1.ConditionFalse && progress.Reason == ReasonReplicaSetCreateError {
		// The controller stops there, and does not say which generation it has seen.
		return dynamo.Cause{Reason: progress.Reason, Message: layer.Shorten(progress.Message)}
	}
	if s.ObservedGeneration < o.Generation {
		return dynamo.Cause{}
	}
	failure := findCondition(s, appsv1.DeploymentReplicaFailure)
	if failure.Status == corev1.ConditionTrue && failure.Reason == ReasonFailedCreate {
		return dynamo.Cause{Reason: failure.Reason, Message: layer.Shorten(failure.Message)}
	}
	switch {
	case progress.Status == corev1.ConditionFalse && progress.Reason == ReasonDeadlineExceeded:
		// Kubernetes names the ReplicaSet, and not what it waits for.
		seconds, _ := o.Spec()["progressDeadlineSeconds"].(int64)
		return dynamo.Cause{Reason: progress.Reason, Message: fmt.Sprintf("no progress within %d s: see the pods", seconds)}
	case progress.Reason == ReasonPaused:
		return dynamo.Cause{Reason: progress.Reason, Message: "somebody has paused the Deployment: resume it with kubectl rollout resume"}
	}
	return dynamo.Cause{}
}

// findCondition returns a condition of a Deployment; the zero value without it.
func findCondition(s appsv1.DeploymentStatus, name appsv1.DeploymentConditionType) appsv1.DeploymentCondition {
	i := slices.IndexFunc(s.Conditions, func(c appsv1.DeploymentCondition) bool { return c.Type == name })
	if i < 0 {
		return appsv1.DeploymentCondition{}
	}
	return s.Conditions[i]
}
