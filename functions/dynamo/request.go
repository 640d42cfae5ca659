package dynamo

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// BackendAuto is what a request asks for, instead of an engine, to leave the choice to
// the profiler.
const BackendAuto = "auto"

// Request asks for a graph that serves a model within latency targets.
type Request struct {
	Name      string
	Namespace string
	// UID of the request; empty outside of a cluster.
	UID string

	// At says where the request's values stand in the manifest of its user.
	At RequestPaths

	Model string
	// Backend is an engine, or BackendAuto.
	Backend string
	// AutoApply makes the graph that profiling generates.
	AutoApply bool
	// UseMocker takes the graph in which mockers stand for workers.
	UseMocker bool

	// Version is that of the API in whose form the request is written.
	Version string

	Profiler  Profiler
	Search    Search
	Overrides GraphOverrides

	// Ignored are the fields that are accepted and that a profiler of the legacy
	// generation does not act on.
	Ignored []string
	// Faults keep the request from being read.
	Faults field.ErrorList
}

// RequestPaths are where a request's values stand in its manifest.
type RequestPaths struct {
	Name, Model, Backend, GPUDiscovery, Image, Config, BaseConfig, OutputClaim, Overrides *field.Path
}

// Profiler is what the profiler is told, and where it runs.
type Profiler struct {
	Image string
	// Config is the configuration of one of the legacy generation as the user wrote it, as JSON types; nil for
	// none. Free of nulls it is not.
	Config map[string]any
	// Base is the file that it starts from; the zero value is none.
	Base ConfigFile
	// GPUDiscovery lets it look for the cluster's GPUs.
	GPUDiscovery bool

	NodeSelector map[string]string
	Tolerations  []corev1.Toleration
	Resources    corev1.ResourceRequirements
	// OutputClaim is the volume claim for what it writes; empty for none.
	OutputClaim string
	// More is what else its user says of the Job and its pod.
	More JobOverrides
}

// JobOverrides are what a user says of a profiler's Job and its pod beside what a
// Profiler itself has. What is empty changes nothing; lists of what has a name win
// over what the Job has of the same name.
type JobOverrides struct {
	ActiveDeadlineSeconds   *int64
	TTLSecondsAfterFinished *int32

	Labels, Annotations       map[string]string
	Affinity                  *corev1.Affinity
	PriorityClassName         string
	PullSecrets               []corev1.LocalObjectReference
	RuntimeClassName          *string
	SchedulerName             string
	DNSPolicy                 corev1.DNSPolicy
	DNSConfig                 *corev1.PodDNSConfig
	PodSecurity               *corev1.PodSecurityContext
	GracePeriodSeconds        *int64
	TopologySpreadConstraints []corev1.TopologySpreadConstraint
	HostAliases               []corev1.HostAlias
	Volumes                   []corev1.Volume
	InitContainers            []corev1.Container

	// Of the profiler's container. Its image is that of the other containers, too.
	Image      string
	PullPolicy corev1.PullPolicy
	Security   *corev1.SecurityContext
	Env        []corev1.EnvVar
	EnvFrom    []corev1.EnvFromSource
	Mounts     []corev1.VolumeMount
}

// ConfigFile is a file in a ConfigMap.
type ConfigFile struct {
	ConfigMap, Key string
}

// GraphOverrides change the graph that profiling generates. What is empty
// changes nothing.
type GraphOverrides struct {
	Name, Namespace     string
	Labels, Annotations map[string]string
	// WorkersImage is what the profiler is told of it.
	WorkersImage string
}
