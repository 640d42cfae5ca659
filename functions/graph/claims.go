package graph

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// pvcKeyPrefix of claims: frozen API.
const pvcKeyPrefix = "pvc/"

// PVCKey is the key of a claim, and what it is asked for by: frozen API.
func PVCKey(name string) string { return pvcKeyPrefix + name }

// owner says whose a claim is.
type owner int

const (
	// ownerUnknown: core has not answered yet, not even whether it exists.
	ownerUnknown owner = iota
	// ownerNone: there is no such claim.
	ownerNone
	// ownerGraph: the graph has made it.
	ownerGraph
	// ownerOther: somebody else has made it. It is never owned, changed or
	// deleted.
	ownerOther
)

// claim is one that the graph makes, or has made.
type claim struct {
	// PVC is what the graph says of it: only the name where it says nothing.
	dynamo.PVC

	// at is where the graph says so; nil where it no longer does.
	at *field.Path
	// owner of what exists, and that object.
	owner  owner
	object layer.Object
}

// named says whether the graph still names the claim.
func (c claim) named() bool { return c.at != nil }

// listClaims returns the claims that the graph makes, in its order, and behind them
// those that it has made and no longer names.
func (s scope) listClaims() []claim {
	var out []claim
	named := map[string]bool{}
	for i, p := range s.graph.PVCs {
		key := PVCKey(p.Name)
		named[p.Name] = true
		if p.Create || s.in.Observed.Has(key) {
			c := claim{PVC: p, at: s.graph.At.PVCs.Index(i)}
			c.owner, c.object = s.findClaim(key)
			out = append(out, c)
		}
	}
	for name, o := range s.in.Observed.Below(pvcKeyPrefix) {
		if !named[name] {
			out = append(out, claim{PVC: dynamo.PVC{Name: name}, owner: ownerGraph, object: o})
		}
	}
	return out
}

// findClaim returns the claim of a key and whose it is. Core observes what it has
// composed alone; it may know of a claim of ours and not observe it where its
// references were lost.
func (s scope) findClaim(key string) (owner, layer.Object) {
	if o, ok := s.in.Observed[key]; ok {
		return ownerGraph, o
	}
	found, answered := s.in.Answers.Objects[key]
	switch {
	case !answered:
		return ownerUnknown, layer.Object{}
	case len(found) == 0:
		return ownerNone, layer.Object{}
	case s.controls(found[0]):
		return ownerGraph, found[0]
	}
	return ownerOther, found[0]
}

// controls says whether this graph controls an object.
func (s scope) controls(o layer.Object) bool {
	return layer.Controller{Kind: v1alpha1.GraphKind, Name: s.dgd.Name, UID: string(s.dgd.UID)}.Controls(o)
}

// askForClaims asks for the claims that the graph makes: one may exist already.
func askForClaims(g dynamo.Graph) map[string]layer.Selector {
	out := map[string]layer.Selector{}
	for _, p := range g.PVCs {
		if p.Create && p.Name != "" { // Without a name it would be all claims.
			out[PVCKey(p.Name)] = layer.Selector{
				API:       layer.API{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
				Namespace: g.Namespace,
				Name:      p.Name,
			}
		}
	}
	return out
}

// composeClaims makes the claims that do not exist, and keeps those that the graph
// made as they are: data outlives an edit of the graph.
func (s scope) composeClaims() []layer.Child {
	var out []layer.Child
	for _, c := range s.claims {
		switch c.owner {
		case ownerNone:
			out = append(out, layer.Child{Key: PVCKey(c.Name), Object: makeClaim(c.PVC), Inert: true})
		case ownerGraph:
			// Ready before it is bound: a class that waits for a consumer
			// binds only when the first pod is scheduled.
			if c.named() || !s.deletesClaims() {
				out = append(out, layer.Keep(PVCKey(c.Name), c.object))
			}
		case ownerUnknown, ownerOther:
		}
	}
	return out
}

// knowsClaims says whether core has answered which claims exist.
func (s scope) knowsClaims() bool {
	return !slices.ContainsFunc(s.claims, func(c claim) bool { return c.owner == ownerUnknown })
}

// deletesClaims says whether claims that the graph no longer names may go.
func (s scope) deletesClaims() bool {
	return !s.held && s.dgd.Annotations[meta.AnnotationDeleteClaims] == meta.True
}

// makeClaim makes a claim as the graph describes it.
func makeClaim(p dynamo.PVC) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
		ObjectMeta: metav1.ObjectMeta{Name: p.Name},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes:      []corev1.PersistentVolumeAccessMode{p.AccessMode},
			StorageClassName: p.StorageClass,
			Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceStorage: p.Size},
			},
		},
	}
}
