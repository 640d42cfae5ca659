package v1beta1

import corev1 "k8s.io/api/core/v1"

// Images run the main containers of components that name none. What is left out has no
// default: such a component is at fault.
type Images struct {
	// Frontend is the image of frontends that name none, also of those beside a worker.
	// A change restarts frontends without an image.
	// +optional
	Frontend string `json:"frontend,omitempty"`

	// SGLang is the image of workers that name none, and whose engine is SGLang. A worker
	// without a command line, too, runs the engine's Dynamo module, with the model that its
	// `modelRef` names.
	// A change restarts workers of SGLang without an image.
	// +optional
	SGLang string `json:"sglang,omitempty"`

	// TRTLLM is the same for workers whose engine is TensorRT-LLM.
	// A change restarts workers of TensorRT-LLM without an image.
	// +optional
	TRTLLM string `json:"trtllm,omitempty"`

	// VLLM is the same for workers whose engine is vLLM.
	// A change restarts workers of vLLM without an image.
	// +optional
	VLLM string `json:"vllm,omitempty"`
}

// Queue is where Kueue lets workloads wait for quota.
type Queue struct {
	// Name of the LocalQueue of Kueue, in each graph's namespace: label
	// `kueue.x-k8s.io/queue-name` of Deployments and LeaderWorkerSets that are made from
	// then on. What exists stays in the queue that it was made in, since Kueue refuses
	// another one. The same label of the user's wins.
	// A change restarts no pods.
	// +optional
	Name string `json:"name,omitempty"`
}

// RegistryPullSecret names the Secret to pull images of a registry with.
type RegistryPullSecret struct {
	// Name of the Secret, in the graph's namespace, for pods that run an image of
	// the registry; it comes behind the user's own. Annotation
	// `nvidia.com/disable-image-pull-secret-discovery: "true"` on a graph or
	// service turns it off.
	Name string `json:"name"`

	// Registry as images name it, such as `nvcr.io`. Images without a registry
	// are of `docker.io`.
	Registry string `json:"registry"`
}

// PodDefaults are merged under what the user wrote, in the pods of every
// component. A graph's manifest always wins.
type PodDefaults struct {
	// Affinity of pods: node affinity, affinity and anti-affinity to other pods, of which each
	// that the user gives counts alone. Its fields are those of Kubernetes.
	// A change restarts all pods.
	// +optional
	Affinity *corev1.Affinity `json:"affinity,omitempty"`

	// Annotations of pods, key by key under those of the user and of Dynamo. Those that
	// steer what is rendered belong into a graph's manifest, and are refused here.
	// A change restarts all pods.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// ContainerSecurityContext of all containers of a pod, the user's and those that are made
	// for it, field by field under what the user says of the container or of the pod.
	// It reaches the pods of profilers, too. Its fields are those of Kubernetes.
	// A change restarts all pods.
	// +optional
	ContainerSecurityContext *corev1.SecurityContext `json:"containerSecurityContext,omitempty"`

	// Env are variables of the containers that run Dynamo or an engine, under those of the
	// user and of Dynamo with the same name. What other settings give, and what tells a
	// process who and where it is, is refused here. Its fields are those of Kubernetes.
	// A change restarts all pods.
	// +optional
	Env []corev1.EnvVar `json:"env,omitempty"`

	// Labels of pods, key by key under those of the user. Those of Dynamo are refused here.
	// A change restarts all pods.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// NodeSelector of pods, key by key under the user's.
	// A change restarts all pods.
	// +optional
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`

	// PriorityClassName of pods for which the user names none.
	// A change restarts all pods.
	// +optional
	PriorityClassName string `json:"priorityClassName,omitempty"`

	// RuntimeClassName of pods for which the user names none.
	// A change restarts all pods.
	// +optional
	RuntimeClassName string `json:"runtimeClassName,omitempty"`

	// SchedulerName of pods for which the user names none.
	// A change restarts all pods.
	// +optional
	SchedulerName string `json:"schedulerName,omitempty"`

	// SecurityContext of pods, field by field under the user's, and over the group 1000 that
	// volumes have by default. It reaches the pods of profilers, too. Its fields are those
	// of Kubernetes.
	// A change restarts all pods.
	// +optional
	SecurityContext *corev1.PodSecurityContext `json:"securityContext,omitempty"`

	// Tolerations of pods, behind the user's; one that equals a toleration of the
	// user is left out.
	// A change restarts all pods.
	// +optional
	Tolerations []corev1.Toleration `json:"tolerations,omitempty"`

	// TopologySpreadConstraints of pods, behind the user's; one for a topology of which the user
	// says something is left out. Without a labelSelector a constraint counts the pods of the
	// component. Its fields are those of Kubernetes.
	// A change restarts all pods.
	// +optional
	TopologySpreadConstraints []corev1.TopologySpreadConstraint `json:"topologySpreadConstraints,omitempty"`
}
