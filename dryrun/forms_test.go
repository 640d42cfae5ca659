package dryrun_test

import (
	"path"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/dryrun/admissiontest"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// beta is what becomes of a case in the form of v1beta1.
type beta struct {
	before, after map[string]any
	field         string
	unplaced      []string
}

// toBeta returns a case in the form of v1beta1.
func toBeta(t *testing.T, c admissiontest.Case) beta {
	t.Helper()

	manifest := read(t, c.Manifest())
	after, unplaced := admissiontest.Beta(manifest)
	out := beta{after: after, unplaced: unplaced, field: admissiontest.BetaField(manifest, c.Field)}

	if c.Update {
		out.before, _ = admissiontest.Beta(read(t, c.Before()))
	}

	return out
}

// admitBeta returns what the API server says of a case in the form of v1beta1.
func admitBeta(t *testing.T, schemas *dryrun.Schemas, b beta) dryrun.Result {
	t.Helper()

	s := lookup(t, schemas, b.after)
	if b.before == nil {
		return s.Admit(b.after)
	}

	held := s.Admit(b.before)
	if len(held.Errors) > 0 {
		t.Fatalf("the object before the update is refused: %v", held.Errors.ToAggregate())
	}

	if status, found := b.before["status"]; found {
		held.Object["status"] = status
	}

	return s.AdmitUpdate(held.Object, b.after)
}

// TestAdmissionCasesBeta holds the schemas of v1beta1 against the cases of this
// repository, each in that form.
func TestAdmissionCasesBeta(t *testing.T) {
	runAdmissionCasesBeta(t, "testdata")
}

// TestCasesBeta keeps the cases of this repository in the form of v1beta1 as files,
// in folders named after their verdicts, for tests that ask a real API server.
func TestCasesBeta(t *testing.T) {
	exceptions := betaExceptions()

	for _, c := range admissiontest.Cases(t, "testdata", "graph", "component", "adapter") {
		b := toBeta(t, c)
		if _, found := exceptions[c.Name]; found {
			c.Verdict = otherVerdict(c.Verdict)
		}

		if c.Update {
			folder := path.Join("v1beta1", "update-"+c.Verdict, c.Name)
			golden.Assert(t, path.Join(folder, "before"), b.before)
			golden.Assert(t, path.Join(folder, "after"), b.after)
		} else {
			golden.Assert(t, path.Join("v1beta1", c.Verdict, c.Name), b.after)
		}
	}
}

// otherVerdict is the verdict on a case that v1beta1 judges otherwise.
func otherVerdict(verdict string) string {
	if verdict == admissiontest.Refuse {
		return admissiontest.Accept
	}

	return admissiontest.Refuse
}

// TestAdmissionConformanceBeta holds them against all cases.
func TestAdmissionConformanceBeta(t *testing.T) {
	runAdmissionCasesBeta(t, admissiontest.Shared(t, "admission"))
}

// runAdmissionCasesBeta wants the verdict on each case in dir in the form of
// v1beta1 to be that of v1alpha1, but for the exceptions.
func runAdmissionCasesBeta(t *testing.T, dir string) {
	t.Helper()

	schemas := dryrun.ForKinds()
	exceptions := betaExceptions()

	for _, c := range admissiontest.Cases(t, dir, "graph", "component", "adapter") {
		t.Run(c.Name, func(t *testing.T) {
			b := toBeta(t, c)
			result := admitBeta(t, schemas, b)
			want := c.Verdict == admissiontest.Refuse

			if reason, found := exceptions[c.Name]; found {
				t.Logf("the other verdict: %s", reason)

				want = !want
			}

			if got := len(result.Errors) > 0; got != want {
				t.Errorf("want refused %v because of %s (without a place: %v), got errors: %v", want, b.field, b.unplaced, result.Errors.ToAggregate())
			}

			if len(result.Pruned) > 0 && c.Verdict == admissiontest.Accept {
				t.Errorf("fields dropped: %v", result.Pruned)
			}

			c.Field = b.field
			for _, err := range result.Errors {
				t.Logf("%s | %s | %v", c.Name, c.Verdict, err)

				if !blames(c, err) {
					t.Errorf("want errors about %s only, got: %v", c.Field, err)
				}
			}
		})
	}
}

// betaExceptions are the cases that get the other verdict in the form of v1beta1,
// and why.
func betaExceptions() map[string]string {
	const (
		noPVCs     = "v1beta1 has no pvcs: what is mounted by the name of a claim is that claim"
		noIngress  = "v1beta1 has no ingress"
		noQuantity = "a container's amounts are quantities: what is none is refused, and not only told of"
		number     = "a container's amounts may be numbers"
		noSwitch   = "shared memory is a size: 0 turns it off, and without one it has the default"
	)

	return map[string]string{
		"graph-pvc-create-string":                noPVCs,
		"graph-pvc-create-without-size":          noPVCs,
		"graph-pvc-create-without-storage-class": noPVCs,
		"graph-pvc-name-missing":                 noPVCs,
		"graph-pvc-size-bad-unit":                noPVCs,
		"graph-pvcs-map":                         noPVCs,
		"pvc-name-empty":                         noPVCs,
		"graph-ingress-enabled-string":           noIngress,
		"graph-ingress-host-empty":               noIngress,
		"graph-ingress-without-host":             noIngress,
		"graph-cpu-not-a-quantity":               noQuantity,
		"graph-custom-not-a-quantity":            noQuantity,
		"graph-custom-resource-number":           number,
		"graph-gpu-integer":                      number,
		"graph-shm-block-empty":                  noSwitch,
		"graph-shm-enabled-without-size":         noSwitch,
		"graph-shm-size-zero":                    noSwitch,
		"container-named-main":                   "the containers are a list by name, so that a second main is refused, and not only told of",
		"graph-frontend-sidecar-without-image":   "the sidecar is a container, whose image the function misses",
		"graph-services-list":                    "components are a list",
	}
}
