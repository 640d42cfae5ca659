package layer

// PolicyManual is the update policy of a composite that stays with its revision
// of a Composition. With the other one, Automatic, core moves it to the newest.
const PolicyManual = "Manual"

// Selection is how a composite's spec.crossplane tells core what to compose it
// with. What is empty is left to whoever else says it.
type Selection struct {
	// Composition, by name.
	Composition string
	// Policy by which core moves the composite to newer revisions.
	Policy string
	// Revision of the Composition, by name.
	Revision string
}

// ReadSelection reads the selection in the spec of a composite.
func ReadSelection(spec map[string]any) Selection {
	crossplane, _ := spec["crossplane"].(map[string]any)
	policy, _ := crossplane["compositionUpdatePolicy"].(string)
	return Selection{
		Composition: readRef(crossplane, "compositionRef"),
		Policy:      policy,
		Revision:    readRef(crossplane, "compositionRevisionRef"),
	}
}

// readRef returns the name in a reference; empty without one.
func readRef(crossplane map[string]any, field string) string {
	ref, _ := crossplane[field].(map[string]any)
	name, _ := ref["name"].(string)
	return name
}

// write puts the selection into the fields of a composite.
func (s Selection) write(fields map[string]any) {
	out := map[string]any{}
	if s.Composition != "" {
		out["compositionRef"] = map[string]any{"name": s.Composition}
	}
	if s.Policy != "" {
		out["compositionUpdatePolicy"] = s.Policy
	}
	if s.Revision != "" {
		out["compositionRevisionRef"] = map[string]any{"name": s.Revision}
	}
	if spec, ok := fields["spec"].(map[string]any); ok && len(out) > 0 {
		spec["crossplane"] = out
	}
}
