package functions

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/claim"
	"github.com/crossplane-contrib/function-dynamo/functions/component"
	"github.com/crossplane-contrib/function-dynamo/functions/graph"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/model"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// Composer is a layer: a pure function of what it is told.
type Composer func(layer.In) (layer.Out, error)

// Layers are the kinds that the function composes, by group and kind: a further
// version of a kind is converted by its own layer.
func Layers() map[schema.GroupKind]Composer {
	out := map[schema.GroupKind]Composer{
		{Group: v1alpha1.Group, Kind: v1alpha1.GraphKind}:          graph.Compose,
		{Group: v1alpha1.Group, Kind: v1alpha1.ComponentKind}:      component.Compose,
		{Group: v1alpha1.Group, Kind: v1alpha1.ModelKind}:          model.Compose,
		{Group: v1alpha1.Group, Kind: v1alpha1.RequestKind}:        request.Compose,
		{Group: v1alpha1.Group, Kind: v1alpha1.ScalingAdapterKind}: scaling.Compose,
	}
	for _, kind := range v1alpha1.Kinds() {
		out[schema.GroupKind{Group: v1alpha1.Group, Kind: v1alpha1.CompositeKind(kind)}] = claim.Compose(kind)
	}
	return out
}

// wrap says of which composite an error is.
func wrap(xr wire.Identity, err error) error {
	return fmt.Errorf("cannot compose %s %q: %w", xr.Kind, xr.Name, err)
}

// findLayer returns the layer of a composite.
func findLayer(xr wire.Identity) (Composer, error) {
	layers := Layers()
	gv, err := schema.ParseGroupVersion(xr.APIVersion)
	if err != nil {
		return nil, fmt.Errorf("composite has apiVersion %q: %w", xr.APIVersion, err)
	}
	compose, ok := layers[gv.WithKind(xr.Kind).GroupKind()]
	if !ok || !slices.Contains(versions(), gv.Version) {
		return nil, fmt.Errorf("cannot compose %s of %s: this function composes %s, each of version %s; use it in Compositions of these kinds only",
			quoteEmpty(xr.Kind), quoteEmpty(xr.APIVersion), listServed(layers), strings.Join(versions(), " or "))
	}
	if xr.Name == "" {
		return nil, fmt.Errorf("cannot compose a %s without metadata.name: children are named after it", xr.Kind)
	}
	return compose, nil
}

// versions of the kinds that the function composes. It does not matter which of them a
// composite has: core sends all in one, and what counts is the form that they have.
func versions() []string { return []string{v1alpha1.Version, v1beta1.Version} }

// listServed lists the kinds that the function composes.
func listServed(layers map[schema.GroupKind]Composer) string {
	out := make([]string, 0, len(layers))
	for gk := range layers {
		out = append(out, gk.String())
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// quoteEmpty shows an empty text as such.
func quoteEmpty(s string) string {
	if s == "" {
		return `""`
	}
	return s
}
