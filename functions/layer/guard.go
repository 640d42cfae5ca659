package layer

import "strings"

// managerBeforeApply is who the API server says has written what nobody had when an object
// is applied for the first time. Core removes it.
const managerBeforeApply = "before-first-apply"

// Guard is the resourceVersion with which a write conflicts where the object has changed
// since it was observed; empty where none can be given. Before its own write core takes
// over the fields of an object that it has not written yet, as of one that was restored:
// that moves the object on, and a guard would fail for ever.
func (o Object) Guard() string {
	if !o.isTakenOver() {
		return ""
	}
	return o.Metadata("resourceVersion")
}

// isTakenOver says whether core leaves the managed fields of the object as they are, by
// the names that core itself goes by.
func (o Object) isTakenOver() bool {
	entries, _ := o.section("metadata")["managedFields"].([]any)
	found := false
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		manager, _ := entry["manager"].(string)
		if manager == managerBeforeApply {
			return false
		}
		found = found || strings.HasPrefix(manager, CoreManager)
	}
	return found
}
