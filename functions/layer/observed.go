package layer

import (
	"iter"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Observed are children by key.
type Observed map[string]Object

// Object is what layers read of an observed child.
type Object struct {
	APIVersion  string
	Kind        string
	Name        string
	Generation  int64
	Annotations map[string]string

	// Section returns a top-level section such as spec or status as JSON types
	// with integers as int64, and nil where there is none. It is a function
	// because most sections of most children are never read.
	Section func(name string) map[string]any
	// Whole returns the whole object in the same way.
	Whole func() map[string]any
}

// Below are the children whose keys begin with a prefix, sorted by key, each with what
// follows the prefix.
func (o Observed) Below(prefix string) iter.Seq2[string, Object] {
	return func(yield func(string, Object) bool) {
		for _, key := range slices.Sorted(maps.Keys(o)) {
			if name, ok := strings.CutPrefix(key, prefix); ok && !yield(name, o[key]) {
				return
			}
		}
	}
}

// Has says whether a child of that key exists.
func (o Observed) Has(key string) bool {
	_, ok := o[key]
	return ok
}

// IsObject says whether it has a type and a name, as whatever is in a cluster has.
func (o Object) IsObject() bool { return o.APIVersion != "" && o.Kind != "" && o.Name != "" }

// Going says whether the object is deleted together with what it owns, and only waits
// for its finalizers.
func (o Object) Going() bool {
	finalizers, _ := o.section("metadata")["finalizers"].([]any)
	return o.Leaving() && !slices.Contains(finalizers, any(metav1.FinalizerOrphanDependents))
}

// Status of the object; nil when it has none.
func (o Object) Status() map[string]any { return o.section("status") }

// Leaving says whether the object is being deleted, and only waits for whoever has to
// clean up behind it.
func (o Object) Leaving() bool { return o.section("metadata")["deletionTimestamp"] != nil }

// Spec of the object; nil when it has none.
func (o Object) Spec() map[string]any { return o.section("spec") }

// Replicas are those that the spec asks for; nil where it says nothing.
func (o Object) Replicas() *int32 {
	n, ok := o.Spec()["replicas"].(int64)
	if !ok {
		return nil
	}
	out := int32(n) //nolint:gosec // The schema of all kinds that have replicas is an int32.
	return &out
}

// Data of a Secret or ConfigMap, that of a Secret in base64; nil when it has
// none.
func (o Object) Data() map[string]any { return o.section("data") }

// Labels of the object.
func (o Object) Labels() map[string]string {
	labels, _ := o.section("metadata")["labels"].(map[string]any)
	out := make(map[string]string, len(labels))
	for name, v := range labels {
		out[name], _ = v.(string)
	}
	return out
}

// RoleRef of a RoleBinding; nil when it has none.
func (o Object) RoleRef() map[string]any { return o.section("roleRef") }

func (o Object) section(name string) map[string]any {
	if o.Section == nil {
		return nil
	}
	return o.Section(name)
}

// whole is the whole object; nil where that is not known.
func (o Object) whole() map[string]any {
	if o.Whole == nil {
		return nil
	}
	return o.Whole()
}
