package v1alpha1

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Group and Version of the Dynamo kinds.
const (
	Group   = "nvidia.com"
	Version = "v1alpha1"
)

// Kinds of the group that this project serves.
const (
	GraphKind     = "DynamoGraphDeployment"
	ComponentKind = "DynamoComponentDeployment"

	ModelKind          = "DynamoModel"
	RequestKind        = "DynamoGraphDeploymentRequest"
	ScalingAdapterKind = "DynamoGraphDeploymentScalingAdapter"
)

// GroupVersion is the API version of every kind in this package.
func GroupVersion() schema.GroupVersion {
	return schema.GroupVersion{Group: Group, Version: Version}
}
