package changes

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/crossplane-contrib/function-dynamo/preview/origin"
)

// hidden stands for a value that may be secret.
const hidden = "(not shown)"

// hide says whether there is a value, and not which.
func hide(value any) string {
	if value == nil {
		return ""
	}
	return hidden
}

// isContent says whether a path is that of what a Secret holds.
func isContent(path string) bool {
	return strings.HasPrefix(path, "data") || strings.HasPrefix(path, "stringData")
}

// variable is the path of the value of an environment variable: in a pod, or in a
// component.
var variable = regexp.MustCompile(`(^|\.)envs?\[[^\]]*\]\.value$`)

// isVariable says whether a path is that of the value of an environment variable. People
// put keys and tokens there.
func isVariable(path string) bool { return variable.MatchString(path) }

// write returns a value as text; empty for none. Blocks are JSON.
func write(path string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		if v == "" {
			return `""`
		}
		return veilText(v)
	}
	out := &strings.Builder{}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(veil(path, value)); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(out.String())
}

// veil returns a value without what may be secret in it.
func veil(path string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, below := range v {
			out[name] = veil(origin.Child(path, name), below)
		}
		return out
	case []any:
		if isWords(v) {
			return veilWords(texts(v))
		}
		out := make([]any, len(v))
		for i, segment := range origin.Items(path, v) {
			out[i] = veil(path+segment, v[i])
		}
		return out
	case string:
		if isVariable(path) {
			return hidden
		}
		return veilText(v)
	}
	return value
}

// secretName is how flags and variables end whose values are secret.
const secretName = `[\w-]*(?i:token|secret|password|passwd|api[-_]?key|credentials?)`

var (
	// given is a secret flag or variable with its value, within a text.
	given = regexp.MustCompile(`(--?` + secretName + `(?:=|\s+)|\b` + secretName + `=)("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)`)
	// asked is a word that the value of a secret flag follows.
	asked = regexp.MustCompile(`^--?` + secretName + `$`)
	// login is who logs in at an address, and query is what is asked of it.
	login = regexp.MustCompile(`//[^/@\s"']+@`)
	query = regexp.MustCompile(`(://[^\s"'?]+)\?[^\s"']+`)
)

// veilText returns a text without the values of flags that are secret by their names, and
// without what addresses say beside where they are.
func veilText(text string) string {
	text = given.ReplaceAllString(text, "${1}"+hidden)
	text = login.ReplaceAllString(text, "//"+hidden+"@")
	return query.ReplaceAllString(text, "${1}?"+hidden)
}

// veilWords does so for the words of a command line.
func veilWords(words []string) []string {
	out := slices.Clone(words)
	for i, word := range words {
		out[i] = veilText(word)
		if i > 0 && asked.MatchString(words[i-1]) {
			out[i] = hidden
		}
	}
	return out
}

// most is how many characters of a value are shown, and around how many of what is the
// same before and behind what is different.
const (
	most   = 120
	around = 24
)

// shorten returns a field with two values, as much of them as tells what is different.
func shorten(path, old, now string) Field {
	old, now = oneLine(old), oneLine(now)
	if utf8.RuneCountInString(old) > most || utf8.RuneCountInString(now) > most {
		a, b := []rune(old), []rune(now)
		begin, end := sameEnds(a, b)
		old, now = cut(a, begin, end), cut(b, begin, end)
	}
	if old == now && old != "" {
		old, now = hidden, hidden
	}
	return Field{Path: path, Old: old, New: now}
}

func oneLine(text string) string {
	return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text)
}

// sameEnds are how many characters both texts begin and end with.
func sameEnds(a, b []rune) (int, int) {
	begin, end := 0, 0
	for begin < min(len(a), len(b)) && a[begin] == b[begin] {
		begin++
	}
	for end < min(len(a), len(b))-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return begin, end
}

// cut returns what of a text is not at its ends, with a little of these.
func cut(text []rune, begin, end int) string {
	from, to := max(begin-around, 0), min(len(text)-end+around, len(text))
	before, behind := "", ""
	if from > 0 {
		before = "…"
	}
	if to-from > most {
		to = from + most
	}
	if to < len(text) {
		behind = "…"
	}
	if len(text) == 0 {
		return ""
	}
	return before + string(text[from:to]) + behind
}
