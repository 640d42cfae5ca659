package settings

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
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

// nodeTermFaults checks what is asked of a node's labels. Of its fields only the name can be
// asked for, which nobody does for a whole site.
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
	return append(faults, selectorFaults(in.NamespaceSelector, at.Child("namespaceSelector"))...)
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
	for i, key := range in.MatchLabelKeys {
		faults = append(faults, checkName(at.Child("matchLabelKeys").Index(i), key, validation.IsQualifiedName)...)
	}
	return append(faults, selectorFaults(in.LabelSelector, at.Child("labelSelector"))...)
}
