package v1beta1

import (
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// ComponentReplicaStatus counts the replicas of one component, as its workload
// has them.
type ComponentReplicaStatus struct {
	// AvailableReplicas; only Deployments count them.
	// +optional
	// +kubebuilder:validation:Minimum=0
	AvailableReplicas *int32 `json:"availableReplicas,omitempty"`

	// ComponentKind is the kind of the workload.
	ComponentKind v1alpha1.ComponentWorkloadKind `json:"componentKind"`

	// ComponentNames are the names of all workloads of the component.
	// +optional
	ComponentNames []string `json:"componentNames,omitempty"`

	// GPUsPerEngine is the number of GPUs of one engine over all of its nodes.
	// +optional
	// +kubebuilder:validation:Minimum=0
	GPUsPerEngine *int32 `json:"gpusPerEngine,omitempty"`

	// GPUsPerReplica is the number of GPUs of one replica over all of its nodes.
	// +optional
	// +kubebuilder:validation:Minimum=0
	GPUsPerReplica *int32 `json:"gpusPerReplica,omitempty"`

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

	// ScheduledReplicas is reserved: no workload of ours counts them.
	// +optional
	// +kubebuilder:validation:Minimum=0
	ScheduledReplicas *int32 `json:"scheduledReplicas,omitempty"`

	// UpdatedReplicas run the current pod template.
	// +kubebuilder:validation:Minimum=0
	UpdatedReplicas int32 `json:"updatedReplicas"`
}
