package v1beta1

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// ComponentType is the role of a component in its graph.
//
// +kubebuilder:validation:Enum=frontend;worker;prefill;decode;planner;epp;lpx
type ComponentType string

// Component types. All but lpx have defaults of their own.
const (
	ComponentTypeFrontend ComponentType = "frontend"
	ComponentTypeWorker   ComponentType = "worker"
	ComponentTypePrefill  ComponentType = "prefill"
	ComponentTypeDecode   ComponentType = "decode"
	ComponentTypePlanner  ComponentType = "planner"
	ComponentTypeEPP      ComponentType = "epp"
	// ComponentTypeLPX is accepted and runs with what the user gives.
	ComponentTypeLPX ComponentType = "lpx"
)

// ComponentTypes are those that the definitions take.
func ComponentTypes() []ComponentType {
	return []ComponentType{
		ComponentTypeFrontend, ComponentTypeWorker, ComponentTypePrefill, ComponentTypeDecode, ComponentTypePlanner, ComponentTypeEPP,
		ComponentTypeLPX,
	}
}

// MainContainer is the name of the container in a pod template that is merged
// over the generated main container.
const MainContainer = "main"

// DynamoComponentDeploymentSharedSpec is what a component of a graph and a
// DynamoComponentDeployment have in common, but for the name, which only the
// former needs.
//
// +kubebuilder:validation:XValidation:rule="!has(self.type) || self.type != 'epp' || !has(self.replicas) || self.replicas == 1 || (self.replicas > 1 && !has(self.eppConfig))",message="an endpoint picker runs one replica, and more of them only without eppConfig: set replicas to 1 or leave it out",fieldPath=".replicas"
// +kubebuilder:validation:XValidation:rule="!has(self.type) || self.type != 'epp' || !has(self.multinode)",message="an endpoint picker runs on one node: remove multinode",fieldPath=".multinode"
// +kubebuilder:validation:XValidation:rule="!has(self.eppConfig) || has(self.eppConfig.config) != has(self.eppConfig.configMapRef)",message="eppConfig needs exactly one of config and configMapRef: give the one that is missing, or remove one of the two",fieldPath=".eppConfig"
type DynamoComponentDeploymentSharedSpec struct {
	// CompilationCache keeps the engine's compiled kernels on a claim.
	// +optional
	CompilationCache *CompilationCache `json:"compilationCache,omitempty"`

	// EPPConfig configures an endpoint picker. Pickers of runtimes before 1.5
	// need it, and those since then take none.
	// +optional
	EPPConfig *v1alpha1.EPPConfig `json:"eppConfig,omitempty"`

	// Experimental is accepted and not acted on yet: gpuMemoryService, failover,
	// checkpoint, grove, flagsInjection.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Experimental *runtime.RawExtension `json:"experimental,omitempty"`

	// FrontendSidecar names the container of the pod template that runs a
	// frontend beside the main container.
	// +optional
	FrontendSidecar string `json:"frontendSidecar,omitempty"`

	// GlobalDynamoNamespace puts the component into Dynamo namespace "dynamo",
	// which graphs share.
	// +optional
	GlobalDynamoNamespace bool `json:"globalDynamoNamespace,omitempty"`

	// MinAvailable is accepted and not acted on yet.
	// +optional
	// +kubebuilder:validation:Minimum=1
	MinAvailable *int32 `json:"minAvailable,omitempty"`

	// ModelRef names the model that the component serves.
	// +optional
	ModelRef *v1alpha1.ModelReference `json:"modelRef,omitempty"`

	// Multinode spreads one replica over several nodes.
	// +optional
	Multinode *v1alpha1.MultinodeSpec `json:"multinode,omitempty"`

	// PodTemplate is merged over the generated pods. Its container called main
	// is merged over the generated main container; the others run beside it.
	// +optional
	PodTemplate *corev1.PodTemplateSpec `json:"podTemplate,omitempty"`

	// ProviderOverride is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	ProviderOverride *runtime.RawExtension `json:"providerOverride,omitempty"`

	// Replicas of the component; 1 when left out, 0 parks it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Replicas *int32 `json:"replicas,omitempty"`

	// Roles of a component over several nodes are accepted and not acted on yet.
	// +optional
	// +kubebuilder:validation:MaxItems=10
	// +listType=map
	// +listMapKey=name
	Roles []Role `json:"roles,omitempty"`

	// RuntimeVersionOverride is the version of the Dynamo runtime in the image,
	// where the image's tag does not say it.
	// +optional
	// +kubebuilder:validation:Pattern=`^[0-9]+\.[0-9]+\.[0-9]+$`
	RuntimeVersionOverride string `json:"runtimeVersionOverride,omitempty"`

	// ScalingAdapter gives the component a target for autoscalers. An empty block
	// turns it on.
	// +optional
	ScalingAdapter *ScalingAdapter `json:"scalingAdapter,omitempty"`

	// SharedMemorySize is the size of /dev/shm, as a quantity such as 16Gi; 8Gi
	// when left out, and 0 leaves /dev/shm to the container runtime.
	// +optional
	// +kubebuilder:validation:XIntOrString
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="type(self) == string ? (isQuantity(self) && quantity(self).compareTo(quantity('0')) >= 0) : self >= 0",message="the size of shared memory is a quantity such as 16Gi, or 0 for none: correct it, or leave it out for 8Gi"
	SharedMemorySize *resource.Quantity `json:"sharedMemorySize,omitempty"`

	// TopologyConstraint is accepted and not acted on yet.
	// +optional
	TopologyConstraint *v1alpha1.ServiceTopologyConstraint `json:"topologyConstraint,omitempty"`

	// Type is the role in the graph. Without one the component runs with what the
	// user gives.
	// +optional
	Type ComponentType `json:"type,omitempty"`
}

// CompilationCache keeps the engine's compiled kernels on a claim.
type CompilationCache struct {
	// MountPath in the main container; the engine's own when left out, where it
	// has one.
	// +optional
	MountPath string `json:"mountPath,omitempty"`

	// PVCName is the name of the PersistentVolumeClaim.
	// +kubebuilder:validation:MinLength=1
	PVCName string `json:"pvcName"`
}

// Role of some of a component's nodes. It is accepted and not acted on yet, with
// all that it says.
//
// +kubebuilder:pruning:PreserveUnknownFields
type Role struct {
	// Name of the role: leader or worker.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`

	// PodTemplate of the role's pods.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	PodTemplate *runtime.RawExtension `json:"podTemplate,omitempty"`

	// ProviderOverride of the role.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	ProviderOverride *runtime.RawExtension `json:"providerOverride,omitempty"`

	// Replicas of the role.
	// +optional
	Replicas *int32 `json:"replicas,omitempty"`
}

// ScalingAdapter gives a component a target for autoscalers: it is on where it
// stands.
type ScalingAdapter struct{}
