package v1alpha1

import (
	"k8s.io/apimachinery/pkg/runtime"
)

// EPPConfig configures an endpoint picker, in place or by reference.
type EPPConfig struct {
	// Config is the picker's configuration document. It is one value: whoever
	// applies part of it applies all of it.
	// +optional
	// +structType=atomic
	// +kubebuilder:pruning:PreserveUnknownFields
	Config *runtime.RawExtension `json:"config,omitempty"`

	// ConfigMapRef names a ConfigMap and its key that hold the document.
	// +optional
	ConfigMapRef *ConfigMapKeyReference `json:"configMapRef,omitempty"`
}

// ConfigMapKeyReference names one key of a ConfigMap.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",message="configMapRef needs the name of the ConfigMap: give it",fieldPath=".name"
type ConfigMapKeyReference struct {
	// Key in the ConfigMap.
	Key string `json:"key"`

	// Name of the ConfigMap.
	// +optional
	Name string `json:"name,omitempty"`

	// Optional lets pods start without it.
	// +optional
	Optional *bool `json:"optional,omitempty"`
}
