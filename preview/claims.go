package preview

import (
	"cmp"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// withClaims returns the layers with those of claims: a claim is composed by the layer of
// the composite that Crossplane puts behind it.
func withClaims(layers map[schema.GroupKind]functions.Composer) map[schema.GroupKind]functions.Composer {
	out := maps.Clone(layers)
	for _, kind := range v1alpha1.Kinds() {
		of := func(name string) schema.GroupKind { return schema.GroupKind{Group: v1alpha1.Group, Kind: name} }
		out[of(v1alpha1.ClaimKind(kind))] = layers[of(v1alpha1.CompositeKind(kind))]
	}
	return out
}

// listKinds lists the kinds that can be written, and those that claim them.
func listKinds() []string {
	out := v1alpha1.Kinds()
	for _, kind := range v1alpha1.Kinds() {
		out = append(out, v1alpha1.ClaimKind(kind))
	}
	return out
}

func isClaim(object map[string]any) bool {
	kind, _ := object["kind"].(string)
	_, ok := v1alpha1.ClaimedKind(kind)
	return ok
}

// behind returns the composite that Crossplane puts behind a claim, and all else as it is.
func (h holdings) behind(object map[string]any) map[string]any {
	if !isClaim(object) {
		return object
	}
	claim := unstructured.Unstructured{Object: object}
	kind, _ := v1alpha1.ClaimedKind(claim.GetKind())
	spec := map[string]any{"claimRef": map[string]any{
		"apiVersion": claim.GetAPIVersion(), "kind": claim.GetKind(), "namespace": claim.GetNamespace(), "name": claim.GetName(),
	}}
	own, _ := object["spec"].(map[string]any)
	maps.Copy(spec, own)
	out := unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	out.SetAPIVersion(claim.GetAPIVersion())
	out.SetKind(v1alpha1.CompositeKind(kind))
	out.SetName(h.findComposite(claim, kind))
	out.SetLabels(claim.GetLabels())
	out.SetAnnotations(claim.GetAnnotations())
	return out.Object
}

// findComposite returns the name of the composite behind a claim of a kind: what the claim
// says of it, or who controls what it asks for where that is held, or else what Crossplane
// would make up.
func (h holdings) findComposite(claim unstructured.Unstructured, kind string) string {
	old, _ := h.held(claim)
	target := claim
	target.Object = maps.Clone(claim.Object)
	target.SetKind(kind)
	made, _ := h.held(target)
	return cmp.Or(readComposite(claim), readComposite(old), readController(made, v1alpha1.CompositeKind(kind)), claim.GetName()+"-"+dryrun.NameSuffix)
}

// readComposite returns the composite that a claim names.
func readComposite(claim unstructured.Unstructured) string {
	name, _, _ := unstructured.NestedString(claim.Object, "spec", "resourceRef", "name")
	return name
}

// readController returns the name of the controller of an object, if it is of a kind.
func readController(u unstructured.Unstructured, kind string) string {
	for _, r := range u.GetOwnerReferences() {
		if r.Controller != nil && *r.Controller && r.Kind == kind {
			return r.Name
		}
	}
	return ""
}

// withMade returns manifests with what the claims among them make: others find a graph
// whether it is claimed or not. What is wrong with a claim is told where it is rendered.
func (p *Previewer) withMade(manifests []map[string]any) []map[string]any {
	out := slices.Clone(manifests)
	for _, m := range manifests {
		u := unstructured.Unstructured{Object: m}
		compose, ok := p.layers[u.GroupVersionKind().GroupKind()]
		if !ok || !isClaim(m) {
			continue
		}
		if u.GetNamespace() == "" {
			u = *u.DeepCopy()
			u.SetNamespace(p.options.namespace())
		}
		made, err := p.compose(compose, stored(u).Object)
		if err != nil {
			continue
		}
		encoded, _ := layer.Encode(made.Children) // One object, of JSON types.
		for _, e := range encoded {
			out = append(out, e.Object)
		}
	}
	return out
}

// atClaim has faults of the composite behind a claim at the claim's own fields.
func atClaim(faults field.ErrorList) {
	for _, f := range faults {
		if f.Field == field.NewPath("spec", "claimRef", "name").String() {
			f.Field = field.NewPath("metadata", "name").String()
		}
	}
}
