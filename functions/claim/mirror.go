package claim

import (
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// makeStatus repeats the status of the object, which reaches the claim by itself. What
// counts the object's own generations and hashes would say nothing of the claim.
func (s scope) makeStatus(o layer.Object, current bool) *unstructured.Unstructured {
	out := map[string]any{}
	for name, value := range o.Status() {
		if !slices.Contains([]string{"availableSpecHash", "conditions", "observedGeneration", "observedSpecHash"}, name) {
			out[name] = value
		}
	}
	if generation := s.findGeneration(current); generation > 0 {
		out["observedGeneration"] = generation
	}
	return (&unstructured.Unstructured{Object: out}).DeepCopy()
}

// findGeneration returns the generation of the claim that its status speaks of: that of
// the present one, once the claim's fields have come down to the object and its layer has
// looked at them.
func (s scope) findGeneration(current bool) int64 {
	found := s.in.Answers.Objects[needClaim]
	if current && len(found) > 0 && reflect.DeepEqual(pickSpec(found[0].Spec()), pickSpec(s.xr.Spec())) {
		return found[0].Generation
	}
	was, _ := s.xr.Status()["observedGeneration"].(int64)
	return was
}

// isCurrent says whether the status of an object speaks of what the claim asks for now.
// Until it was written with that, it has another hash. Kinds that are composed by others,
// too, repeat the hash that their status speaks of.
func isCurrent(kind string, o layer.Object, hash string) bool {
	status := o.Status()
	generation, _ := status["observedGeneration"].(int64)
	if kind == v1alpha1.GraphKind || kind == v1alpha1.ComponentKind {
		return o.Annotations[meta.AnnotationSpecHash] == hash && status["observedSpecHash"] == hash && generation >= o.Generation
	}
	return o.Annotations[meta.AnnotationSpecHash] == hash && generation >= o.Generation
}

// isReady says whether an object is ready as the claim asks for it now. Core writes
// conditions after the rest of a status, each with the generation that it speaks of.
func isReady(kind string, o layer.Object, hash string) bool {
	return isCurrent(kind, o, hash) && o.ConditionNow("Ready").Status == layer.True
}

// mirrorConditions repeats the conditions of the object but for those that core writes for
// each composite, also for this one. They reach the claim.
func mirrorConditions(o layer.Object) []layer.Condition {
	var out []layer.Condition
	for _, c := range o.Conditions() {
		if !slices.Contains([]string{"Ready", "Synced", "Healthy", "UpToDate", "Responsive"}, c.Type) {
			c.OfClaim = true
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b layer.Condition) int { return strings.Compare(a.Type, b.Type) })
	return out
}

// makeComposed says whether the object is written as it should be. One that is not there
// yet core makes within this reconcile.
func (s scope) makeComposed(o layer.Object) layer.Condition {
	out := layer.Condition{Type: TypeComposed, Status: layer.False, OfClaim: true}
	refused, unsynced := s.in.Refused(), layer.ReadUnsynced(o)
	switch {
	case refused.Has(Key(s.kind)):
		out.Reason, out.Message = layer.ReasonRefused, refused.Explain(s.xr.Kind+" "+s.xr.Name)
	case unsynced.Fatal != "":
		out.Reason, out.Message = layer.ReasonInvalidSpec, unsynced.Fatal
	case len(unsynced.Keys) > 0:
		out.Reason, out.Message = layer.ReasonRefused, unsynced.Explain(o.Kind+" "+o.Name)
	case unsynced.Reason != "":
		out.Reason, out.Message = unsynced.Reason, unsynced.Failure
	default:
		out.Status, out.Reason, out.Message = layer.True, ReasonComposed, strings.Join(s.warnOfConnection(), "; ")
	}
	return out
}
