// Package claim composes what claims ask for: the composite that Crossplane puts behind a
// claim makes the namespaced kind, under the name of the claim and beside it. What the claim
// says goes down, and what comes of it goes up.
package claim

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
)

// TypeComposed is the condition that says whether what a claim asks for is there, and is
// written as it should be. A claim's own condition Synced says nothing of that.
const TypeComposed = "Composed"

// Reasons of Composed that are not those of what is made.
const (
	ReasonComposed  = "Composed"
	ReasonNameTaken = "NameTaken"
	ReasonNotBound  = "NotBound"
)

// Key of what the composite behind a claim of a kind makes: frozen API.
func Key(kind string) string { return roles()[kind] + "/claimed" }

// roles are the words for kinds in keys.
func roles() map[string]string {
	return map[string]string{
		v1alpha1.ComponentKind:      "component",
		v1alpha1.GraphKind:          "graph",
		v1alpha1.ModelKind:          "model",
		v1alpha1.RequestKind:        "request",
		v1alpha1.ScalingAdapterKind: "scalingadapter",
	}
}

// scope is what all parts of the layer read.
type scope struct {
	// kind that is made.
	kind string
	// xr is the composite behind the claim, and claim where its claim is.
	xr    layer.Object
	claim place
	in    layer.In
}

// place of a claim, as the composite names it.
type place struct{ namespace, name string }

// Compose returns the layer of the composites behind claims of a kind.
func Compose(kind string) func(layer.In) (layer.Out, error) {
	return func(in layer.In) (layer.Out, error) {
		s := scope{kind: kind, xr: layer.Read(in.Composite), in: in}
		s.claim = readPlace(s.xr)
		out, err := s.compose()
		out.Needs = s.computeNeeds()
		return out, err
	}
}

func readPlace(xr layer.Object) place {
	ref, _ := xr.Spec()["claimRef"].(map[string]any)
	namespace, _ := ref["namespace"].(string)
	name, _ := ref["name"].(string)
	return place{namespace: namespace, name: name}
}

// compose makes what the claim asks for, unless the composite has no such claim or somebody
// else has made an object of that name.
func (s scope) compose() (layer.Out, error) {
	known, why := s.findClaim()
	switch {
	case !known:
		return s.keep(), nil
	case why != "":
		return s.refuse(ReasonNotBound, field.Invalid(field.NewPath("spec", "claimRef"), field.OmitValueType{}, why)), nil
	}
	if why := s.findOccupant(); why != "" {
		return s.refuse(ReasonNameTaken, field.Invalid(field.NewPath("spec", "claimRef", "name"), s.claim.name, why)), nil
	}
	return s.render()
}

// render makes the object, and says how it does.
func (s scope) render() (layer.Out, error) {
	child, err := s.makeTarget()
	if err != nil {
		return layer.Out{}, err
	}
	o, exists := s.in.Observed[child.Key]
	child.Ready = exists && isReady(s.kind, o, child.Hash)
	out := layer.Out{
		Children:   []layer.Child{child},
		Status:     s.makeStatus(o, exists && isCurrent(s.kind, o, child.Hash)),
		Conditions: append(mirrorConditions(o), s.makeComposed(o)),
		Ready:      child.Ready,
		Connection: s.connect(child.Fields),
	}
	out.Found.Warnings = s.warnOfConnection()
	out.Pace = layer.PaceFor(out, s.in.Observed, true)
	out.Refuse(s.in.Refused())
	return out, nil
}

// keep returns the result while core has not told yet whether there is a claim: everything
// stays.
func (s scope) keep() layer.Out {
	o := s.in.Observed[Key(s.kind)]
	return layer.Out{Children: layer.KeepAll(s.in.Observed), Status: s.makeStatus(o, false), Conditions: mirrorConditions(o)}
}

// refuse returns the result for a composite that may not make what it asks for. What it has
// made already stays as it is.
func (s scope) refuse(reason string, fault *field.Error) layer.Out {
	out := s.keep()
	out.Conditions = append(out.Conditions, layer.Condition{
		Type: TypeComposed, Status: layer.False, Reason: reason, Message: fault.Detail, OfClaim: true,
	})
	out.Found.Faults = field.ErrorList{fault}
	if len(out.Children) == 0 {
		out.Fatal = fault.Detail
	}
	return out
}

// target is where the object is made.
func (s scope) target() others.Place {
	return others.Place{
		API: api(s.kind), Name: s.claim.name, Key: Key(s.kind), Owner: others.OwnerOf(s.in),
	}
}

// api is a kind in the version that core reads it in.
func api(kind string) layer.API {
	return layer.API{APIVersion: v1alpha1.GroupVersion().String(), Kind: kind}
}
