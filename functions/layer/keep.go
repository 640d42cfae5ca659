package layer

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// CoreManager begins the names of the field managers that core writes composed
// objects under.
const CoreManager = "apiextensions.crossplane.io/composed/"

// coreMetadata begins the labels and annotations that core adds by itself.
const coreMetadata = "crossplane.io/"

// Keep returns a child that stays as it is observed. It is as ready as it was: a
// composite that keeps something must say itself that it is not ready.
func Keep(key string, observed Object) Child {
	return Child{Key: key, Lifetime: Kept, Fields: extractLastWritten(observed), Ready: true}
}

// KeepAll keeps all observed children, sorted by key, but for what is no object: nothing
// can be asked for without a type and a name.
func KeepAll(observed Observed) []Child {
	out := make([]Child, 0, len(observed))
	for _, key := range slices.Sorted(maps.Keys(observed)) {
		if o := observed[key]; o.IsObject() {
			out = append(out, Keep(key, o))
		}
	}
	return out
}

// WithReplicas returns a kept child that is asked to have a number of replicas:
// what is kept goes on scaling.
func (c Child) WithReplicas(n int32) Child {
	return c.changed("spec", func(spec map[string]any) { spec["replicas"] = int64(n) })
}

// WithoutReplicas returns a kept child that leaves its replicas to whoever else
// wrote them.
func (c Child) WithoutReplicas() Child {
	return c.changed("spec", func(spec map[string]any) { delete(spec, "replicas") })
}

// WithGuard returns a kept child that takes back nothing which somebody writes into the
// observed object meanwhile: core's write conflicts then, and core looks again. An object
// that is gone is made anew.
func (c Child) WithGuard(observed Object) Child {
	guard := observed.Guard()
	if guard == "" {
		return c
	}
	return c.changed("metadata", func(metadata map[string]any) { metadata["resourceVersion"] = guard })
}

// WithSelector returns a kept child that repeats the selector of the observed object,
// also where the server has made it up. That of a Job names the Job's own uid, so that
// Kubernetes refuses to make anew a Job which is gone in the meantime.
func (c Child) WithSelector(observed Object) Child {
	selector, ok := observed.Spec()["selector"]
	if !ok {
		return c
	}
	return c.changed("spec", func(spec map[string]any) { spec["selector"] = selector })
}

// changed returns the child with a changed copy of a section, which it may share
// with the observed object.
func (c Child) changed(section string, change func(map[string]any)) Child {
	was, ok := c.Fields[section].(map[string]any)
	if !ok {
		return c
	}
	is := maps.Clone(was)
	change(is)
	c.Fields = maps.Clone(c.Fields)
	c.Fields[section] = is
	return c
}

// extractLastWritten returns what core wrote of an observed object: the fields that it
// owns or, where the object does not tell, all but the status and what the server adds.
// Fields that others own are left to them.
func extractLastWritten(o Object) map[string]any {
	whole := o.whole()
	out := map[string]any{}
	if owned := findCoreFields(whole); owned != nil {
		out, _ = pick(whole, owned).(map[string]any)
	} else {
		maps.Copy(out, whole)
		delete(out, "status")
	}
	out["apiVersion"], out["kind"] = o.APIVersion, o.Kind
	metadata, _ := out["metadata"].(map[string]any)
	out["metadata"] = pickMetadata(o.Name, metadata)
	return out
}

// pickMetadata returns the name, and the labels and annotations that core does not add
// by itself.
func pickMetadata(name string, metadata map[string]any) map[string]any {
	out := map[string]any{"name": name}
	for _, section := range []string{"labels", "annotations"} {
		entries, _ := metadata[section].(map[string]any)
		own := maps.Clone(entries)
		maps.DeleteFunc(own, func(k string, _ any) bool { return strings.HasPrefix(k, coreMetadata) })
		if len(own) > 0 {
			out[section] = own
		}
	}
	return out
}

// findCoreFields returns the fields of an object that core owns, in the form of its
// managed fields; nil where these do not tell.
func findCoreFields(object map[string]any) map[string]any {
	metadata, _ := object["metadata"].(map[string]any)
	entries, _ := metadata["managedFields"].([]any)
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		manager, _ := entry["manager"].(string)
		subresource, _ := entry["subresource"].(string)
		fields, _ := entry["fieldsV1"].(map[string]any)
		if strings.HasPrefix(manager, CoreManager) && subresource == "" && len(fields) > 0 {
			return fields
		}
	}
	return nil
}

// pick returns the part of a value whose fields are named. The names are those
// of Kubernetes' FieldsV1: f: before a field, k: before the key of a list's item.
// A value without names below it is named as a whole.
func pick(value any, names map[string]any) any {
	switch v := value.(type) {
	case map[string]any:
		return pickFields(v, names)
	case []any:
		return pickItems(v, names)
	}
	return value
}

func pickFields(object, names map[string]any) any {
	if !anyHas(names, "f:") {
		return object
	}
	out := map[string]any{}
	for name, below := range names {
		field, ok := strings.CutPrefix(name, "f:")
		value, there := object[field]
		if inner, isMap := below.(map[string]any); ok && there && isMap {
			out[field] = pick(value, inner)
		}
	}
	return out
}

// pickItems returns the named items of a list in their order.
func pickItems(list []any, names map[string]any) any {
	if !anyHas(names, "k:") {
		return list
	}
	var out []any
	for _, item := range list {
		object, _ := item.(map[string]any)
		for name, below := range names {
			key, ok := strings.CutPrefix(name, "k:")
			inner, _ := below.(map[string]any)
			if ok && matches(object, key) {
				out = append(out, pick(item, inner))
				break
			}
		}
	}
	return out
}

// matches says whether an item has the key, a JSON object of some of its fields.
func matches(item map[string]any, key string) bool {
	want := map[string]any{}
	if err := json.Unmarshal([]byte(key), &want); err != nil || len(want) == 0 {
		return false
	}
	for name, value := range want {
		if !equal(item[name], value) {
			return false
		}
	}
	return true
}

// equal compares a value of an object with one of a key, whose numbers are all
// floats.
func equal(has, want any) bool {
	if n, ok := has.(int64); ok {
		return float64(n) == want
	}
	return has == want
}

func anyHas(names map[string]any, prefix string) bool {
	for name := range names {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
