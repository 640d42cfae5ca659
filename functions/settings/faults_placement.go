package settings

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
	lwsv1 "sigs.k8s.io/lws/api/leaderworkerset/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
)

// heaviest is the most that a preference may weigh.
const heaviest = 100

// affinityFaults names what the API server would refuse of an affinity.
func affinityFaults(in *corev1.Affinity, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	faults := nodeFaults(in.NodeAffinity, at.Child("nodeAffinity"))
	if near := in.PodAffinity; near != nil {
		faults = append(faults, podTermFaults(near.RequiredDuringSchedulingIgnoredDuringExecution,
			near.PreferredDuringSchedulingIgnoredDuringExecution, at.Child("podAffinity"))...)
	}
	if far := in.PodAntiAffinity; far != nil {
		faults = append(faults, podTermFaults(far.RequiredDuringSchedulingIgnoredDuringExecution,
			far.PreferredDuringSchedulingIgnoredDuringExecution, at.Child("podAntiAffinity"))...)
	}
	return faults
}

// Names of the lists of an affinity.
const (
	required  = "requiredDuringSchedulingIgnoredDuringExecution"
	preferred = "preferredDuringSchedulingIgnoredDuringExecution"
)

func nodeFaults(in *corev1.NodeAffinity, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	var faults field.ErrorList
	if must := in.RequiredDuringSchedulingIgnoredDuringExecution; must != nil {
		terms := at.Child(required, "nodeSelectorTerms")
		if len(must.NodeSelectorTerms) == 0 {
			faults = append(faults, field.Required(terms, "name the nodes, or leave the block out"))
		}
		for i, t := range must.NodeSelectorTerms {
			faults = append(faults, nodeTermFaults(t, terms.Index(i))...)
		}
	}
	for i, p := range in.PreferredDuringSchedulingIgnoredDuringExecution {
		of := at.Child(preferred).Index(i)
		faults = append(faults, weightFaults(p.Weight, of)...)
		faults = append(faults, nodeTermFaults(p.Preference, of.Child("preference"))...)
	}
	return faults
}

// nodeTermFaults checks what is asked of a node's labels, and of its fields.
func nodeTermFaults(in corev1.NodeSelectorTerm, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for i, r := range in.MatchExpressions {
		of := at.Child("matchExpressions").Index(i)
		operator, known := operators()[r.Operator]
		if !known {
			faults = append(faults, field.NotSupported(of.Child("operator"), r.Operator, []string{"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"}))
			continue
		}
		if _, err := labels.NewRequirement(r.Key, operator, r.Values); err != nil {
			faults = append(faults, field.Invalid(of, field.OmitValueType{}, err.Error()))
		}
	}
	for i, r := range in.MatchFields {
		faults = append(faults, nodeFieldFaults(r, at.Child("matchFields").Index(i))...)
	}
	return faults
}

// nodeFieldFaults checks what is asked of the fields of a node, of which there is one.
func nodeFieldFaults(in corev1.NodeSelectorRequirement, at *field.Path) field.ErrorList {
	faults := requireOneOf(at.Child("key"), in.Key, metav1.ObjectNameField)
	faults = append(faults, requireOneOf(at.Child("operator"), in.Operator, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn)...)
	if len(in.Values) != 1 {
		return append(faults, field.Required(at.Child("values"), "give the name of exactly one node"))
	}
	for _, msg := range validation.IsDNS1123Subdomain(in.Values[0]) {
		faults = append(faults, field.Invalid(at.Child("values").Index(0), in.Values[0], msg))
	}
	return faults
}

// operators are those of selectors of nodes.
func operators() map[corev1.NodeSelectorOperator]selection.Operator {
	return map[corev1.NodeSelectorOperator]selection.Operator{
		corev1.NodeSelectorOpIn:           selection.In,
		corev1.NodeSelectorOpNotIn:        selection.NotIn,
		corev1.NodeSelectorOpExists:       selection.Exists,
		corev1.NodeSelectorOpDoesNotExist: selection.DoesNotExist,
		corev1.NodeSelectorOpGt:           selection.GreaterThan,
		corev1.NodeSelectorOpLt:           selection.LessThan,
	}
}

func podTermFaults(must []corev1.PodAffinityTerm, should []corev1.WeightedPodAffinityTerm, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for i, t := range must {
		faults = append(faults, podTermFault(t, at.Child(required).Index(i))...)
	}
	for i, w := range should {
		of := at.Child(preferred).Index(i)
		faults = append(faults, weightFaults(w.Weight, of)...)
		faults = append(faults, podTermFault(w.PodAffinityTerm, of.Child("podAffinityTerm"))...)
	}
	return faults
}

func podTermFault(in corev1.PodAffinityTerm, at *field.Path) field.ErrorList {
	faults := topologyFaults(in.TopologyKey, at)
	faults = append(faults, selectorFaults(in.LabelSelector, at.Child("labelSelector"))...)
	faults = append(faults, selectorFaults(in.NamespaceSelector, at.Child("namespaceSelector"))...)
	for i, name := range in.Namespaces {
		for _, msg := range validation.IsDNS1123Label(name) {
			faults = append(faults, field.Invalid(at.Child("namespaces").Index(i), name, msg))
		}
	}
	return append(faults, termKeyFaults(in, at)...)
}

// termKeyFaults checks the labels of a pod that others must have, or must not have, too.
func termKeyFaults(in corev1.PodAffinityTerm, at *field.Path) field.ErrorList {
	same, other := at.Child("matchLabelKeys"), at.Child("mismatchLabelKeys")
	if in.LabelSelector == nil && len(in.MatchLabelKeys)+len(in.MismatchLabelKeys) > 0 {
		return field.ErrorList{field.Required(at.Child("labelSelector"), "is needed beside keys of labels: an empty one selects all pods")}
	}
	faults := keysFaults(in.MatchLabelKeys, in.LabelSelector, same)
	for i, key := range in.MismatchLabelKeys {
		faults = append(faults, checkKey(key, other.Index(i))...)
		if slices.Contains(in.MatchLabelKeys, key) {
			faults = append(faults, field.Duplicate(other.Index(i), key))
		}
	}
	return faults
}

// keysFaults checks the labels of a pod that others must have, too: of each the API server
// makes one more requirement of the selector, where none may be twice.
func keysFaults(keys []string, selector *metav1.LabelSelector, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	seen := selectedBy(selector)
	for i, key := range keys {
		faults = append(faults, checkKey(key, at.Index(i))...)
		if seen.Has(key) {
			faults = append(faults, field.Duplicate(at.Index(i), key))
		}
		seen.Insert(key)
	}
	return faults
}

// checkKey checks the name of a label, which there has to be.
func checkKey(key string, at *field.Path) field.ErrorList {
	if key == "" {
		return field.ErrorList{field.Required(at, "name the label")}
	}
	return checkName(at, key, validation.IsQualifiedName)
}

// selectedBy are the labels that a selector asks for.
func selectedBy(selector *metav1.LabelSelector) sets.Set[string] {
	out := sets.Set[string]{}
	if selector != nil {
		out.Insert(slices.Collect(maps.Keys(selector.MatchLabels))...)
		for _, r := range selector.MatchExpressions {
			out.Insert(r.Key)
		}
	}
	return out
}

func weightFaults(weight int32, at *field.Path) field.ErrorList {
	if weight >= 1 && weight <= heaviest {
		return nil
	}
	return field.ErrorList{field.Invalid(at.Child("weight"), weight, "must be from 1 to 100")}
}

func topologyFaults(key string, at *field.Path) field.ErrorList {
	at = at.Child("topologyKey")
	if key == "" {
		return field.ErrorList{field.Required(at, "name the label of nodes, such as topology.kubernetes.io/zone")}
	}
	return checkName(at, key, validation.IsQualifiedName)
}

func selectorFaults(in *metav1.LabelSelector, at *field.Path) field.ErrorList {
	return metavalidation.ValidateLabelSelector(in, metavalidation.LabelSelectorValidationOptions{}, at)
}

// spreadFaults names what the API server would refuse of topology spread constraints.
func spreadFaults(in []corev1.TopologySpreadConstraint, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	type rule struct {
		key  string
		when corev1.UnsatisfiableConstraintAction
	}
	seen := map[rule]bool{}
	for i, c := range in {
		id := rule{c.TopologyKey, c.WhenUnsatisfiable}
		if seen[id] {
			faults = append(faults, field.Duplicate(at.Index(i), c.TopologyKey))
		}
		seen[id] = true
		faults = append(faults, constraintFaults(c, at.Index(i))...)
	}
	return faults
}

func constraintFaults(in corev1.TopologySpreadConstraint, at *field.Path) field.ErrorList {
	faults := topologyFaults(in.TopologyKey, at)
	if in.MaxSkew < 1 {
		faults = append(faults, field.Invalid(at.Child("maxSkew"), in.MaxSkew, "must be greater than 0"))
	}
	faults = append(faults, requireOneOf(at.Child("whenUnsatisfiable"), in.WhenUnsatisfiable, corev1.DoNotSchedule, corev1.ScheduleAnyway)...)
	if in.MinDomains != nil && (*in.MinDomains < 1 || in.WhenUnsatisfiable != corev1.DoNotSchedule) {
		faults = append(faults, field.Invalid(at.Child("minDomains"), *in.MinDomains, "must be greater than 0, and needs whenUnsatisfiable DoNotSchedule"))
	}
	policy := func(name string, p *corev1.NodeInclusionPolicy) field.ErrorList {
		return checkOneOf(at.Child(name), ptr.Deref(p, ""), corev1.NodeInclusionPolicyHonor, corev1.NodeInclusionPolicyIgnore)
	}
	faults = append(faults, policy("nodeAffinityPolicy", in.NodeAffinityPolicy)...)
	faults = append(faults, policy("nodeTaintsPolicy", in.NodeTaintsPolicy)...)
	faults = append(faults, keysFaults(in.MatchLabelKeys, spreadSelector(in), at.Child("matchLabelKeys"))...)
	return append(faults, selectorFaults(in.LabelSelector, at.Child("labelSelector"))...)
}

// spreadSelector is the selector that a constraint has in a pod: without one of its own that
// of the component, whatever runs that.
func spreadSelector(in corev1.TopologySpreadConstraint) *metav1.LabelSelector {
	if in.LabelSelector != nil {
		return in.LabelSelector
	}
	return &metav1.LabelSelector{MatchLabels: map[string]string{meta.LabelSelector: "", lwsv1.SetNameLabelKey: ""}}
}
