package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
)

// Allowance is a difference on purpose.
type Allowance struct {
	// Case is the ID of the case that shows it: folder/name. * stands for any run of
	// characters, so that an entry can be for all cases of a folder.
	Case string `yaml:"case"`
	// Field is where: Kind/name.path as the test prints it, or the beginning of
	// it up to a dot or bracket. * stands for any run of characters.
	Field string `yaml:"field"`
	// Reason why ours is better, in one line.
	Reason string `yaml:"reason"`
}

// String names the entry in messages.
func (a Allowance) String() string {
	return fmt.Sprintf("{case: %s, field: %s}", a.Case, a.Field)
}

// Matches tells whether the entry allows a difference of a case.
func (a Allowance) Matches(caseID string, d compare.Difference) bool {
	return a.covers(caseID) && compile(a.Field, `($|[.\[])`).MatchString(d.Field())
}

// covers tells whether the entry is for a case.
func (a Allowance) covers(caseID string) bool { return compile(a.Case, `$`).MatchString(caseID) }

// compile returns the expression for a text in which * stands for any run of
// characters, and what may follow it.
func compile(text, end string) *regexp.Regexp {
	parts := strings.Split(text, "*")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile(`^` + strings.Join(parts, `.*`) + end)
}

// AllowList has the differences that are on purpose.
type AllowList []Allowance

// ParseAllowList reads an allow-list. An unknown or empty field, a reason of
// several lines, or an entry that is there twice is an error.
func ParseAllowList(raw []byte) (AllowList, error) {
	var list AllowList
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("cannot parse allow-list: %w", err)
	}
	seen := map[string]bool{}
	for i, a := range list {
		if err := a.check(); err != nil {
			return nil, fmt.Errorf("allow-list entry %d: %w", i+1, err)
		}
		if seen[a.String()] {
			return nil, fmt.Errorf("allow-list entry %d: %s is there already: remove one", i+1, a)
		}
		seen[a.String()] = true
	}
	return list, nil
}

func (a Allowance) check() error {
	switch {
	case strings.TrimSpace(a.Case) == "":
		return errors.New("case: empty, name a case as folder/name")
	case strings.Trim(a.Case, "*/ ") == "":
		return errors.New("case: matches everything, name at least a folder")
	case strings.Trim(a.Field, "* ") == "":
		return errors.New("field: matches everything, name at least a kind")
	case strings.TrimSpace(a.Reason) == "":
		return errors.New("reason: empty, say why ours is better")
	case strings.Contains(strings.TrimSpace(a.Reason), "\n"):
		return errors.New("reason: several lines, say it in one")
	}
	return nil
}

// Unknown returns the entries that name none of the cases.
func (l AllowList) Unknown(cases []Case) AllowList {
	var out AllowList
	for _, a := range l {
		if !slices.ContainsFunc(cases, func(c Case) bool { return a.covers(c.ID()) }) {
			out = append(out, a)
		}
	}
	return out
}

// split returns the differences of a case that the list allows and the others.
func (l AllowList) split(caseID string, all []compare.Difference) (allowed, other []compare.Difference) { //nolint:nonamedreturns // Which is which would not show.
	for _, d := range all {
		if l.allows(caseID, d) {
			allowed = append(allowed, d)
		} else {
			other = append(other, d)
		}
	}
	return allowed, other
}

func (l AllowList) allows(caseID string, d compare.Difference) bool {
	for _, a := range l {
		if a.Matches(caseID, d) {
			return true
		}
	}
	return false
}
