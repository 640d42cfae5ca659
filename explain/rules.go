package explain

import (
	"fmt"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// rules are what an API server refuses of a field beyond its limits: what its own schema
// says, and what is said of it by what it is in.
func (f *field) rules() []string {
	out := ruleTexts(f.schema.XValidations, "")
	for inside := f.value(); inside != nil; inside = inside.value() {
		out = append(out, ruleTexts(inside.schema.XValidations, strings.TrimPrefix(inside.path, f.path))...)
	}
	for a := f.around; a != nil; a = a.around {
		for _, r := range a.schema.XValidations {
			if r.FieldPath != "" && strings.TrimPrefix(a.path+r.FieldPath, ".") == f.path {
				out = append(out, ruleText(r))
			}
		}
	}
	return unique(out)
}

// ruleTexts are rules with the fields that they speak of, below the place given.
func ruleTexts(rules apiextensionsv1.ValidationRules, place string) []string {
	out := make([]string, 0, len(rules))
	for _, r := range rules {
		text := ruleText(r)
		if at := strings.TrimPrefix(place+r.FieldPath, "."); at != "" {
			text = at + ": " + text
		}
		out = append(out, text)
	}
	return out
}

// ruleText is what an API server says where a rule is broken.
func ruleText(r apiextensionsv1.ValidationRule) string {
	if r.Message == "" {
		return r.Rule
	}
	return r.Message
}

// unique leaves what has been said out.
func unique(texts []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	return out
}

// limits are what an API server refuses of a single value, and what it puts in place of none.
func (f *field) limits() []string {
	var out []string
	if f.required {
		out = append(out, "required")
	}
	s := f.schema
	if s.Default != nil {
		out = append(out, "default: "+string(s.Default.Raw))
	}
	out = append(out, sizes(s)...)
	for inside := f.value(); inside != nil; inside = inside.value() {
		for _, text := range sizes(inside.schema) {
			out = append(out, "each: "+text)
		}
	}
	return out
}

// sizes are the limits of a schema.
func sizes(s apiextensionsv1.JSONSchemaProps) []string {
	out := append(numbers(s), counts(s)...)
	if len(s.Enum) > 0 {
		values := make([]string, 0, len(s.Enum))
		for _, v := range s.Enum {
			values = append(values, string(v.Raw))
		}
		out = append(out, "one of "+strings.Join(values, ", "))
	}
	if s.Pattern != "" {
		out = append(out, "matches "+s.Pattern)
	}
	if len(s.XListMapKeys) > 0 {
		out = append(out, "no two of the same "+strings.Join(s.XListMapKeys, ", "))
	}
	return out
}

func numbers(s apiextensionsv1.JSONSchemaProps) []string {
	var out []string
	if s.Minimum != nil {
		out = append(out, fmt.Sprintf("at least %v", *s.Minimum))
	}
	if s.Maximum != nil {
		out = append(out, fmt.Sprintf("at most %v", *s.Maximum))
	}
	return out
}

func counts(s apiextensionsv1.JSONSchemaProps) []string {
	var out []string
	for _, c := range []struct {
		least, most *int64
		unit        string
	}{
		{s.MinLength, s.MaxLength, "characters"},
		{s.MinItems, s.MaxItems, "items"},
		{s.MinProperties, s.MaxProperties, "entries"},
	} {
		switch {
		case c.least == nil:
		case *c.least == 1:
			out = append(out, "not empty")
		default:
			out = append(out, fmt.Sprintf("at least %d %s", *c.least, c.unit))
		}
		if c.most != nil {
			out = append(out, fmt.Sprintf("at most %d %s", *c.most, c.unit))
		}
	}
	return out
}

// idle are the words by which a comment says that nothing acts on its field. A test holds
// the comments to what the function says of manifests.
func idle() []string {
	return []string{"not acted on", "is ignored", "are ignored", "and ignored", "is reserved"}
}

// isIdle says whether nothing acts on a field, by its own comment.
func (f *field) isIdle() bool {
	text := strings.Join(strings.Fields(f.schema.Description), " ")
	for _, words := range idle() {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// note is what to know of a field from what it is in; empty for most.
func (f *field) note() string {
	for a := f.around; a != nil; a = a.around {
		if a.isIdle() {
			return fmt.Sprintf("it is part of %s: %s", a.path, strings.Join(strings.Fields(a.schema.Description), " "))
		}
	}
	return ""
}
