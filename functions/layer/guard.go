package layer

import (
	"slices"
	"strings"
)

// Guard is the resourceVersion with which a write conflicts where the object has changed
// since it was observed; empty where none can be given. Core takes over an object that it
// has never applied, such as one that was restored, and does so before it applies: that
// moves the object on, and a guard would fail for ever. Where it has only traces of such
// an object left to remove, a guard fails once.
func (o Object) Guard() string {
	entries, _ := o.section("metadata")["managedFields"].([]any)
	applied := slices.ContainsFunc(entries, func(e any) bool {
		entry, _ := e.(map[string]any)
		manager, _ := entry["manager"].(string)
		return strings.HasPrefix(manager, CoreManager)
	})
	if !applied {
		return ""
	}
	return o.Metadata("resourceVersion")
}
