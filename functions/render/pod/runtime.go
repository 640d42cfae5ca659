package pod

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// runtimeFaults name a version of the runtime that cannot be read.
func runtimeFaults(c dynamo.Component) field.ErrorList {
	if c.RuntimeOverride == "" || version.Parse(c.RuntimeOverride).Known() {
		return nil
	}
	return field.ErrorList{field.Invalid(c.At.At(dynamo.FieldRuntimeVersion), c.RuntimeOverride,
		"must be the three numbers of a release, such as 1.5.0")}
}

// runtimeWarnings tell of a version that the user says, and that the image contradicts: it
// easily stays behind when the image is updated.
func runtimeWarnings(c dynamo.Component) []string {
	tag, said := version.OfImage(c.RuntimeImage()), version.Parse(c.RuntimeOverride)
	if !tag.Known() || !said.Known() || tag == said {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s counts, and the tag of the image says %s: remove it where the tag is right",
		c.At.At(dynamo.FieldRuntimeVersion), said, tag)}
}
