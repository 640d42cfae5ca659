package layer

import (
	"cmp"
	"slices"
)

// Manager is a field manager: who wrote a field last, and when.
type Manager struct {
	Name string
	// Time is RFC 3339, as the API server wrote it.
	Time string
}

// Managers lists who owns the field at path, such as spec, replicas; the one
// that wrote last comes first. Several can own one field.
func (o Object) Managers(path ...string) []Manager {
	entries, _ := o.section("metadata")["managedFields"].([]any)
	var out []Manager
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		fields, _ := entry["fieldsV1"].(map[string]any)
		if owns(fields, path) {
			name, _ := entry["manager"].(string)
			time, _ := entry["time"].(string)
			out = append(out, Manager{Name: name, Time: time})
		}
	}
	slices.SortFunc(out, func(a, b Manager) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func owns(fields map[string]any, path []string) bool {
	for _, p := range path {
		next, ok := fields["f:"+p].(map[string]any)
		if !ok {
			return false
		}
		fields = next
	}
	return true
}

// Metadata returns a text of the object's metadata, such as resourceVersion.
func (o Object) Metadata(name string) string {
	v, _ := o.section("metadata")[name].(string)
	return v
}

// Controller is an object that controls another one, and deletes it when it goes.
type Controller struct {
	Kind, Name, UID string
}

// AnnotationKey is where core writes the key of what it composes. It stays where the
// composite is deleted and its children are not.
const AnnotationKey = "crossplane.io/composition-resource-name"

// Controller returns who controls the object, and whether anybody does.
func (o Object) Controller() (Controller, bool) {
	refs, _ := o.section("metadata")["ownerReferences"].([]any)
	for _, r := range refs {
		ref, _ := r.(map[string]any)
		if controls, _ := ref["controller"].(bool); controls {
			kind, _ := ref["kind"].(string)
			name, _ := ref["name"].(string)
			uid, _ := ref["uid"].(string)
			return Controller{Kind: kind, Name: name, UID: uid}, true
		}
	}
	return Controller{}, false
}

// Controlled says whether another object controls this one.
func (o Object) Controlled() bool {
	_, ok := o.Controller()
	return ok
}

// ControlledBy says whether the object of that kind and name controls this one.
func (o Object) ControlledBy(kind, name string) bool {
	return Controller{Kind: kind, Name: name}.Controls(o)
}

// Controls says whether it controls an object, and not an older one of the same kind and
// name. Without a uid, as outside of a cluster, any of that kind and name does.
func (c Controller) Controls(o Object) bool {
	is, ok := o.Controller()
	return ok && is.Kind == c.Kind && is.Name == c.Name && (c.UID == "" || is.UID == c.UID)
}
