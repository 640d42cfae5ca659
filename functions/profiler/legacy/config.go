package legacy

import (
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/output"
)

// section is the configuration or an object in it. The profiler knows most keys in
// camelCase and, for users of its first versions, in snake_case; what reads and writes
// them here takes the former.
type section map[string]any

// readConfig reads the user's configuration. A null counts as absent: where it stands
// for an object, the profiler would crash.
func readConfig(r dynamo.Request) section {
	if r.Profiler.Config == nil {
		return section{}
	}
	out := runtime.DeepCopyJSON(r.Profiler.Config)
	output.DropNulls(out)
	return out
}

// section returns the object under a key, which has one spelling; an empty one where
// there is none.
func (s section) section(key string) section {
	out, _ := s[key].(map[string]any)
	return out
}

// find returns the spelling under which the user gave a key; empty for none. The
// profiler reads camelCase where both are given.
func (s section) find(key string) string {
	for _, spelling := range []string{key, spellSnake(key)} {
		if _, ok := s[spelling]; ok {
			return spelling
		}
	}
	return ""
}

// value returns what the profiler reads under a key; nil for nothing.
func (s section) value(key string) any { return s[s.find(key)] }

// is says whether the profiler reads a key as true.
func (s section) is(key string) bool {
	out, _ := s.value(key).(bool)
	return out
}

// set writes a key in snake_case, which all versions of the profiler read, and in
// camelCase where the user's would win.
func (s section) set(key string, value any) {
	if _, ok := s[key]; ok {
		s[key] = value
	}
	s[spellSnake(key)] = value
}

// spellSnake spells a key of camelCase in snake_case.
func spellSnake(key string) string {
	out := &strings.Builder{}
	for _, r := range key {
		if unicode.IsUpper(r) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

// usesAIConfigurator says whether the profiler computes instead of trying graphs out.
// Only booleans count.
func usesAIConfigurator(c section) bool {
	sweep := c.section("sweep")
	for _, spelling := range []string{"useAiConfigurator", "use_ai_configurator"} {
		if out, ok := sweep[spelling].(bool); ok {
			return out
		}
	}
	return false
}
