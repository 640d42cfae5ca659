package conformance

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
)

// Renderer returns all objects that come of a case's manifest, of all layers,
// with the settings of the case's folder.
type Renderer func(Case) ([]map[string]any, error)

// RefusedError is that of a manifest that we refuse. For the allow-list it is a
// difference of a field that is called refused.
type RefusedError struct {
	// Why it is refused, in one line or several.
	Why string
}

// Error says why.
func (e *RefusedError) Error() string { return "refused: " + e.Why }

func (e *RefusedError) difference() compare.Difference {
	return compare.Difference{Object: "refused", Message: e.Why}
}

// Result of one case.
type Result struct {
	Case string
	// Err says why there is nothing to compare, if so.
	Err error
	// Allowed differences are on the allow-list, Unexpected ones are not.
	Allowed, Unexpected []compare.Difference
}

// Report of a run.
type Report struct {
	Results []Result
	// OutOfScope is the number of cases that were left out.
	OutOfScope int
	// Stale entries of the allow-list name a case that was compared and match
	// none of its differences.
	Stale AllowList
}

// Run renders the cases in scope and compares what comes of them.
func Run(cases []Case, scope Scope, list AllowList, render Renderer) Report {
	in, out := scope.Split(cases)
	report := Report{OutOfScope: len(out)}
	for _, c := range in {
		report.Results = append(report.Results, run(c, list, render))
	}
	for _, a := range list {
		if report.stale(a) {
			report.Stale = append(report.Stale, a)
		}
	}
	return report
}

func run(c Case, list AllowList, render Renderer) Result {
	result := Result{Case: c.ID()}
	expected, err := compare.Objects(c.Expected)
	if err != nil {
		result.Err = fmt.Errorf("cannot read expected objects: %w", err)
		return result
	}
	actual, err := render(c)
	if refusal := (*RefusedError)(nil); errors.As(err, &refusal) {
		result.Allowed, result.Unexpected = list.split(c.ID(), []compare.Difference{refusal.difference()})
		return result
	}
	if err == nil {
		err = distinct(actual)
	}
	if err != nil {
		result.Err = err
		return result
	}
	result.Allowed, result.Unexpected = list.split(c.ID(), compare.Diff(expected, actual))
	return result
}

// distinct fails if two objects are the same one to the API server: comparing
// would see only the last.
func distinct(objects []map[string]any) error {
	seen := map[string]bool{}
	for _, o := range objects {
		u := unstructured.Unstructured{Object: o}
		id := fmt.Sprintf("%s/%s", u.GroupVersionKind().GroupKind(), u.GetName())
		if seen[id] {
			return fmt.Errorf("%s is rendered twice", id)
		}
		seen[id] = true
	}
	return nil
}

// stale tells whether cases of the entry were compared and none of them shows a
// difference that the entry matches.
func (r Report) stale(a Allowance) bool {
	compared := false
	for _, result := range r.Results {
		if !a.covers(result.Case) {
			continue
		}
		if result.Err != nil || slices.ContainsFunc(result.Allowed, func(d compare.Difference) bool { return a.Matches(result.Case, d) }) {
			return false
		}
		compared = true
	}
	return compared
}

// Failed tells whether a case differs otherwise than the allow-list says, or the
// list is out of date.
func (r Report) Failed() bool {
	for _, result := range r.Results {
		if result.failed() {
			return true
		}
	}
	return len(r.Stale) > 0
}

func (r Result) failed() bool {
	return r.Err != nil || len(r.Unexpected) > 0
}

// Write prints every case that is not equal, with its differences, and how many
// cases are.
func (r Report) Write(w io.Writer) error {
	b := &strings.Builder{}
	equal, allowed := 0, 0
	for _, result := range r.Results {
		result.write(b)
		switch {
		case result.failed():
		case len(result.Allowed) > 0:
			allowed++
		default:
			equal++
		}
	}
	for _, a := range r.Stale {
		fmt.Fprintf(b, "allow-list: %s matches no difference any more: remove it\n", a)
	}
	fmt.Fprintf(b, "%d of %d cases equal, %d more equal but for what the allow-list allows, %d out of scope\n",
		equal, len(r.Results), allowed, r.OutOfScope)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("cannot write report: %w", err)
	}
	return nil
}

func (r Result) write(b *strings.Builder) {
	switch {
	case r.Err != nil:
		fmt.Fprintf(b, "%s: %v\n", r.Case, r.Err)
	case len(r.Unexpected) > 0 || len(r.Allowed) > 0:
		fmt.Fprintf(b, "%s: %d unexpected and %d allowed differences\n", r.Case, len(r.Unexpected), len(r.Allowed))
	}
	for _, d := range r.Unexpected {
		fmt.Fprintf(b, "  %s\n", d)
	}
	for _, d := range r.Allowed {
		fmt.Fprintf(b, "  allowed: %s\n", d)
	}
}
