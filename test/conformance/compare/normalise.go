package compare

import (
	"regexp"
	"strings"
)

// scriptMark starts an expected text that stands for any text of ours.
const scriptMark = "$SCRIPT"

// rank is the first rank of a data-parallel worker. No shell computes it in the
// form that the cases have, with a reference that Kubernetes does not expand.
var rank = regexp.MustCompile(`\$?\$\(\( *(\d+) *\* *(?:\$\(LWS_WORKER_INDEX\)|\$\{LWS_WORKER_INDEX\}|\$?LWS_WORKER_INDEX) *\)\)`)

// normalise returns the value at p in the one form that all values equal to it
// have: without what may as well be absent, with lists by key or sorted.
func (r rules) normalise(value any, p path) any {
	switch v := value.(type) {
	case map[string]any:
		return r.object(v, p)
	case []any:
		return r.list(v, p)
	case string:
		if isYAMLText(v, p) {
			return r.yamlText(v, p)
		}
		value = rank.ReplaceAllString(v, "<rank $1>")
	}
	if holdsQuantity(p) {
		if q, ok := quantity(value); ok {
			return q
		}
	}
	return scalar(value)
}

func (r rules) object(in map[string]any, p path) map[string]any {
	out := make(map[string]any, len(in))
	for key, value := range in {
		if r.ignores(p, key) || key == "imagePullPolicy" && defaultPullPolicy(in) {
			continue
		}
		normal := r.normalise(value, p.child(key))
		if !r.absent(p, key, normal) {
			out[key] = normal
		}
	}
	return out
}

// isYAMLText tells whether the text at p is the value of a ConfigMap's key that
// holds YAML.
func isYAMLText(text string, p path) bool {
	key := p.last()
	return len(p) > 1 && p[0] == "data" && (strings.HasSuffix(key, ".yaml") || strings.HasSuffix(key, ".yml")) && !isScript(text)
}

// yamlText is the value that the text means, or the text where it is no YAML.
func (r rules) yamlText(text string, p path) any {
	value, err := document(text)
	if err != nil {
		return text
	}
	return r.normalise(value, p.child("yaml"))
}

func isScript(value any) bool {
	s, ok := value.(string)
	return ok && strings.HasPrefix(s, scriptMark)
}
