package convert

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// form is how v1alpha1 spells the fields of a component.
func form() dynamo.Form {
	return dynamo.Form{
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
		dynamo.FieldPickerConfig:   {"eppConfig"},
		dynamo.FieldEnvs:           {"envs"},
		dynamo.FieldEnvFromSecret:  {"envFromSecret"},
		dynamo.FieldResources:      {"resources"},
		dynamo.FieldLivenessProbe:  {"livenessProbe"},
		dynamo.FieldReadinessProbe: {"readinessProbe"},
		dynamo.FieldMounts:         {"volumeMounts"},
		dynamo.FieldSharedMemory:   {"sharedMemory"},
		dynamo.FieldSidecar:        {"frontendSidecar"},
		dynamo.FieldPodSpec:        {"extraPodSpec"},
		dynamo.FieldMain:           {"extraPodSpec", "mainContainer"},
	}
}
