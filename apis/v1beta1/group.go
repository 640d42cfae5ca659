package v1beta1

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// Version of the kinds in this package. Their names and their group are those of
// package v1alpha1.
const Version = "v1beta1"

// GroupVersion is the API version of every kind in this package.
func GroupVersion() schema.GroupVersion {
	return schema.GroupVersion{Group: v1alpha1.Group, Version: Version}
}
