package changes

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Write writes a report for people, such as in a comment on a pull request.
func Write(w io.Writer, r Report) error {
	b := &strings.Builder{}
	b.WriteString(summary(r.Counts) + "\n")
	for _, s := range sections() {
		s.write(b, r.Changes)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("cannot print the changes: %w", err)
	}
	return nil
}

// WriteJSON writes a report for programs.
func WriteJSON(w io.Writer, r Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("cannot print the changes: %w", err)
	}
	return nil
}

// summary is all that is counted.
func summary(c Counts) string {
	var pods []string
	if c.Workloads[Restart]+c.Workloads[Replaced]+c.Workloads[Removed] == 0 {
		pods = append(pods, "none restart")
	}
	for _, e := range []struct {
		effect Effect
		text   string
	}{{Restart, "restart"}, {Replaced, "replaced"}, {Removed, "removed"}, {New, "new"}} {
		if n := c.Workloads[e.effect]; n > 0 {
			pods = append(pods, fmt.Sprintf("%d of %s %s", c.Pods[e.effect], plural(int64(n), "workload"), e.text))
		}
	}
	if n := c.Workloads[Scaled]; n > 0 {
		pods = append(pods, plural(int64(n), "workload")+" scaled")
	}
	return fmt.Sprintf("Pods: %s\nObjects: %d added, %d removed, %d changed, %d unchanged",
		strings.Join(pods, ", "), c.Added, c.Removed, c.Changed, c.Unchanged)
}

// plural is a number of things.
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// section of the text.
type section struct {
	title string
	has   func(Change) bool
	line  func(Change) string
}

func sections() []section {
	with := func(effects ...Effect) func(Change) bool {
		return func(c Change) bool {
			return c.Pods != nil && slices.Contains(effects, c.Pods.Effect) && (c.Pods.Effect != New || c.Pods.By == nil)
		}
	}
	return []section{
		{"Pods restart", with(Restart), func(c Change) string { return ": " + plural(c.Pods.Before, "pod") + rescaled(*c.Pods) }},
		{"Pods end", with(Replaced, Removed), func(c Change) string { return ": " + plural(c.Pods.Before, "pod") + ", " + fate(*c.Pods) }},
		{"New pods", with(New), func(c Change) string { return ": " + plural(c.Pods.After, "pod") }},
		{"Scaled, which restarts nothing", with(Scaled), func(c Change) string { return fmt.Sprintf(": %d to %s", c.Pods.Before, plural(c.Pods.After, "pod")) }},
		{"Other objects", func(c Change) bool { return c.Pods == nil }, func(c Change) string { return " " + string(c.Change) }},
	}
}

// rescaled says how many pods there are afterwards, where that is another number.
func rescaled(p Pods) string {
	if p.Before == p.After {
		return ""
	}
	return fmt.Sprintf(", %d afterwards", p.After)
}

// fate says what becomes of a workload that goes.
func fate(p Pods) string {
	if p.By == nil {
		return "removed"
	}
	return fmt.Sprintf("replaced by %v: %s", *p.By, plural(p.After, "pod"))
}

func (s section) write(b *strings.Builder, all []Change) {
	found := slices.DeleteFunc(slices.Clone(all), func(c Change) bool { return !s.has(c) })
	if len(found) == 0 {
		return
	}
	b.WriteString("\n" + s.title + "\n")
	for _, c := range found {
		fmt.Fprintf(b, "  %v%s\n", c.ID, s.line(c))
		writeFields(b, c)
	}
}

// writeFields writes those first because of which pods restart.
func writeFields(b *strings.Builder, c Change) {
	fields := slices.Clone(c.Fields)
	slices.SortStableFunc(fields, func(a, b Field) int { return cmp.Compare(rank(a), rank(b)) })
	for _, f := range fields {
		text := f.text()
		if c.Pods != nil && c.Pods.Effect == Restart && !f.Restarts {
			text += " (restarts nothing)"
		}
		b.WriteString("    " + text + "\n")
	}
}

func rank(f Field) int {
	if f.Restarts {
		return 0
	}
	return 1
}

// text is the field as a line.
func (f Field) text() string {
	switch {
	case f.Old == "":
		return f.Path + ": added " + f.New
	case f.New == "":
		return f.Path + ": removed " + f.Old
	case f.Old == f.New:
		return f.Path + ": changed " + f.New
	}
	return f.Path + ": " + f.Old + " -> " + f.New
}
