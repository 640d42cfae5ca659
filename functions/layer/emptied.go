package layer

import (
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// Emptied returns a child without the blocks of its spec that are empty, unless the
// observed object has them empty too, or is not there.
//
// Server-side apply makes null of a block that had something in it and comes empty. A
// custom resource with it is refused; of a Deployment, the next write changes the pod
// template a second time. Without the block nothing is left of it. A block that is
// there and empty stays, since its removal would restart pods. For the same reason the
// hash of the child stays what it was.
func (c Child) Emptied(observed Observed) Child {
	o, ok := observed[c.Key]
	spec, _ := c.Fields["spec"].(map[string]any)
	if !ok || spec == nil {
		return c
	}
	spec = runtime.DeepCopyJSON(spec)
	dropEmptied(spec, o.Spec())
	c.Fields = maps.Clone(c.Fields)
	c.Fields["spec"] = spec
	return c
}

// dropEmptied removes blocks from wanted, in place.
func dropEmptied(wanted, has map[string]any) {
	for k, v := range wanted {
		switch v := v.(type) {
		case map[string]any:
			there, ok := has[k].(map[string]any)
			dropEmptied(v, there)
			if len(v) == 0 && (!ok || len(there) > 0) && !isSelector(k) {
				delete(wanted, k)
			}
		case []any:
			there, _ := has[k].([]any)
			dropEmptiedOfItems(v, there)
		}
	}
}

// dropEmptiedOfItems does so for items that have names. All other lists with blocks in
// their items are written as a whole.
func dropEmptiedOfItems(wanted, has []any) {
	for _, v := range wanted {
		item, _ := v.(map[string]any)
		if name, ok := item["name"]; ok {
			dropEmptied(item, findNamed(has, name))
		}
	}
}

// findNamed returns the item of a list that has a name; nil where there is none.
func findNamed(l []any, name any) map[string]any {
	for _, v := range l {
		if item, ok := v.(map[string]any); ok && item["name"] == name {
			return item
		}
	}
	return nil
}

// isSelector reports whether a block selects objects: it is written as a whole, and
// selects all of them where it is empty.
func isSelector(key string) bool { return strings.HasSuffix(strings.ToLower(key), "selector") }
