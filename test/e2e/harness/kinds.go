package harness

import "k8s.io/apimachinery/pkg/runtime/schema"

// Kind names a kind; the group is empty for Kubernetes' core.
func Kind(group, version, kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
}

// Graph is the kind of an inference graph.
func Graph() schema.GroupVersionKind { return Kind("nvidia.com", "v1alpha1", "DynamoGraphDeployment") }

// Component is the kind of a service of a graph.
func Component() schema.GroupVersionKind {
	return Kind("nvidia.com", "v1alpha1", "DynamoComponentDeployment")
}

// Request is the kind of a request for a graph.
func Request() schema.GroupVersionKind {
	return Kind("nvidia.com", "v1alpha1", "DynamoGraphDeploymentRequest")
}

// Adapter is the kind of a scaling adapter.
func Adapter() schema.GroupVersionKind {
	return Kind("nvidia.com", "v1alpha1", "DynamoGraphDeploymentScalingAdapter")
}

// Model is the kind of a model that graphs serve.
func Model() schema.GroupVersionKind { return Kind("nvidia.com", "v1alpha1", "DynamoModel") }

// Claim is the kind of claims of a Dynamo kind.
func Claim(of schema.GroupVersionKind) schema.GroupVersionKind {
	return Kind(of.Group, of.Version, of.Kind+"Claim")
}

// Composite is the kind of what Crossplane puts behind claims of a Dynamo kind. It is in no
// namespace.
func Composite(of schema.GroupVersionKind) schema.GroupVersionKind {
	return Kind(of.Group, of.Version, "X"+of.Kind)
}

// HTTPRequest is the kind of a call that provider-http makes.
func HTTPRequest() schema.GroupVersionKind { return Kind(requestGroup, "v1alpha2", "Request") }

// Deployment is the kind of a service's workload.
func Deployment() schema.GroupVersionKind { return Kind("apps", "v1", "Deployment") }

// LeaderWorkerSet is the kind of a service's workload over several nodes.
func LeaderWorkerSet() schema.GroupVersionKind {
	return Kind(leaderWorkerSetGroup, "v1", "LeaderWorkerSet")
}

// Pod is Kubernetes' kind.
func Pod() schema.GroupVersionKind { return Kind("", "v1", "Pod") }

// Job is Kubernetes' kind.
func Job() schema.GroupVersionKind { return Kind("batch", "v1", "Job") }

// ConfigMap is Kubernetes' kind.
func ConfigMap() schema.GroupVersionKind { return Kind("", "v1", "ConfigMap") }

func secret() schema.GroupVersionKind { return Kind("", "v1", "Secret") }

func crossplanePackage(kind string) schema.GroupVersionKind {
	return Kind("pkg.crossplane.io", "v1", kind)
}

func definition() schema.GroupVersionKind {
	return Kind("apiextensions.crossplane.io", "v2", "CompositeResourceDefinition")
}
