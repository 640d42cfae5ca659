// Package v1alpha1 holds the Go types of the Dynamo kinds of group nvidia.com.
// They are the one source of the XRD schemas in apis/definitions: what a marker
// can say about a field stands here, and the generator carries it over.
//
// Field names, enums and defaults are those of the published nvidia.com/v1alpha1
// API, so that a manifest written for the Dynamo operator applies unchanged.
//
// +kubebuilder:object:generate=true
// +groupName=nvidia.com
// +versionName=v1alpha1
package v1alpha1
