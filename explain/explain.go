package explain

import (
	"errors"
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
	if q.Version != "" {
		return answerFor(kind, q.Version, path, q.Recursive)
	}
	var first error
	for _, v := range kind.Versions {
		out, err := answerFor(kind, v.Name, path, q.Recursive)
		if err == nil {
			return out, nil
		}
		if first == nil {
			first = fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	return "", first
}

// answerFor answers for one version.
func answerFor(kind Kind, version, path string, recursive bool) (string, error) {
	v, err := kind.pick(version)
	if err != nil {
		return "", err
	}
	found, err := find(root(kind, v), parsePath(path))
	if err != nil {
		return "", errors.Join(err, elsewhere(kind, version, path))
	}
	p := &page{}
	p.writeHead(kind, v)
	p.writeField(found)
	if recursive {
		p.writeTree(found)
	} else {
		p.writeChildren(found)
	}
	return p.String(), nil
}

// elsewhere says which other version has a field.
func elsewhere(kind Kind, version, path string) error {
	for _, v := range kind.Versions {
		if _, err := find(root(kind, v), parsePath(path)); err == nil && v.Name != version {
			return fmt.Errorf("%s has it: --api-version %s explains it", v.Name, v.Name)
		}
	}
	return nil
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
		names := make([]string, 0, len(k.Versions))
		for _, v := range k.Versions {
			names = append(names, v.Name)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", k.Name, strings.Join(names, ", "), strings.Join(k.Words, ", "))
	}
	if err := table.Flush(); err != nil {
		return "", fmt.Errorf("cannot write the list of kinds: %w", err)
	}
	return out.String(), nil
}
