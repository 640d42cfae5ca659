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
		if b, ok := base.([]any); ok && areNamed(b) && areNamed(o) {
			return mergeList(key, b, o)
		}
	}
	return over
}

// mergeList puts named items over those of the same name. Components and containers are
// merged; of anything else, such as a variable or a volume, a part of one and a part of
// another may be no whole.
func mergeList(key string, base, over []any) []any {
	deep := slices.Contains([]string{components, "containers", "initContainers"}, key)
	out := slices.Clone(base)
	for _, item := range over {
		i := slices.IndexFunc(out, func(o any) bool { return nameOf(o) == nameOf(item) })
		switch {
		case i < 0:
			out = append(out, item)
		case deep:
			out[i] = mergeValue("", out[i], item)
		default:
			out[i] = item
		}
	}
	return out
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
