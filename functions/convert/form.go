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
