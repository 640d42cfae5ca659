package explain

import (
	"fmt"
	"strings"
)

// typeObject is the type of objects in schemas.
const typeObject = "object"

// width of a page, in letters.
const width = 100

// page is an answer that is being written.
type page struct{ strings.Builder }

func (p *page) writef(format string, args ...any) { _, _ = fmt.Fprintf(p, format, args...) }

// writeHead says what is spoken of.
func (p *page) writeHead(k Kind, v Version) {
	p.writef("GROUP:      %s\nKIND:       %s\nVERSION:    %s\n", k.Group, k.Name, v.Name)
	if v.Deprecated != "" {
		p.writef("DEPRECATED: %s\n", strings.TrimLeft(wrap(v.Deprecated, 12), " "))
	}
	p.writef("\n")
}

// writeField says what a field is, without those in it.
func (p *page) writeField(f *field) {
	if f.path != "" {
		p.writef("FIELD: %s <%s>\nPATH:  %s\n\n", f.name, typeName(f), f.path)
	}
	text := f.description()
	if text == "" {
		text = "<none>"
	}
	p.writef("DESCRIPTION:\n%s\n", wrapAll(text, 4))
	if note := f.note(); note != "" {
		p.writef("NOTE:\n%s\n\n", wrap(note, 4))
	}
	p.writeList("LIMITS", f.limits())
	p.writeList("RULES", f.rules())
}

// writeList writes a section with a line for each text.
func (p *page) writeList(title string, texts []string) {
	if len(texts) == 0 {
		return
	}
	p.writef("%s:\n", title)
	for _, text := range texts {
		p.writef("    - %s\n", strings.TrimLeft(wrap(text, 6), " "))
	}
	p.writef("\n")
}

// writeChildren says what each of the fields in a field is.
func (p *page) writeChildren(f *field) {
	children := f.children()
	if len(children) > 0 {
		p.writef("FIELDS:\n")
	}
	for _, c := range children {
		p.writef("  %s <%s>%s\n", c.name, typeName(c), mark(c))
		if text := c.description(); text != "" {
			p.writef("%s", wrapAll(text, 4))
		}
		p.writef("\n")
	}
}

// writeTree names all fields below a field.
func (p *page) writeTree(f *field) {
	if len(f.children()) > 0 {
		p.writef("FIELDS:\n")
		p.writeBranches(f, "  ")
	}
}

func (p *page) writeBranches(f *field, indent string) {
	for _, c := range f.children() {
		p.writef("%s%s <%s>%s\n", indent, c.name, typeName(c), mark(c))
		p.writeBranches(c, indent+"  ")
	}
}

// mark tells fields that must be there.
func mark(f *field) string {
	if f.required {
		return " -required-"
	}
	return ""
}

// typeName is the type of a field, as kubectl explain writes types.
func typeName(f *field) string {
	inside := f.value()
	named := plain(f.typ)
	switch s := f.schema; {
	case inside != nil && s.Items != nil:
		return "[]" + typeName(inside)
	case inside != nil:
		return "map[string]" + typeName(inside)
	case s.XIntOrString && named != nil:
		return named.Name()
	case s.Type == typeObject || s.Type == "":
		return objectName(f)
	default:
		return s.Type
	}
}

// objectName is the name of an object's Go type, where the schema has its fields.
func objectName(f *field) string {
	if t := plain(f.typ); t != nil && t.Name() != "RawExtension" {
		return t.Name()
	}
	return "Object"
}

// wrapAll wraps each paragraph of a text.
func wrapAll(text string, indent int) string {
	out := &strings.Builder{}
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		_, _ = fmt.Fprintln(out, wrap(paragraph, indent))
	}
	return out.String()
}

// wrap breaks a text into indented lines.
func wrap(text string, indent int) string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && indent+len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	margin := strings.Repeat(" ", indent)
	return margin + strings.Join(append(lines, line), "\n"+margin)
}
