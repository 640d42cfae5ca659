// Package widgets holds made-up API types, one of each thing that the generator
// has to carry over or change.
//
// +groupName=test.example.org
// +versionName=v1
package widgets

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// WidgetSpec is what a widget should be.
//
// +kubebuilder:validation:XValidation:rule="self.replicas < 10",message="too many: take fewer than 10"
type WidgetSpec struct {
	// Claims have a description of ours; their items have not.
	// +optional
	Claims []corev1.ResourceClaim `json:"claims,omitempty"`

	// Envs are keyed by name.
	// +optional
	Envs []Variable `json:"envs,omitempty"`

	// ExtraPodSpec may lack containers.
	// +optional
	ExtraPodSpec *ExtraPodSpec `json:"extraPodSpec,omitempty"`

	// Replicas is what scale writes.
	// +kubebuilder:default=1
	Replicas int32 `json:"replicas"`
}

// Variable has a name.
type Variable struct {
	Name string `json:"name"`
}

// ExtraPodSpec looks like a PodSpec.
type ExtraPodSpec struct {
	Containers    []Container `json:"containers"`
	MainContainer *Container  `json:"mainContainer,omitempty"`
	NodeName      string      `json:"nodeName"`
}

// Container has a name.
type Container struct {
	Name string `json:"name"`
}

// WidgetStatus is what a widget is.
type WidgetStatus struct {
	// Replicas is required in Go, and not in the definition.
	Replicas int32 `json:"replicas"`

	// Selector of the replicas.
	Selector string `json:"selector"`
}

// Widget is made up.
//
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas,selectorpath=.status.selector
// +kubebuilder:resource:path=widgets,shortName=wd;wdg
// +kubebuilder:printcolumn:name="Replicas",type=integer,JSONPath=`.status.replicas`
// +kubebuilder:validation:XValidation:rule="self.metadata.name != 'none'",message="choose a name"
type Widget struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec WidgetSpec `json:"spec"`
	// +optional
	Status WidgetStatus `json:"status,omitempty"`
}

// Gadget is a second kind, as small as can be.
//
// +kubebuilder:resource:path=gadgets
type Gadget struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec GadgetSpec `json:"spec"`
}

// GadgetSpec says nothing.
type GadgetSpec struct{}
