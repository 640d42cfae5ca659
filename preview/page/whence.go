package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
)

// whence is a source as the page shows it.
type whence struct {
	// path in the manifest; Path is below the service that the object belongs to.
	path string
	Kind origin.Kind
	// Label is what kind of source it is, in the words of the manifest's kind.
	Label string
	Path  string
	// Link is the line of the manifest that has the field.
	Link    string
	Written bool
	// More is how many sources are left out behind this one.
	More int
}

// shown is how many sources of a field are shown.
const shown = 3

// labels are what kinds of sources are called.
type labels map[origin.Kind]string

// labelsFor are those of what comes of a manifest of a kind.
func labelsFor(kind string) labels {
	manifest := map[string]string{
		v1alpha1.GraphKind:   "graph",
		v1alpha1.RequestKind: "request",
		v1alpha1.ModelKind:   "model",
	}
	service := "service"
	if kind == v1alpha1.ComponentKind {
		service = "component"
	}
	return labels{
		origin.Service: service, origin.Manifest: cmp.Or(manifest[kind], "manifest"), origin.Type: "type default", origin.Engine: "engine rule",
		origin.Site: "site", origin.BuiltIn: "setting", origin.Function: "function",
	}
}

// legend explains a kind of source.
type legend struct {
	Kind         origin.Kind
	Label, Means string
}

// legends of all kinds, for what the manifests are.
func legends(roots []*object) []legend {
	kind := v1alpha1.GraphKind
	if len(roots) > 0 {
		kind = roots[0].Kind
	}
	l := labelsFor(kind)
	out := []legend{
		{origin.Service, l[origin.Service], "a field of it"},
		{origin.Manifest, l[origin.Manifest], "a field of the manifest for all"},
		{origin.Type, l[origin.Type], "follows from the type of the component"},
		{origin.Engine, l[origin.Engine], "follows from what the command line starts"},
		{origin.Site, l[origin.Site], "a setting of the site, with its layer"},
		{origin.BuiltIn, l[origin.BuiltIn], "a setting that nobody has changed"},
		{origin.Function, l[origin.Function], "no trial changed it"},
	}
	if kind == v1alpha1.ComponentKind {
		return append(out[:1], out[2:]...)
	}
	return out
}

func (c context) all(sources []origin.Source) []whence {
	var out []whence
	for _, s := range sources {
		out = append(out, c.whence(s))
	}
	if len(out) > shown {
		out[0].More = len(out) - 1
		return out[:1]
	}
	return out
}

func (c context) whence(s origin.Source) whence {
	out := whence{path: s.Path, Kind: s.Kind, Label: c.labels[s.Kind], Path: s.Path, Written: s.Written}
	switch s.Kind {
	case origin.Site:
		out.Label += " " + s.Layer
	case origin.BuiltIn, origin.Function:
	default:
		out.Link = c.anchors.find(s.Path)
		out.Path = c.short(s.Path)
	}
	return out
}

// short is a path below the service that the object belongs to.
func (c context) short(path string) string {
	below, ok := strings.CutPrefix(path, c.service)
	switch {
	case c.service == "" || !ok:
		return path
	case below == "":
		return "its name"
	}
	return strings.TrimPrefix(below, ".")
}

// anchors are the lines of a manifest that can be linked to.
type anchors struct {
	id    string
	lines []*line
}

// find is the anchor of a field, or of the nearest one around it.
func (a anchors) find(path string) string {
	if l := lineOf(a.lines, path); l != nil {
		if l.ID == "" {
			l.ID = a.id + "-" + itoa(indexOf(a.lines, l)+1)
		}
		return l.ID
	}
	return ""
}

// lineOf is the line in which a field begins, or the nearest one around it; nil where
// there is none.
func lineOf(lines []*line, path string) *line {
	for path != "" {
		for _, l := range lines {
			if slices.Contains(l.paths, path) {
				return l
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return nil
}
