// Package v1beta1 is the input of the function: the platform team's settings.
//
// +kubebuilder:object:generate=true
// +groupName=dynamo.fn.crossplane.io
// +versionName=v1beta1
package v1beta1
