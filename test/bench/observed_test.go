package bench

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
)

// Metadata that the API server gives to all objects of the benchmarks.
const (
	created    = "2026-01-31T12:00:00Z"
	generation = 3

	// labelTree names the composite at the top of a tree on all of it.
	labelTree = "crossplane.io/composite"
	// annotationKey is the key of a child.
	annotationKey = "crossplane.io/composition-resource-name"
)

// digest is a text of 64 hex digits that is the same for the same name.
func digest(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

// uid looks like one of the API server's.
func uid(name string) string {
	d := digest(name)
	return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:32]
}

// own is a child as core applies it for its owner.
func own(desired object, key string, owner object) object {
	out := maps.Clone(desired)
	metadata := maps.Clone(out["metadata"].(object))
	of := owner["metadata"].(object)
	metadata["annotations"] = with(metadata["annotations"], annotationKey, key)
	metadata["labels"] = with(metadata["labels"], labelTree, of["labels"].(object)[labelTree])
	metadata["ownerReferences"] = []any{object{
		"apiVersion":         owner["apiVersion"],
		"kind":               owner["kind"],
		"name":               of["name"],
		"uid":                of["uid"],
		"controller":         true,
		"blockOwnerDeletion": true,
	}}
	out["metadata"] = metadata
	return out
}

// root is a composite that none composed.
func root(o object) object {
	metadata := maps.Clone(o["metadata"].(object))
	metadata["labels"] = with(metadata["labels"], labelTree, metadata["name"])
	out := maps.Clone(o)
	out["metadata"] = metadata
	return out
}

func with(m any, key string, value any) object {
	out := object{}
	if has, ok := m.(object); ok {
		maps.Copy(out, has)
	}
	out[key] = value
	return out
}

// dress is an applied object as the API server returns it. Status, if any, was
// written by another field manager.
func dress(applied, status object, manager string) object {
	out := maps.Clone(applied)
	metadata := maps.Clone(out["metadata"].(object))
	name := metadata["name"].(string) + " of " + out["kind"].(string)
	metadata["uid"] = uid(name)
	metadata["resourceVersion"] = "1048576"
	metadata["generation"] = generation
	metadata["creationTimestamp"] = created
	managers := []any{entry(applied, "apiextensions.crossplane.io/composed/"+digest(name), "Apply", "", owned(applied))}
	if len(status) > 0 {
		out["status"] = status
		managers = append(managers, entry(applied, manager, "Update", "status", object{"f:status": fields("status", status)}))
	}
	metadata["managedFields"] = managers
	out["metadata"] = metadata
	return out
}

func entry(o object, manager, operation, subresource string, fields object) object {
	out := object{
		"apiVersion": o["apiVersion"],
		"fieldsType": "FieldsV1",
		"fieldsV1":   fields,
		"manager":    manager,
		"operation":  operation,
		"time":       created,
	}
	if subresource != "" {
		out["subresource"] = subresource
	}
	return out
}

// owned are the fields of an object that whoever applied it owns.
func owned(applied object) object {
	out := object{}
	for k, v := range applied {
		switch k {
		case "apiVersion", "kind", "status":
		case "metadata":
			out["f:metadata"] = ownedMetadata(v.(object))
		default:
			out["f:"+k] = fields(k, v)
		}
	}
	return out
}

func ownedMetadata(m object) object {
	out := object{}
	for _, k := range []string{"labels", "annotations", "ownerReferences"} {
		if v, ok := m[k]; ok {
			out["f:"+k] = fields(k, v)
		}
	}
	return out
}

// fields names every field of a value as managedFields do: those of an object
// by name, the items of a keyed list by their keys. Other lists are one field.
func fields(name string, v any) object {
	out := object{}
	switch v := v.(type) {
	case object:
		for k, e := range v {
			out["f:"+k] = fields(k, e)
		}
	case []any:
		for _, e := range v {
			item, ok := e.(object)
			key := keyOf(name, item)
			if !ok || key == "" {
				return object{}
			}
			below := fields("", item)
			below["."] = object{}
			out["k:"+key] = below
		}
	}
	return out
}

// keyOf is an item's key as JSON; empty in lists without keys.
func keyOf(list string, item object) string {
	names := map[string][]string{
		"conditions":       {"type"},
		"containers":       {"name"},
		"env":              {"name"},
		"envs":             {"name"},
		"imagePullSecrets": {"name"},
		"ownerReferences":  {"uid"},
		"ports":            {"containerPort", "port", "protocol"},
		"pvcs":             {"name"},
		"volumeMounts":     {"mountPath"},
		"volumes":          {"name"},
	}
	key := object{}
	for _, n := range names[list] {
		if v, ok := item[n]; ok {
			key[n] = v
		}
	}
	if len(key) == 0 {
		return ""
	}
	raw, err := json.Marshal(key)
	if err != nil {
		panic(err) // Names and numbers always encode.
	}
	return string(raw)
}
