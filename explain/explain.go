package explain

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Query is what somebody asks.
type Query struct {
	// Field is KIND, or KIND.field.path.
	Field string
	// Version of the kind. Empty: the one to write, or another one that has the field where
	// that does not.
	Version string
	// Recursive asks for the names of all fields below.
	Recursive bool
}

// Answer says in plain text what the field of a query is.
func Answer(q Query) (string, error) {
	kinds, err := Kinds()
	if err != nil {
		return "", err
	}
	word, path, _ := strings.Cut(q.Field, ".")
	kind, err := findKind(kinds, word)
	if err != nil {
		return "", err
	}
	versions, err := kind.pick(q.Version)
	if err != nil {
		return "", err
	}
	return answer(kind, versions, parsePath(path), q.Recursive)
}

// answer explains the field in the first of the versions that has it. Where none has it, it
// says so of the one that has most of its path.
func answer(kind Kind, versions []Version, path []step, recursive bool) (string, error) {
	var nearest *missing
	of := ""
	for _, v := range versions {
		found, err := find(root(kind, v), path)
		if err == nil {
			return write(kind, v, found, recursive), nil
		}
		if nearest == nil || err.left < nearest.left {
			nearest, of = err, v.Name
		}
	}
	return "", fmt.Errorf("%s %s: %w%s", kind.Name, of, nearest, elsewhere(kind, path))
}

// elsewhere says which version has a field, if one has.
func elsewhere(kind Kind, path []step) string {
	all, err := kind.Versions()
	if err != nil {
		return "" // They have been read before.
	}
	for _, v := range all {
		if _, err := find(root(kind, v), path); err == nil {
			return fmt.Sprintf("; %s has it: ask with --api-version %s", v.Name, v.Name)
		}
	}
	return ""
}

// write says what a field is.
func write(kind Kind, v Version, f *field, recursive bool) string {
	p := &page{}
	p.writeHead(kind, v)
	p.writeField(f)
	if recursive {
		p.writeTree(f)
	} else {
		p.writeChildren(f)
	}
	return p.String()
}

// List says what kinds there are, with their versions and what else they are called.
func List() (string, error) {
	kinds, err := Kinds()
	if err != nil {
		return "", err
	}
	out := &strings.Builder{}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	_, _ = fmt.Fprintln(table, "KIND\tVERSIONS\tNAMES")
	for _, k := range kinds {
		versions, err := k.Versions()
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", k.Name, versionNames(versions), strings.Join(k.Words, ", "))
	}
	if err := table.Flush(); err != nil {
		return "", fmt.Errorf("cannot write the list of kinds: %w", err)
	}
	return out.String(), nil
}
