package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// shown is the number of characters of a value that a message shows.
const shown = 200

// Difference is a field, or a whole object, that two sets of objects do not
// share.
type Difference struct {
	// Object is Kind/name.
	Object string
	// Path of the field: keys with dots between them; @x is the item of a list
	// with that name, or mount path; [n] is the n-th item, of a list that is a
	// set after sorting. Empty if the whole object is missing or additional.
	Path string
	// Want and Got are the values, after normalising; empty where there is none.
	Want, Got string
	// Message says what is wrong, with long values cut.
	Message string
}

// Field is where the difference is: object and path.
func (d Difference) Field() string {
	if d.Path == "" {
		return d.Object
	}
	return d.Object + "." + d.Path
}

// String is the difference as one line.
func (d Difference) String() string {
	return d.Field() + ": " + d.Message
}

// Diff returns the differences between expected objects and actual ones, which
// are JSON values as unstructured objects hold them, by kind, name and path.
// Objects of Dynamo's own kinds are left out; of several objects with the same
// kind and name, the last one counts.
func Diff(expected, actual []map[string]any) []Difference {
	r := newRules()
	want, got := r.index(expected), r.index(actual)
	allowClusterRoles(want, got)
	var out []Difference
	for _, id := range union(want, got, identity.compare) {
		w := walk{object: id.kind + "/" + id.name}
		switch {
		case got[id] == nil:
			w.add("", "", "", "missing object")
		case want[id] == nil:
			w.add("", "", "", "additional object")
		default:
			w.maps("", want[id], got[id])
		}
		out = append(out, w.out...)
	}
	return out
}

// identity is what objects are matched by.
type identity struct{ kind, name string }

func (i identity) compare(o identity) int {
	return cmp.Or(cmp.Compare(i.kind, o.kind), cmp.Compare(i.name, o.name))
}

func (r rules) index(objects []map[string]any) map[identity]map[string]any {
	out := make(map[identity]map[string]any, len(objects))
	for _, o := range objects {
		u := unstructured.Unstructured{Object: o}
		if !strings.HasPrefix(u.GetAPIVersion(), "nvidia.com/") {
			out[identity{kind: u.GetKind(), name: u.GetName()}] = r.object(o, nil)
		}
	}
	return out
}

func union[K comparable, V any](a, b map[K]V, compare func(K, K) int) []K {
	keys := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, ok := a[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, compare)
	return keys
}

// walk goes through two normalised objects and collects their differences.
type walk struct {
	object string
	out    []Difference
}

func (w *walk) add(at, want, got, message string) {
	w.out = append(w.out, Difference{Object: w.object, Path: at, Want: want, Got: got, Message: message})
}

func (w *walk) values(at string, want, got any) {
	if isScript(want) {
		if empty(got) {
			w.add(at, text(want), "", fmt.Sprintf("want %v, got nothing", want))
		}
		return
	}
	wantMap, ok := want.(map[string]any)
	gotMap, ok2 := got.(map[string]any)
	if ok && ok2 {
		w.maps(at, wantMap, gotMap)
		return
	}
	wantList, ok := want.([]any)
	gotList, ok2 := got.([]any)
	if ok && ok2 && len(wantList) == len(gotList) {
		for i := range wantList {
			w.values(fmt.Sprintf("%s[%d]", at, i), wantList[i], gotList[i])
		}
		return
	}
	if !equal(want, got) {
		w.add(at, text(want), text(got), fmt.Sprintf("want %s, got %s", brief(want), brief(got)))
	}
}

func (w *walk) maps(at string, want, got map[string]any) {
	for _, key := range union(want, got, strings.Compare) {
		below := strings.TrimPrefix(at+"."+key, ".")
		wantValue, wanted := want[key]
		gotValue, given := got[key]
		switch {
		case !given:
			w.add(below, text(wantValue), "", "missing, want "+brief(wantValue))
		case !wanted:
			w.add(below, "", text(gotValue), "additional "+brief(gotValue))
		default:
			w.values(below, wantValue, gotValue)
		}
	}
}

// brief is a value short enough for a line.
func brief(value any) string {
	s := []rune(strings.ReplaceAll(text(value), "\n", `\n`))
	if len(s) <= shown {
		return string(s)
	}
	return string(s[:shown]) + "…"
}
