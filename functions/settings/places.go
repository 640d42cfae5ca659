package settings

import (
	"cmp"
	"encoding/json"
	"maps"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Places are where settings were written last, by their paths in them: for
// ingress.className, say, EnvironmentConfig[dynamo].data.dynamo.ingress.className.
type Places map[string]string

// Place is where a setting was written last. Of one that no layer gives it is where the
// input of the step would have it.
func (s Settings) Place(setting string) string {
	return cmp.Or(s.Places[setting], LayerInput+"."+setting)
}

// places puts those of a source over the ones below it.
func (s Source) places(below Places) Places {
	out := Places{}
	maps.Copy(out, below)
	var said map[string]any
	if json.Unmarshal(s.raw, &said) == nil {
		out.add(said, "", s.path)
	}
	return out
}

// add adds what is written in a block. Before is the path to the block in the settings,
// with a dot behind it, and at the whole one.
func (p Places) add(block map[string]any, before string, at *field.Path) {
	for name, value := range block {
		if says(value) {
			p[before+name] = at.Child(name).String()
		}
		if inner, ok := value.(map[string]any); ok {
			p.add(inner, before+name+".", at.Child(name))
		}
	}
}

// says whether a value says anything: what is empty does not.
func says(value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}
