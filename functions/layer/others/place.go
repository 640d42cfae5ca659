// Package others leaves alone what others made under the name of a child that does not
// exist yet. Core would take over what nobody controls and delete it with the
// composite; where the API server refuses that, it would stop the composite for good.
package others

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Place is a name that a child is about to have.
type Place struct {
	layer.API

	Name string
	// Key of the child.
	Key string
	// Owner is what will control the child; without a uid, any of that kind and name.
	Owner layer.Controller
	// Labels that the child will have.
	Labels map[string]string
	// Foreign are fields of a spec that the child cannot be written beside. An object with
	// one of them is somebody else's, whoever controls it.
	Foreign []string
	// Role that the child gives, where it is a binding.
	Role rbacv1.RoleRef
}

// Occupant is what stands at a place already.
type Occupant int

// Occupants.
const (
	// Nobody stands there, or what the owner has made and may take back.
	Nobody Occupant = iota
	// Leaving is what is being deleted, or what an earlier owner of the same name
	// made: it goes with that one, or will soon be nobody's.
	Leaving
	// Other is what somebody else made.
	Other
)

// askable are the kinds that are asked for: those that every cluster has or is known to
// have, and that core watches anyway since it composes them. Claims and adapters are
// asked for by whoever makes them.
func askable() []string {
	return append(spare(), v1alpha1.ComponentKind, "Deployment", "Service", "Ingress", "ServiceAccount", "RoleBinding", "ConfigMap")
}

// spare are the kinds that settings of the site add. What they are for may be what
// somebody else's object does, and pods serve without it.
func spare() []string {
	return []string{"PodDisruptionBudget", "NetworkPolicy", "HTTPRoute", "PodMonitor"}
}

// PlaceOf returns the place of a child, and whether it is one that can be asked for.
func PlaceOf(child layer.Child, owner layer.Controller) (Place, bool) {
	o, ok := child.Object.(metav1.Object)
	if !ok {
		return Place{}, false
	}
	version, kind := child.Object.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
	out := Place{API: layer.API{APIVersion: version, Kind: kind}, Name: o.GetName(), Key: child.Key, Owner: owner, Labels: o.GetLabels()}
	if b, ok := child.Object.(*rbacv1.RoleBinding); ok {
		out.Role = b.RoleRef
	}
	return out, slices.Contains(askable(), kind)
}

// need is the name under which the object at a place is asked for.
func (p Place) need() string { return p.Kind + "/" + p.Name }

// Needs asks for the objects at places.
func Needs(namespace string, places ...Place) map[string]layer.Selector {
	out := make(map[string]layer.Selector, len(places))
	for _, p := range places {
		out[p.need()] = layer.Selector{API: p.API, Namespace: namespace, Name: p.Name}
	}
	return out
}

// Look returns what stands at a place, as far as core has answered. Core applies
// nothing before it has.
func (p Place) Look(a layer.Answers) (Occupant, layer.Object) {
	found := a.Objects[p.need()]
	if len(found) == 0 {
		return Nobody, layer.Object{}
	}
	return p.judge(found[0]), found[0]
}

func (p Place) judge(o layer.Object) Occupant {
	switch {
	case p.IsForeign(o) && !o.Leaving():
		return Other
	case p.Owner.Controls(o) && p.bindsElse(o) && !o.Leaving():
		return Other
	case p.Owner.Controls(o) && !p.bindsElse(o):
		return Nobody
	case o.ControlledBy(p.Owner.Kind, p.Owner.Name), o.Leaving():
		return Leaving
	case !o.Controlled() && p.isLeftBehind(o):
		return Nobody
	}
	return Other
}

// IsForeign says whether an object has fields that the child cannot be written beside.
func (p Place) IsForeign(o layer.Object) bool {
	return slices.ContainsFunc(p.Foreign, func(name string) bool { return o.Spec()[name] != nil })
}

// isLeftBehind says whether an object that nobody controls was once made for this place:
// core or its labels tell.
func (p Place) isLeftBehind(o layer.Object) bool {
	return o.Annotations[layer.AnnotationKey] == p.Key || p.hasMarks(o)
}

// hasMarks says whether an object names the same component of Dynamo as the child does,
// as what its operator made.
func (p Place) hasMarks(o layer.Object) bool {
	has := o.Labels()
	for _, name := range []string{meta.LabelComponent, meta.LabelNamespace} {
		if v := p.Labels[name]; v == "" || has[name] != v {
			return false
		}
	}
	return true
}
