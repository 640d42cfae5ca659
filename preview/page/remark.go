package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// remark is what is said of a manifest, or of a field of it.
type remark struct {
	Severity, Field, Text string
	// Object that it is said of, and the anchor of the line or of the object.
	Object, Link string
	// at is the path of the field, as far as the manifest has it.
	at string
}

// remark adds what is said of a manifest: at the field, and in all lines of objects that
// have its value.
func (b *builder) remark(root *object, manifest map[string]any, n preview.Node) {
	where := anchors{id: root.ID, lines: root.Lines}
	for _, said := range validate.Remarks(n) {
		r := remark{Severity: said.Severity, Text: said.Text, Object: said.Object, Link: root.ID}
		field, why, ok := strings.Cut(said.Text, ": ")
		at := origin.Canonical(manifest, field)
		if l := lineOf(root.Lines, at); ok && isPath(field) && l != nil {
			r.Field, r.Text, r.Link, r.at = field, why, where.find(at), at
			l.Remarks = append(l.Remarks, r)
			b.spread(root, r)
		} else {
			root.Remarks = append(root.Remarks, r)
		}
		root.Bad = root.Bad || r.Severity == validate.SeverityError
		root.Doubtful = root.Doubtful || r.Severity == validate.SeverityWarning
		b.remarks = append(b.remarks, r)
	}
}

// isPath says whether a text may be the path of a field: no sentence is.
func isPath(text string) bool {
	return strings.HasPrefix(text, "spec") || strings.HasPrefix(text, "metadata") || !strings.ContainsAny(text, " ")
}

// spread adds a remark on a field to the lines that have its value.
func (b *builder) spread(root *object, r remark) {
	for _, o := range b.objects {
		if o.IsManifest() || o.Above[0] != root {
			continue
		}
		for _, l := range o.Lines {
			if slices.ContainsFunc(l.Sources, func(s whence) bool { return s.Written && s.path == r.at }) {
				l.Remarks = append(l.Remarks, r)
				o.Bad = o.Bad || r.Severity == validate.SeverityError
				o.Doubtful = o.Doubtful || r.Severity == validate.SeverityWarning
			}
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

func indexOf(lines []*line, l *line) int { return slices.Index(lines, l) }
