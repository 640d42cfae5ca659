// Package meta knows the labels and annotations that Dynamo's runtime, its
// operators and this project put on objects.
package meta

import (
	"maps"
)

// Labels of the Dynamo runtime contract. The exact strings are those that the
// runtime, dashboards and the picker select by.
const (
	LabelComponent        = "nvidia.com/dynamo-component"
	LabelComponentType    = "nvidia.com/dynamo-component-type"
	LabelSubComponentType = "nvidia.com/dynamo-sub-component-type"
	LabelNamespace        = "nvidia.com/dynamo-namespace"
	LabelGraph            = "nvidia.com/dynamo-graph-deployment-name"
	LabelSelector         = "nvidia.com/selector"
	LabelMetricsEnabled   = "nvidia.com/metrics-enabled"
	LabelDiscoveryBackend = "nvidia.com/dynamo-discovery-backend"
	LabelDiscoveryEnabled = "nvidia.com/dynamo-discovery-enabled"
	LabelBaseModelHash    = "nvidia.com/dynamo-base-model-hash"

	// LabelComponentClass is on the workers of a graph with an endpoint
	// picker, which its pool selects by it.
	LabelComponentClass  = "nvidia.com/dynamo-component-class"
	ComponentClassWorker = "worker"

	// LabelRole tells the leader of a multinode replica from its workers.
	LabelRole = "role"
)

// Labels of what requests make, as the operator writes them.
const (
	LabelRequestName      = "dgdr.nvidia.com/name"
	LabelRequestNamespace = "dgdr.nvidia.com/namespace"

	// LabelManagedBy says who looks after an object. Tools select by the value that
	// the operator writes.
	LabelManagedBy    = "nvidia.com/managed-by"
	ManagedByOperator = "dynamo-operator"
)

// Labels recommended by Kubernetes, on RBAC objects.
const (
	LabelAppName      = "app.kubernetes.io/name"
	LabelAppComponent = "app.kubernetes.io/component"
	LabelAppManagedBy = "app.kubernetes.io/managed-by"

	// ManagedBy is the value of LabelAppManagedBy on objects of ours.
	ManagedBy = "function-dynamo"
)

// LabelQueue on a workload is the LocalQueue in which Kueue lets its pods wait.
const LabelQueue = "kueue.x-k8s.io/queue-name"

// Annotations that steer rendering, as the published manifests spell them.
const (
	AnnotationEnableMetrics      = "nvidia.com/enable-metrics"
	AnnotationDiscoveryBackend   = "nvidia.com/dynamo-discovery-backend"
	AnnotationDiscoveryMode      = "nvidia.com/dynamo-kube-discovery-mode"
	AnnotationNoPullSecrets      = "nvidia.com/disable-image-pull-secret-discovery"
	AnnotationVLLMExecutor       = "nvidia.com/vllm-distributed-executor-backend"
	AnnotationDeploymentStrategy = "nvidia.com/deployment-strategy"
	AnnotationMaxSurge           = "nvidia.com/deployment-rolling-update-max-surge"
	AnnotationMaxUnavailable     = "nvidia.com/deployment-rolling-update-max-unavailable"

	// AnnotationKeptGraph, AnnotationKeptComponent and AnnotationKeptRequest are what the operator of 1.5 and
	// later keeps of a spec of v1alpha1 that v1beta1 cannot say, as JSON.
	AnnotationKeptGraph     = "nvidia.com/dgd-spec"
	AnnotationKeptComponent = "nvidia.com/dcd-spec"
	AnnotationKeptRequest   = "nvidia.com/dgdr-spec"

	// AnnotationRestartAt carries the id of a component's last restart. A new
	// id changes the pod template, which rolls the pods.
	AnnotationRestartAt = "nvidia.com/restartAt"
)

// Domain begins the annotations of this project.
const Domain = "dynamo.fn.crossplane.io"

// Annotations of this project.
const (
	// AnnotationSpecHash is the hash of what a child was rendered from. A
	// child of our own kinds echoes it in its status.
	AnnotationSpecHash = "dynamo.fn.crossplane.io/spec-hash"

	// AnnotationBackendFramework tells a worker the engine that was found on
	// its siblings.
	AnnotationBackendFramework = "dynamo.fn.crossplane.io/backend-framework"

	// AnnotationFrontendSidecar tells a component which of its containers runs a
	// frontend beside the main one.
	AnnotationFrontendSidecar = "dynamo.fn.crossplane.io/frontend-sidecar"

	// AnnotationSSHSecret tells a worker that runs on several nodes which
	// Secret of its graph holds MPI's key pair.
	AnnotationSSHSecret = "dynamo.fn.crossplane.io/ssh-secret"

	// AnnotationEmptyFields names the blocks of a component's spec that its graph
	// gives without anything in them, and that are not written: an API server
	// takes no edit by which a block becomes empty.
	AnnotationEmptyFields = "dynamo.fn.crossplane.io/empty-fields"

	// AnnotationGraphReplicas is what the graph said of a service's replicas
	// when its scaling adapter was last written.
	AnnotationGraphReplicas = "dynamo.fn.crossplane.io/graph-replicas"
	// AnnotationServingPods is, on an adapter that its graph makes, the selector of
	// the pods that serve the service.
	AnnotationServingPods = "dynamo.fn.crossplane.io/serving-pods"

	// AnnotationRestartCount is how many restarts of its graph had begun when a
	// component was restarted last, from the second on. It changes the pod
	// template where an id is asked for again, and AnnotationRestartAt does not.
	AnnotationRestartCount = "dynamo.fn.crossplane.io/restart-count"

	// AnnotationDeleteClaims on a graph lets the volume claims go that it made
	// and no longer names.
	AnnotationDeleteClaims = "dynamo.fn.crossplane.io/delete-claims"

	// AnnotationSettingsHash is the hash of the settings that a graph was composed
	// with, on each of its components.
	AnnotationSettingsHash = "dynamo.fn.crossplane.io/settings-hash"

	// AnnotationOtherSettings is the hash of the settings that a component was
	// composed with, where its graph has seen that they differ from its own.
	AnnotationOtherSettings = "dynamo.fn.crossplane.io/other-settings-hash"

	// AnnotationHandedDown is which Composition a graph asked for when it last
	// wrote a child of the Dynamo kinds and, where its update policy is Manual,
	// which revision of it, for which revision of its own.
	AnnotationHandedDown = "dynamo.fn.crossplane.io/handed-down"

	// AnnotationClaimedGPUs is the number of GPUs of resource claims that a
	// workload on several nodes was rendered with.
	AnnotationClaimedGPUs = "dynamo.fn.crossplane.io/claimed-gpus"

	// AnnotationQueue is the queue of the settings that a workload was made in: it stays
	// there.
	AnnotationQueue = "dynamo.fn.crossplane.io/queue"
)

// True is how a label or annotation says yes.
const True = "true"

// SteeringAnnotations are those of graphs and services that say what is rendered, and how.
func SteeringAnnotations() []string {
	return []string{
		AnnotationEnableMetrics,
		AnnotationDiscoveryBackend,
		AnnotationDiscoveryMode,
		AnnotationNoPullSecrets,
		AnnotationVLLMExecutor,
		AnnotationDeploymentStrategy,
		AnnotationMaxSurge,
		AnnotationMaxUnavailable,
		AnnotationRestartAt,
	}
}

// PodLabels are those by which Dynamo's runtime, Services and workloads know pods.
func PodLabels() []string {
	return []string{
		LabelComponent,
		LabelComponentType,
		LabelSubComponentType,
		LabelNamespace,
		LabelGraph,
		LabelSelector,
		LabelMetricsEnabled,
		LabelDiscoveryBackend,
		LabelDiscoveryEnabled,
		LabelBaseModelHash,
		LabelComponentClass,
	}
}

// Inherited are the annotations of a graph's own metadata that reach its
// components; all others stay on the graph.
func Inherited() []string {
	return []string{
		AnnotationEnableMetrics,
		AnnotationDiscoveryBackend,
		AnnotationDiscoveryMode,
		AnnotationVLLMExecutor,
	}
}

// Merge returns one map of all given ones; a later one wins. It returns nil
// for nothing, so that an object does not carry an empty map.
func Merge(layers ...map[string]string) map[string]string {
	var out map[string]string
	for _, l := range layers {
		if len(l) == 0 {
			continue
		}
		if out == nil {
			out = make(map[string]string, len(l))
		}
		maps.Copy(out, l)
	}
	return out
}

// Pick returns the entries of m under the given keys.
func Pick(m map[string]string, keys []string) map[string]string {
	var out map[string]string
	for _, k := range keys {
		if v, ok := m[k]; ok {
			if out == nil {
				out = make(map[string]string, len(keys))
			}
			out[k] = v
		}
	}
	return out
}
