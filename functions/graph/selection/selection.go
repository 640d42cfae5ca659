// Package selection decides what core composes the children of a graph with: the
// Composition that goes with the graph's own and, where the graph stays with a
// revision of its own, the revision that has the same settings.
package selection

import (
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// The Compositions that the Configuration package installs. Definitions name them
// as the default.
const (
	StockGraph     = "dynamographdeployments.nvidia.com"
	StockComponent = "dynamocomponentdeployments.nvidia.com"
	StockAdapter   = "dynamographdeploymentscalingadapters.nvidia.com"
)

// Graph is what a graph is composed with, and which Compositions go with that.
type Graph struct {
	layer.Selection

	// channel says that core moves the graph among some of the revisions only.
	channel bool
	// component and adapter are the Compositions of its children.
	component, adapter composition
	// revisions of the components' Composition that have the settings of the
	// graph's own revision, the newest first. Known says whether there are any of it.
	revisions []string
	known     bool
}

// composition is one that goes with that of a graph.
type composition struct {
	// name is empty for one that is left to core.
	name string
	// implied says that the settings do not name it: it goes with the stock one.
	implied bool
}

// Read reads the selection of a graph.
func Read(in layer.In) Graph {
	spec, _ := in.Composite["spec"].(map[string]any)
	crossplane, _ := spec["crossplane"].(map[string]any)
	out := Graph{Selection: layer.ReadSelection(spec), channel: crossplane["compositionRevisionSelector"] != nil}
	named := in.Settings.Compositions
	out.component = out.pair(named.Component, StockComponent)
	out.adapter = out.pair(named.ScalingAdapter, StockAdapter)
	if out.pinned() {
		out.revisions, out.known = matchRevisions(in)
	}
	return out
}

// pair returns the Composition of a kind of children: the one that settings name, or
// the stock one of a graph that has the stock one itself.
func (g Graph) pair(named, stock string) composition {
	if named == "" && g.Composition == StockGraph {
		return composition{name: stock, implied: true}
	}
	return composition{name: named}
}

// pinned says whether the graph decides on revisions of its components, too: where its
// own need not be the newest.
func (g Graph) pinned() bool {
	return (g.Policy == layer.PolicyManual || g.channel) && g.Revision != "" && g.component.name != ""
}

// Told is what a child is told of how core composes it.
type Told struct {
	layer.Selection

	// Note is what the graph remembers of it, on the child.
	Note string
	// Unmatched says that no revision goes with that of the graph.
	Unmatched bool
}

// Annotations of the child; nil without a note.
func (t Told) Annotations() map[string]string {
	if t.Note == "" {
		return nil
	}
	return map[string]string{meta.AnnotationHandedDown: t.Note}
}

// Adapter returns what a scaling adapter is told; child is the observed one, if any.
// Adapters read no settings, so that no revision of theirs matters.
func (g Graph) Adapter(child *layer.Object) Told {
	return tell(g.adapter, child)
}

// Component returns what a component is told; child is the observed one, if any.
func (g Graph) Component(child *layer.Object) Told {
	out := tell(g.component, child)
	if !g.pinned() || out.Composition == "" {
		return out
	}
	out.Policy = layer.PolicyManual
	was, has := note{}, layer.Selection{}
	if child != nil {
		was, has = readNote(*child), layer.ReadSelection(child.Spec())
	}
	if was.composition != out.Composition {
		was = note{} // Of another Composition, whose revisions do not matter here.
	}
	switch {
	case was.revision != "" && was.of == g.Revision:
		return repeat(out, was, has)
	case was.revision == "" && g.suits(has):
		return out.with(has.Revision, g.Revision)
	case len(g.revisions) > 0:
		return out.with(g.revisions[0], g.Revision)
	}
	out.Unmatched = g.known
	return keep(out, was, has)
}

// suits says whether a component that was told no revision so far stays with the one
// that it has: it goes with the graph's, or somebody chose it when the graph did not
// yet. The graph's next revision moves that, too.
func (g Graph) suits(has layer.Selection) bool {
	chosen := has.Policy == layer.PolicyManual && has.Composition == g.component.name
	return has.Revision != "" && (chosen || slices.Contains(g.revisions, has.Revision))
}

// tell returns what a child is told of its Composition. One that somebody else gave
// it is left alone.
func tell(c composition, child *layer.Object) Told {
	if c.name == "" {
		return Told{}
	}
	if child != nil && isChosen(*child, c) {
		return Told{Note: child.Annotations[meta.AnnotationHandedDown]}
	}
	return Told{Selection: layer.Selection{Composition: c.name}, Note: c.name}
}

// isChosen says whether somebody else gave a child another Composition: core, where a
// definition enforces one or has another default than ours, or a user.
func isChosen(child layer.Object, c composition) bool {
	has, told := layer.ReadSelection(child.Spec()).Composition, readNote(child).composition
	if has == "" || has == c.name {
		return false
	}
	return told == c.name || isForeign(child) || (c.implied && told == "")
}

// repeat says again what a component was told, but for what somebody else has
// changed since.
func repeat(out Told, was note, has layer.Selection) Told {
	out = out.with(was.revision, was.of)
	if has.Revision != "" && has.Revision != was.revision {
		out.Revision = ""
	}
	if has.Policy != layer.PolicyManual {
		out.Policy, out.Revision = "", ""
	}
	return out
}

// keep tells a component that no revision goes with its graph's. It stays with what it
// has, which is said again where it comes from us: core would move it else.
func keep(out Told, was note, has layer.Selection) Told {
	if was.revision == "" {
		return out
	}
	out.Note = was.String()
	if has.Revision == was.revision {
		out.Revision = was.revision
	}
	return out
}

// with returns what is told with a revision, which goes with one of the graph's.
func (t Told) with(revision, of string) Told {
	t.Revision = revision
	t.Note = note{composition: t.Composition, revision: revision, of: of}.String()
	return t
}

// note is what a graph told a child when it wrote it last. Where that is no longer
// what the child says, somebody else has changed it since.
type note struct {
	composition string
	// revision of the Composition, and of the graph's that it goes with.
	revision, of string
}

// readNote reads the annotation of a child; an empty note where there is none.
func readNote(child layer.Object) note {
	parts := strings.Split(child.Annotations[meta.AnnotationHandedDown], ",")
	out := note{composition: parts[0]}
	if len(parts) == 3 { //nolint:mnd // As String writes them.
		out.revision, out.of = parts[1], parts[2]
	}
	return out
}

// String is the annotation. Names hold no commas.
func (n note) String() string {
	if n.revision == "" {
		return n.composition
	}
	return strings.Join([]string{n.composition, n.revision, n.of}, ",")
}

// isForeign says whether somebody other than Crossplane gave a child its Composition.
func isForeign(child layer.Object) bool {
	return slices.ContainsFunc(child.Managers("spec", "crossplane", "compositionRef", "name"), func(m layer.Manager) bool {
		return !strings.HasPrefix(m.Name, layer.CoreManager) && !strings.HasPrefix(m.Name, coreUpdates)
	})
}

// coreUpdates begins the field manager of what core writes into composites by itself:
// the name of its program.
const coreUpdates = "crossplane"
