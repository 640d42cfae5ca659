package origin

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Leaves are the values of an object that have nothing below them, as text, by path.
func Leaves(object map[string]any) map[string]string { return leavesBelow("", object) }

func leavesBelow(path string, value any) map[string]string {
	out := map[string]string{}
	gather(out, path, value)
	return out
}

func gather(out map[string]string, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, below := range v {
			gather(out, Child(path, name), below)
		}
		if len(v) > 0 {
			return
		}
	case []any:
		for i, name := range Items(path, v) {
			gather(out, path+name, v[i])
		}
		if len(v) > 0 {
			return
		}
	}
	out[path] = fmt.Sprint(value)
}

// Child is the path of a field below another. A name that would not read as one is in
// brackets, as keys of labels are.
func Child(path, name string) string {
	_, failed := strconv.Atoi(name)
	switch {
	case strings.ContainsAny(name, "./[] ") || failed == nil || isMap(path):
		return path + "[" + name + "]"
	case path == "":
		return name
	}
	return path + "." + name
}

// isMap says whether what is below a path are keys that people choose, not fields.
func isMap(path string) bool {
	return slices.Contains([]string{"annotations", "binaryData", "data", "labels", "limits", "matchLabels", "nodeSelector", "requests", "services", "stringData"},
		path[strings.LastIndexByte(path, '.')+1:])
}

// named are the lists whose items users know by their names.
func named() []string {
	return []string{"components", "containers", "env", "envs", "imagePullSecrets", "initContainers", "ports", "pvcs", "volumeMounts", "volumes"}
}

// Items are the segments that select the items of the list at a path: by their names where
// those tell them apart, else by number. So one item more does not make others of those
// behind it.
func Items(path string, list []any) []string {
	if !slices.Contains(named(), path[strings.LastIndexByte(path, '.')+1:]) {
		return numbers(len(list))
	}
	out, names := make([]string, len(list)), map[string]bool{}
	for i, item := range list {
		fields, _ := item.(map[string]any)
		name, _ := fields["name"].(string)
		if _, err := strconv.Atoi(name); err == nil || name == "" || names[name] || strings.ContainsAny(name, "[]=\"") {
			return numbers(len(list))
		}
		names[name] = true
		out[i] = "[" + name + "]"
	}
	return out
}

func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "[" + strconv.Itoa(i) + "]"
	}
	return out
}

// sortedKeys of a map.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
