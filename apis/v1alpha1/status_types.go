package v1alpha1

// ComponentWorkloadKind is the kind of object that runs a component.
//
// +kubebuilder:validation:Enum=PodClique;PodCliqueScalingGroup;Deployment;LeaderWorkerSet
type ComponentWorkloadKind string

// Workload kinds that this project composes.
const (
	ComponentWorkloadDeployment      ComponentWorkloadKind = "Deployment"
	ComponentWorkloadLeaderWorkerSet ComponentWorkloadKind = "LeaderWorkerSet"
)

// ServiceReplicaStatus counts the replicas of one service, as its workload has
// them.
type ServiceReplicaStatus struct {
	// AvailableReplicas; only Deployments count them.
	// +optional
	// +kubebuilder:validation:Minimum=0
	AvailableReplicas *int32 `json:"availableReplicas,omitempty"`

	// ComponentKind is the kind of the workload.
	ComponentKind ComponentWorkloadKind `json:"componentKind"`

	// ComponentName is the name of the workload.
	ComponentName string `json:"componentName"`

	// ComponentNames are the names of all workloads of the service.
	// +optional
	ComponentNames []string `json:"componentNames,omitempty"`

	// ReadyReplicas of the workload.
	// +optional
	// +kubebuilder:validation:Minimum=0
	ReadyReplicas *int32 `json:"readyReplicas,omitempty"`

	// Replicas of the workload.
	// +kubebuilder:validation:Minimum=0
	Replicas int32 `json:"replicas"`

	// RuntimeNamespace is the Dynamo namespace that the pods register in.
	// +optional
	RuntimeNamespace string `json:"runtimeNamespace,omitempty"`

	// UpdatedReplicas run the current pod template.
	// +kubebuilder:validation:Minimum=0
	UpdatedReplicas int32 `json:"updatedReplicas"`
}
