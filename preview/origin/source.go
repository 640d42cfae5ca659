package origin

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate/trace"
)

// Kind of a source.
type Kind string

// Kinds of sources.
const (
	// Service is a field of a service of a graph, or of a component on its own.
	Service Kind = "service"
	// Manifest is a field of the manifest that is for all of it.
	Manifest Kind = "manifest"
	// Type is the type of a component, which has defaults.
	Type Kind = "type"
	// Engine is what a command line starts, which has rules.
	Engine Kind = "engine"
	// Site is a field of the settings that somebody has set.
	Site Kind = "site"
	// BuiltIn is a field of the settings that has its default.
	BuiltIn Kind = "built-in"
	// Function is what the function does whatever it is told, as far as was tried.
	Function Kind = "function"
)

// Source is what set a field.
type Source struct {
	Kind Kind
	// Path of the field, in the manifest or in the settings. It is empty for the
	// function, and for an engine that the manifest does not name.
	Path string
	// Layer of the settings.
	Layer string
	// Written says that the value stands there as it is. Otherwise it follows from it.
	Written bool
}

// ofField is the source that a field of the manifest is.
func (w writer) ofField(path string) Source {
	names := trace.Steps(path)
	switch {
	case isCommandLine(path):
		return Source{Kind: Engine, Path: path}
	case slices.Contains([]string{"componentType", "subComponentType", "type"}, names[len(names)-1]):
		return Source{Kind: Type, Path: path}
	}
	return Source{Kind: w.kind(path), Path: path}
}

// isCommandLine says whether a field says which engine runs.
func isCommandLine(path string) bool {
	return strings.HasSuffix(path, "backendFramework") ||
		strings.HasSuffix(path, "ainContainer.command") || strings.HasSuffix(path, "ainContainer.args") ||
		strings.HasSuffix(path, "containers[main].command") || strings.HasSuffix(path, "containers[main].args")
}

// kind is whose field a path is.
func (w writer) kind(path string) Kind {
	if w.own || strings.HasPrefix(path, "spec.services[") || strings.HasPrefix(path, "spec.components[") {
		return Service
	}
	return Manifest
}

// writer finds where a manifest has the values of the objects that come of it.
type writer struct {
	trace.Origin

	own bool // The manifest is a component, so that all of its fields are of one.
}

// writerFor is that of what comes of a manifest, for a service of it. False is for what
// nobody has rules for.
func writerFor(manifest map[string]any, service string) (writer, bool) {
	kind := (&unstructured.Unstructured{Object: manifest}).GetKind()
	own := kind == v1alpha1.ComponentKind
	return writer{Origin: trace.Origin{Manifest: manifest, Service: service}, own: own}, own || kind == v1alpha1.GraphKind
}

// find is where a field of an object is written.
func (w writer) find(object map[string]any, path, value string) (Source, bool) {
	at, ok := w.place(object, path)
	switch {
	case !ok:
		return Source{}, false
	case at == w.Spec() && value == w.Service:
		return Source{Kind: Service, Path: at, Written: true}, true // The name of the service is its key.
	}
	written, ok := trace.Lookup(w.Manifest, at)
	if leaves := leavesBelow("", written); !ok || len(leaves) != 1 || leaves[""] != value {
		return Source{}, false
	}
	return Source{Kind: w.kind(at), Path: Canonical(w.Manifest, at), Written: true}, true
}

// place is the field of the manifest that a field of an object comes from.
func (w writer) place(object map[string]any, path string) (string, bool) {
	switch {
	case path == "metadata.namespace":
		return path, true
	case path == "spec.serviceName" && w.Service != "" && !w.IsV1Beta1():
		return w.Spec(), true
	}
	at, ok := w.Field(object, path, "")
	if !ok && object["kind"] == v1alpha1.ComponentKind {
		return w.Respell(path), true // A graph of v1beta1 spells it in another way.
	}
	return at, ok
}

// Canonical is a path in an object, as findings have them, with the segments that Leaves
// has. It ends where the object does.
func Canonical(object map[string]any, field string) string {
	out := ""
	var value any = object
	for _, name := range trace.Steps(field) {
		plain := strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
		switch v := value.(type) {
		case map[string]any:
			if _, ok := v[plain]; !ok {
				return out
			}
			out, value = Child(out, plain), v[plain]
		case []any:
			i := itemOf(v, plain)
			if i < 0 {
				return out
			}
			out, value = out+Items(out, v)[i], v[i]
		}
	}
	return out
}

// itemOf is the number of the item that a segment selects by number or name; -1 where
// there is none.
func itemOf(list []any, segment string) int {
	if i, err := strconv.Atoi(segment); err == nil && i < len(list) {
		return i
	}
	return slices.IndexFunc(list, func(item any) bool {
		fields, _ := item.(map[string]any)
		return fields["name"] == segment
	})
}

// serviceOf is the service that a child belongs to; what is below a component belongs
// to that one's.
func serviceOf(n preview.Node, above string) string {
	if n.Result == nil {
		return above
	}
	return cmp.Or(above, (&unstructured.Unstructured{Object: n.Object}).GetLabels()[meta.LabelComponent])
}
