package compare

// WithoutDefaults returns fields of pods without those that say what the API server makes
// of nothing. Lists keep their order, which Kubernetes compares, too.
func WithoutDefaults(fields map[string]any) map[string]any {
	out, _ := newRules().prune(fields, path{"spec"}).(map[string]any)
	return out
}

func (r rules) prune(value any, p path) any {
	switch v := value.(type) {
	case map[string]any:
		return r.pruneMap(v, p)
	case []any:
		out := make([]any, 0, len(v))
		for _, it := range v {
			out = append(out, r.prune(it, p.child(item)))
		}
		return out
	}
	return value
}

func (r rules) pruneMap(in map[string]any, p path) map[string]any {
	out := make(map[string]any, len(in))
	for key, value := range in {
		isDefault := r.irrelevant.Has(key) || key == "imagePullPolicy" && defaultPullPolicy(in)
		if pruned := r.prune(value, p.child(key)); !isDefault && !r.absent(p, key, pruned) {
			out[key] = pruned
		}
	}
	return out
}
