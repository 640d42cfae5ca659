package convert

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Form is how v1alpha1 spells the fields of a component.
func Form() dynamo.Form { return form }

var form = dynamo.Form{ //nolint:gochecknoglobals // A constant: Go has no maps that are.
	dynamo.FieldType:           {"componentType"},
	dynamo.FieldSubType:        {"subComponentType"},
	dynamo.FieldLabels:         {"labels"},
	dynamo.FieldAnnotations:    {"annotations"},
	dynamo.FieldPodLabels:      {"extraPodMetadata", "labels"},
	dynamo.FieldPodAnnotations: {"extraPodMetadata", "annotations"},
	dynamo.FieldReplicas:       {"replicas"},
	dynamo.FieldMultinode:      {"multinode"},
	dynamo.FieldScalingAdapter: {"scalingAdapter"},
	dynamo.FieldModel:          {"modelRef"},
	dynamo.FieldIngress:        {"ingress"},
	dynamo.FieldHost:           {"ingress", "host"},
	dynamo.FieldHostPrefix:     {"ingress", "hostPrefix"},
	dynamo.FieldHostSuffix:     {"ingress", "hostSuffix"},
	dynamo.FieldGateway:        {"ingress", "virtualServiceGateway"},
	dynamo.FieldVirtualService: {"ingress", "useVirtualService"},
	dynamo.FieldPickerConfig:   {"eppConfig"},
	dynamo.FieldPickerDocument: {"eppConfig", "config"},
	dynamo.FieldRuntimeVersion: {"runtimeVersionOverride"},
	dynamo.FieldEnvs:           {"envs"},
	dynamo.FieldEnvFromSecret:  {"envFromSecret"},
	dynamo.FieldResources:      {"resources"},
	dynamo.FieldLimits:         {"resources", "limits"},
	dynamo.FieldRequests:       {"resources", "requests"},
	dynamo.FieldLivenessProbe:  {"livenessProbe"},
	dynamo.FieldReadinessProbe: {"readinessProbe"},
	dynamo.FieldMounts:         {"volumeMounts"},
	dynamo.FieldSharedMemory:   {"sharedMemory"},
	dynamo.FieldSidecar:        {"frontendSidecar"},
	dynamo.FieldSidecarArgs:    {"frontendSidecar", "args"},
	dynamo.FieldSidecarEnvs:    {"frontendSidecar", "envs"},
	dynamo.FieldPodSpec:        {"extraPodSpec"},
	dynamo.FieldMain:           {"extraPodSpec", "mainContainer"},

	dynamo.FieldMountName: {"name"},
	dynamo.FieldMountPath: {"mountPoint"},

	dynamo.FieldCPU:    {"cpu"},
	dynamo.FieldMemory: {"memory"},
	dynamo.FieldGPU:    {"gpu"},
	dynamo.FieldCustom: {"custom"},
}

// FormV1Beta1 is how v1beta1 spells them. A field that is none of v1beta1 has the place
// of what the user writes instead.
func FormV1Beta1() dynamo.Form { return formV1Beta1 }

// mainPath is where a field of the main container stands in v1beta1.
func mainPath(names ...string) []string {
	return append([]string{"podTemplate", "spec", "containers", "[" + dynamo.MainContainer + "]"}, names...)
}

var formV1Beta1 = dynamo.Form{ //nolint:gochecknoglobals // A constant: Go has no maps that are.
	dynamo.FieldType:           {"type"},
	dynamo.FieldSubType:        {"type"},
	dynamo.FieldLabels:         {"podTemplate", "metadata", "labels"},
	dynamo.FieldAnnotations:    {"podTemplate", "metadata", "annotations"},
	dynamo.FieldPodLabels:      {"podTemplate", "metadata", "labels"},
	dynamo.FieldPodAnnotations: {"podTemplate", "metadata", "annotations"},
	dynamo.FieldReplicas:       {"replicas"},
	dynamo.FieldMultinode:      {"multinode"},
	dynamo.FieldScalingAdapter: {"scalingAdapter"},
	dynamo.FieldModel:          {"modelRef"},
	dynamo.FieldPickerConfig:   {"eppConfig"},
	dynamo.FieldPickerDocument: {"eppConfig", "config"},
	dynamo.FieldRuntimeVersion: {"runtimeVersionOverride"},
	dynamo.FieldEnvs:           mainPath("env"),
	dynamo.FieldEnvFromSecret:  mainPath("envFrom"),
	dynamo.FieldResources:      mainPath("resources"),
	dynamo.FieldLimits:         mainPath("resources", "limits"),
	dynamo.FieldRequests:       mainPath("resources", "requests"),
	dynamo.FieldLivenessProbe:  mainPath("livenessProbe"),
	dynamo.FieldReadinessProbe: mainPath("readinessProbe"),
	dynamo.FieldCache:          {"compilationCache"},
	dynamo.FieldSharedMemory:   {"sharedMemorySize"},
	dynamo.FieldSidecar:        {"frontendSidecar"},
	dynamo.FieldPodSpec:        {"podTemplate", "spec"},
	dynamo.FieldMain:           mainPath(),

	dynamo.FieldMountName: {"pvcName"},
	dynamo.FieldMountPath: {"mountPath"},
}
