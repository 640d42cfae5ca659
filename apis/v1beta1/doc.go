// Package v1beta1 holds the Go types of the Dynamo kinds of group nvidia.com in
// their second form: a graph lists components, and a component says what its
// pods are in a pod template. Together with package v1alpha1 they are the source
// of the XRD schemas in apis/definitions: each definition serves both versions,
// and an object has the form of one of the two, whichever version it is read in.
//
// Field names, enums and defaults are those of the published nvidia.com/v1beta1
// API. What both versions spell alike is a type of package v1alpha1.
//
// +kubebuilder:object:generate=true
// +groupName=nvidia.com
// +versionName=v1beta1
package v1beta1
