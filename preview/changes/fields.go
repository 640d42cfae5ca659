package changes

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
)

// Field is one that is different. Values are shortened, and those that may be secret are
// left out.
type Field struct {
	Path string `json:"path"`
	// Old and New values; empty where there is none.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
	// Restarts says that pods restart because of it.
	Restarts bool `json:"restarts,omitempty"`
}

// compareFields lists what is different between two objects, in the order of the paths.
func compareFields(old, now map[string]any) []Field {
	w := walk{secret: old["kind"] == "Secret" || now["kind"] == "Secret"}
	w.maps("", old, now)
	return w.out
}

// walk goes through two values at once.
type walk struct {
	// secret says that the object is a Secret.
	secret bool
	out    []Field
}

// isDerived says whether a field follows from others, which are told: a hash of them.
func isDerived(path string) bool {
	name, ok := strings.CutPrefix(path, "metadata.annotations[")
	return ok && slices.Contains([]string{meta.AnnotationSpecHash, meta.AnnotationSettingsHash, meta.AnnotationOtherSettings}, strings.TrimSuffix(name, "]"))
}

func (w *walk) values(path string, old, now any) {
	if reflect.DeepEqual(old, now) || isDerived(path) {
		return
	}
	switch a := old.(type) {
	case map[string]any:
		if b, ok := now.(map[string]any); ok {
			w.maps(path, a, b)
			return
		}
	case []any:
		if b, ok := now.([]any); ok {
			w.lists(path, a, b)
			return
		}
	}
	w.tell(path, old, now)
}

func (w *walk) maps(path string, old, now map[string]any) {
	for _, name := range sortedNames(old, now) {
		w.values(origin.Child(path, name), old[name], now[name])
	}
}

func sortedNames(old, now map[string]any) []string {
	all := maps.Clone(old)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, now)
	return slices.Sorted(maps.Keys(all))
}

// lists compares items by their names, where those tell them apart in both lists, words
// as what stands at which place, and all others by number.
func (w *walk) lists(path string, old, now []any) {
	if isWords(old) && isWords(now) {
		w.words(path, texts(old), texts(now))
		return
	}
	before, after := origin.Items(path, old), origin.Items(path, now)
	if isNumbered(before) != isNumbered(after) {
		before, after = numbers(len(old)), numbers(len(now))
	}
	a, b := byName(before, old), byName(after, now)
	for _, name := range before {
		w.values(path+name, a[name], b[name])
	}
	for _, name := range after {
		if _, ok := a[name]; !ok {
			w.values(path+name, nil, b[name])
		}
	}
	if x, y := common(before, b), common(after, a); !slices.Equal(x, y) {
		w.add(Field{Path: path, Old: "in the order " + strings.Join(x, " "), New: "in the order " + strings.Join(y, " ")})
	}
}

func byName(names []string, items []any) map[string]any {
	out := make(map[string]any, len(items))
	for i, name := range names {
		out[name] = items[i]
	}
	return out
}

// common are the names that the other list has, too.
func common(names []string, other map[string]any) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, ok := other[name]; return !ok })
}

// isNumbered says whether items are selected by number; those of no list are either way.
func isNumbered(segments []string) bool { return len(segments) > 0 && segments[0] == "[0]" }

func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "[" + strconv.Itoa(i) + "]"
	}
	return out
}

// isWords says whether a list has nothing but texts, as command lines have.
func isWords(list []any) bool {
	return !slices.ContainsFunc(list, func(item any) bool { _, ok := item.(string); return !ok })
}

func texts(list []any) []string {
	out := make([]string, 0, len(list))
	for _, item := range list {
		text, _ := item.(string)
		out = append(out, text)
	}
	return out
}

// words tells what stands in the place of what: each word that is another one, or, where
// words came or went, those between what both lists begin and end with.
func (w *walk) words(path string, old, now []string) {
	shown, showing := veilWords(old), veilWords(now)
	if len(old) == len(now) {
		for i := range old {
			if old[i] != now[i] {
				w.add(shorten(path+numbers(i + 1)[i], shown[i], showing[i]))
			}
		}
		return
	}
	begin, end := ends(old, now)
	w.add(shorten(path+numbers(begin + 1)[begin], join(shown[begin:len(old)-end]), join(showing[begin:len(now)-end])))
}

// ends are how many words both lists begin and end with.
func ends(old, now []string) (int, int) {
	begin, end := 0, 0
	most := min(len(old), len(now))
	for begin < most && old[begin] == now[begin] {
		begin++
	}
	for end < most-begin && old[len(old)-1-end] == now[len(now)-1-end] {
		end++
	}
	return begin, end
}

func join(words []string) string { return strings.Join(words, " ") }

// tell notes two values of which one may be missing.
func (w *walk) tell(path string, old, now any) {
	if w.secret && isContent(path) || isVariable(path) {
		w.add(Field{Path: path, Old: hide(old), New: hide(now)})
		return
	}
	w.add(shorten(path, write(path, old), write(path, now)))
}

func (w *walk) add(f Field) { w.out = append(w.out, f) }
