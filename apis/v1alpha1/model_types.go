package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ModelType says what a model is.
//
// +kubebuilder:validation:Enum=base;lora;adapter
type ModelType string

// Types of models.
const (
	// ModelTypeBase is a model that workers serve by themselves.
	ModelTypeBase ModelType = "base"
	// ModelTypeLoRA is an adapter that is loaded into workers that serve its base.
	ModelTypeLoRA ModelType = "lora"
	// ModelTypeAdapter is followed as a base model is.
	ModelTypeAdapter ModelType = "adapter"
)

// ModelSource is where a model comes from.
type ModelSource struct {
	// URI of the model: s3://, hf:// or file:///. Anybody who may read the model
	// reads it, so put no secret into it.
	// +kubebuilder:validation:MaxLength=1024
	URI string `json:"uri"`
}

// DynamoModelSpec names a model that workers serve, or an adapter to load into them.
//
// +kubebuilder:validation:XValidation:rule="self.baseModelName == oldSelf.baseModelName",message="baseModelName cannot change: make a new model",fieldPath=".baseModelName"
// +kubebuilder:validation:XValidation:rule="self.modelType == oldSelf.modelType",message="modelType cannot change: make a new model",fieldPath=".modelType"
// +kubebuilder:validation:XValidation:rule="self.modelType != 'lora' || has(self.source)",message="a model of type lora needs a source: give source.uri",fieldPath=".source"
// +kubebuilder:validation:XValidation:rule="self.modelType != 'lora' || !has(self.source) || self.source.uri.startsWith('s3://') || self.source.uri.startsWith('hf://') || self.source.uri.startsWith('file:///')",message="source.uri of a model of type lora begins with s3://, hf:// or file:///",fieldPath=".source.uri"
// +kubebuilder:validation:XValidation:rule="self.modelType != 'lora' || !self.modelName.contains('{{')",message="modelName of a model of type lora holds no {{: what calls workers reads Secrets by it",fieldPath=".modelName"
// +kubebuilder:validation:XValidation:rule="self.modelType != 'lora' || !self.modelName.matches('(^|/)[.]{0,2}(/|$)')",message="the parts of modelName between slashes of a model of type lora are neither empty nor . or ..: workers are told the name in a URL",fieldPath=".modelName"
// +kubebuilder:validation:XValidation:rule="self.modelType != 'lora' || self.modelName.matches('[^ \\t\\r\\n]')",message="modelName of a model of type lora is not blank",fieldPath=".modelName"
// +kubebuilder:validation:XValidation:rule="self.modelType != 'lora' || !has(self.source) || !(self.source.uri in ['s3://', 'hf://', 'file:///'])",message="source.uri of a model of type lora says more than its scheme",fieldPath=".source.uri"
// +kubebuilder:validation:XValidation:rule="self.modelType != 'lora' || !has(self.source) || !self.source.uri.contains('{{')",message="source.uri of a model of type lora holds no {{: what calls workers reads Secrets by it",fieldPath=".source.uri"
type DynamoModelSpec struct {
	// BaseModelName is the model that workers serve, as their modelRef.name has it.
	// It cannot change.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	BaseModelName string `json:"baseModelName"`

	// ModelName is the name by which the model is asked for.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	ModelName string `json:"modelName"`

	// ModelType says what the model is. It cannot change.
	// +optional
	// +kubebuilder:default=base
	ModelType ModelType `json:"modelType,omitempty"`

	// Source of the model; needed for type lora, and read for no other.
	// +optional
	Source *ModelSource `json:"source,omitempty"`
}

// ModelEndpoint is a pod that serves the base model.
type ModelEndpoint struct {
	// Address at which the pod takes adapters, as a URL.
	Address string `json:"address"`

	// LoRAFallbackCovered says that the pod, a prefill worker, cannot load the
	// adapter and need not, since another one of its group has it.
	// +optional
	LoRAFallbackCovered bool `json:"loraFallbackCovered,omitempty"`

	// PodName of the pod.
	// +optional
	PodName string `json:"podName,omitempty"`

	// Ready says whether the pod serves the model: a base model as soon as the pod
	// is ready, an adapter once it is loaded.
	Ready bool `json:"ready"`
}

// DynamoModelStatus is what was observed of a model.
type DynamoModelStatus struct {
	// Conditions: core's own, EndpointsReady, ServicesFound and UnsupportedFields.
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// Endpoints are the pods that serve the base model, sorted by name, 500 at most.
	// +optional
	Endpoints []ModelEndpoint `json:"endpoints,omitempty"`

	// LoRAFallbackCoveredEndpoints counts the endpoints that are covered.
	// +optional
	LoRAFallbackCoveredEndpoints int32 `json:"loraFallbackCoveredEndpoints,omitempty"`

	// ObservedGeneration is the generation that the status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// ReadyEndpoints counts the endpoints that are ready.
	// +optional
	ReadyEndpoints *int32 `json:"readyEndpoints,omitempty"`

	// TotalEndpoints counts all endpoints.
	// +optional
	TotalEndpoints *int32 `json:"totalEndpoints,omitempty"`
}

// DynamoModel follows a model on all pods that serve it, and loads adapters into
// them.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=dynamomodels,shortName=dm,categories=dynamo
// +kubebuilder:printcolumn:name="BaseModel",type=string,JSONPath=`.spec.baseModelName`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.modelType`
// +kubebuilder:printcolumn:name="Ready-Endpoints",type=integer,JSONPath=`.status.readyEndpoints`
// +kubebuilder:printcolumn:name="Total",type=integer,JSONPath=`.status.totalEndpoints`
type DynamoModel struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec DynamoModelSpec `json:"spec"`
	// +optional
	Status DynamoModelStatus `json:"status,omitempty"`
}
