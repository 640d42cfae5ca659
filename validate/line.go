package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Rule is what found a fault.
type Rule string

// Rules, in the order in which they are applied.
const (
	// RuleSchema: the structural schema of the kind, and the API server's rules
	// for metadata.
	RuleSchema Rule = "schema"
	// RuleCEL: x-kubernetes-validations of the schema.
	RuleCEL Rule = "CEL"
	// RuleFunction: a layer of the function, or a field that it does not act on.
	RuleFunction Rule = "function"
	// RuleKubernetes: Kubernetes' own rules for what the manifest becomes, and what
	// a cluster that is asked says of that and of the manifest itself.
	RuleKubernetes Rule = "Kubernetes"
)

// Finding is one thing that is wrong with a manifest.
type Finding struct {
	// File as it was named.
	File string
	// Line of the field in the file, from 1; where the field is not there, the
	// line of the nearest one around it that is.
	Line int
	// Refused says that the API server does not take the manifest for it or, of
	// settings, that nothing is made with them. Else it is flagged: the manifest is taken.
	Refused bool
	Rule    Rule
	// Text is the field, and what is wrong with it.
	Text string
}

// String is the finding as compilers write theirs.
func (f Finding) String() string {
	severity := "warning"
	if f.Refused {
		severity = "error"
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, severity, strings.ReplaceAll(f.Text, "\n", " "))
}

// Refused says whether any of the findings means that a manifest is not taken.
func Refused(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Refused })
}

// order sorts the findings of one file by line, and drops what is said twice.
func order(all []Finding) []Finding {
	slices.SortFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.CompactFunc(all, func(a, b Finding) bool { return a.Line == b.Line && a.Text == b.Text })
}
