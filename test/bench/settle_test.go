package bench

import (
	"maps"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// Kinds whose objects report a status.
const (
	kindComponent  = "DynamoComponentDeployment"
	kindDeployment = "Deployment"
)

// composite is a composite with its children, as core observes them.
type composite struct {
	object   object
	children map[string]object
}

// settle runs the function on a composite until it has nothing left to do: its
// children exist and report that all is well.
func settle(tb testing.TB, desired object) composite {
	tb.Helper()
	c := composite{object: dress(desired, nil, "")}
	c.children = map[string]object{}
	for {
		rsp := run(tb, c)
		before := len(c.children)
		for key, r := range rsp.GetDesired().GetResources() {
			if _, ok := c.children[key]; !ok {
				c.children[key] = observe(tb, key, r.GetResource().AsMap(), c.object)
			}
		}
		if len(c.children) == before {
			return c.withStatus(tb, rsp)
		}
	}
}

// observe is a child after its own controller is done with it.
func observe(tb testing.TB, key string, desired, owner object) object {
	tb.Helper()
	metadata := desired["metadata"].(object)
	metadata["namespace"] = owner["metadata"].(object)["namespace"]
	status := object{}
	switch desired["kind"] {
	case kindComponent:
		c := settle(tb, own(desired, key, owner))
		return c.object
	case kindDeployment:
		status = deploymentStatus(desired)
		metadata["annotations"].(object)["deployment.kubernetes.io/revision"] = "3"
	}
	return dress(own(desired, key, owner), status, "kube-controller-manager")
}

func run(tb testing.TB, c composite) *fnv1.RunFunctionResponse {
	tb.Helper()
	rsp, err := function().RunFunction(tb.Context(), c.request(tb))
	if err != nil {
		tb.Fatal(err)
	}
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			tb.Fatal(r.GetMessage())
		}
	}
	return rsp
}

// withStatus is the composite after core has written what the function said.
func (c composite) withStatus(tb testing.TB, rsp *fnv1.RunFunctionResponse) composite {
	tb.Helper()
	status, ok := rsp.GetDesired().GetComposite().GetResource().AsMap()["status"].(object)
	if !ok {
		tb.Fatal("the response has no status of the composite")
	}
	status["conditions"] = conditions(rsp)
	bare := maps.Clone(c.object)
	metadata := maps.Clone(bare["metadata"].(object))
	delete(metadata, "managedFields")
	spec := maps.Clone(bare["spec"].(object))
	spec["crossplane"] = references(c)
	bare["metadata"], bare["spec"] = metadata, spec
	return composite{object: dress(bare, status, "apiextensions.crossplane.io/composite"), children: c.children}
}

// conditions are core's own and those of the response.
func conditions(rsp *fnv1.RunFunctionResponse) []any {
	out := []any{
		condition("Synced", "True", "ReconcileSuccess", ""),
		condition("Ready", "True", "Available", ""),
		condition("Responsive", "True", "WatchCircuitClosed", ""),
	}
	for _, c := range rsp.GetConditions() {
		status := "False"
		if c.GetStatus() == fnv1.Status_STATUS_CONDITION_TRUE {
			status = "True"
		}
		out = append(out, condition(c.GetType(), status, c.GetReason(), c.GetMessage()))
	}
	return out
}

func condition(kind, status, reason, message string) object {
	out := object{"type": kind, "status": status, "reason": reason, "lastTransitionTime": created}
	if message != "" {
		out["message"] = message
	}
	return out
}

// references are what core keeps in the spec of a composite.
func references(c composite) object {
	name := strings.ToLower(c.object["kind"].(string)) + "s.nvidia.com"
	var refs []any
	for _, key := range slices.Sorted(maps.Keys(c.children)) {
		o := c.children[key]
		refs = append(refs, object{
			"apiVersion": o["apiVersion"],
			"kind":       o["kind"],
			"name":       o["metadata"].(object)["name"],
		})
	}
	return object{
		"compositionRef":          object{"name": name},
		"compositionRevisionRef":  object{"name": name + "-" + digest(name)[:7]},
		"compositionUpdatePolicy": "Automatic",
		"resourceRefs":            refs,
	}
}

// deploymentStatus is that of a Deployment that is rolled out.
func deploymentStatus(o object) object {
	replicas := o["spec"].(object)["replicas"]
	at := func(c object) object {
		c["lastUpdateTime"] = created
		return c
	}
	return object{
		"observedGeneration": generation,
		"replicas":           replicas,
		"updatedReplicas":    replicas,
		"readyReplicas":      replicas,
		"availableReplicas":  replicas,
		"conditions": []any{
			at(condition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")),
			at(condition("Progressing", "True", "NewReplicaSetAvailable", "ReplicaSet has successfully progressed.")),
		},
	}
}
