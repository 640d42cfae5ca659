package conformance

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/internal/golden"
	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
	"github.com/crossplane-contrib/function-dynamo/test/conformance/takeover"
)

// restarts is the golden file that docs/migrate.md quotes.
const restarts = "restarts"

// takeovers is what becomes of the pods of all cases.
type takeovers struct {
	// Workloads of the operator, and how many of them go on as they are.
	Workloads int `json:"workloads"`
	Kept      int `json:"kept"`
	// Anew are those whose pods start anew.
	Anew []anew `json:"anew"`
}

// anew is a workload whose pods start anew, and the fields for which they do.
type anew struct {
	Case     string   `json:"case"`
	Workload string   `json:"workload"`
	Fields   []string `json:"fields"`
}

// TestTakeover applies what we render over what the operator makes, and holds the pods that
// start anew to a list. Without the whole set of cases it holds those that are there.
func TestTakeover(t *testing.T) {
	cases, complete := all(t)
	render := renderer(t)
	got := takeovers{}
	for _, c := range cases {
		got.add(t, c, render)
	}
	if complete {
		golden.Assert(t, restarts, got)
		return
	}
	if diff := cmp.Diff(expected(t, cases), got.Anew); diff != "" {
		t.Errorf("golden file %s: -want, +got:\n%s", restarts, diff)
	}
}

// add takes over the workloads of a case. Of a manifest that we refuse nothing is applied.
func (all *takeovers) add(t *testing.T, c Case, render Renderer) {
	t.Helper()
	theirs, err := compare.Objects(c.Expected)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := render(c)
	if refusal := (*RefusedError)(nil); errors.As(err, &refusal) {
		ours, err = theirs, nil
	}
	if err != nil {
		t.Fatalf("%s: %v", c.ID(), err)
	}
	changes, workloads, err := takeover.Compare(theirs, ours)
	if err != nil {
		t.Fatalf("%s: %v", c.ID(), err)
	}
	all.Workloads += workloads
	all.Kept += workloads
	for i, change := range changes {
		if i == 0 || changes[i-1].Workload != change.Workload {
			all.Anew = append(all.Anew, anew{Case: c.ID(), Workload: change.Workload})
			all.Kept--
		}
		last := &all.Anew[len(all.Anew)-1]
		last.Fields = append(last.Fields, change.Field)
	}
}

// expected is what the golden file has of some cases.
func expected(t *testing.T, cases []Case) []anew {
	t.Helper()
	raw, err := os.ReadFile("testdata/golden/" + restarts + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	whole := takeovers{}
	if err := yaml.Unmarshal(raw, &whole); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(whole.Anew, func(a anew) bool {
		return !slices.ContainsFunc(cases, func(c Case) bool { return c.ID() == a.Case })
	})
}
