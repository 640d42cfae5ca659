package overlay

import "slices"

// mergeMap puts one object over another, in place.
func mergeMap(base, over map[string]any) {
	for key, value := range over {
		base[key] = mergeValue(key, base[key], value)
	}
}

func mergeValue(key string, base, over any) any {
	switch o := over.(type) {
	case map[string]any:
		if b, ok := base.(map[string]any); ok {
			mergeMap(b, o)
			return b
		}
	case []any:
		if b, ok := base.([]any); ok && (len(o) > 0 || isDeep(key)) && areNamed(b) && areNamed(o) {
			return mergeList(key, b, o)
		}
	}
	return over
}

// mergeList puts named items over those of the same name. Components and containers are
// merged; of anything else, such as a variable or a volume, a part of one and a part of
// another may be no whole.
func mergeList(key string, base, over []any) []any {
	out := slices.Clone(base)
	for _, item := range over {
		i := slices.IndexFunc(out, func(o any) bool { return nameOf(o) == nameOf(item) })
		switch {
		case i < 0:
			out = append(out, item)
		case isDeep(key):
			out[i] = mergeValue("", out[i], item)
		default:
			out[i] = item
		}
	}
	return out
}

// isDeep says whether the items of a list are merged. Such a list also cannot be emptied: a
// graph has components, and a pod containers.
func isDeep(list string) bool {
	return slices.Contains([]string{components, "containers", "initContainers"}, list)
}

// areNamed says whether a name tells the items of a list apart. Several mounts may be of
// one volume.
func areNamed(list []any) bool {
	seen := map[string]bool{}
	for _, item := range list {
		name := nameOf(item)
		fields, _ := item.(map[string]any)
		if _, isMount := fields["mountPath"]; name == "" || seen[name] || isMount {
			return false
		}
		seen[name] = true
	}
	return true
}
