package component

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// warnOfSettings warns of settings that work against each other, which a graph does for
// its components, and of those that are not the graph's. It does the latter once the
// graph has seen them and stays with its own: when settings change, one of the two is
// always first, and the other one follows.
func warnOfSettings(dcd *v1alpha1.DynamoComponentDeployment, c dynamo.Component, in layer.In) []string {
	if c.Standalone {
		return in.Settings.Warnings()
	}
	hash := in.Settings.Hash()
	if dcd.Annotations[meta.AnnotationSettingsHash] == hash || dcd.Annotations[meta.AnnotationOtherSettings] != hash {
		return nil
	}
	return []string{fmt.Sprintf("%s: composed with other settings than graph %q: give the Compositions of both the same input",
		field.NewPath("spec", "crossplane", "compositionRef"), c.Graph)}
}
