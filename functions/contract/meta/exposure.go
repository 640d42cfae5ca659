package meta

// Annotations and labels of models, of what picks endpoints, and of meshes.
const (
	// AnnotationBaseModel is the name of the base model that a component serves,
	// in full; LabelBaseModelHash is what is selected by.
	AnnotationBaseModel = "nvidia.com/dynamo-base-model"

	// AnnotationIstioInject decides on Istio's proxy in a pod.
	AnnotationIstioInject = "sidecar.istio.io/inject"

	// AnnotationPickerConfigHash is the hash of an endpoint picker's
	// configuration. Pickers read it once: a new hash rolls them.
	AnnotationPickerConfigHash = "dynamo.fn.crossplane.io/picker-config-hash"

	// LabelBackendFramework is the engine of a component's pods, where it is
	// known, on the headless Service of its model.
	LabelBackendFramework = "dynamo.fn.crossplane.io/backend-framework"
)
