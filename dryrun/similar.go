package dryrun

import (
	"maps"
	"slices"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

	"github.com/crossplane-contrib/function-dynamo/internal/near"
)

// similar returns the field of a schema whose name is nearest to an unknown one;
// empty where none is near.
func similar(name string, s *structural.Structural) string {
	if s == nil {
		return ""
	}

	return near.Name(name, slices.Collect(maps.Keys(s.Properties)))
}
