package e2e

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// Folders of admission cases: all of them beside the repository, a selection in it
// for clones without, and what becomes of that in the form of v1beta1.
const (
	allCases      = root + "/../shared/conformance/admission"
	selectedCases = root + "/dryrun/testdata"
	betaCases     = root + "/dryrun/testdata/golden/v1beta1"
)

// verdict that a case asks for: of a manifest that is created, or that replaces
// the one in before.
type verdict struct {
	name, kind, verdict, field, why string
	manifest, before                string
	// claimed says that a claim is asked about, which says the same.
	claimed bool
}

// TestAdmission asks the API server about the admission cases of the kinds that
// are defined. Dry runs go through schema, rules and defaulting as others do.
func TestAdmission(t *testing.T) {
	s := newScenario(t)
	dir := allCases
	if _, err := os.Stat(dir); err != nil {
		dir = selectedCases
	}
	s.judge(dir, append(verdicts(s, dir), betaVerdicts(s)...))
}

// TestAdmissionOfClaims asks the same about claims, with the cases that are in the
// repository.
func TestAdmissionOfClaims(t *testing.T) {
	s := claiming(t)
	all := append(verdicts(s, selectedCases), betaVerdicts(s)...)
	for i := range all {
		all[i].claimed = true
	}
	s.judge(selectedCases, all)
}

// judge asks about cases, and fails the test for each that gets another verdict.
func (s *scenario) judge(dir string, cases []verdict) {
	s.Helper()
	wrong, all := 0, 0
	for _, v := range cases {
		if !slices.Contains([]string{"graph", "component", "adapter", "request", "model", "v1beta1"}, v.kind) {
			continue
		}
		all++
		err := s.ask(v)
		refused := apierrors.IsInvalid(err)
		if (err != nil && !refused) || refused != strings.HasSuffix(v.verdict, "refuse") {
			wrong++
			s.Errorf("%s, %s: want %s because of %s (%s), got %v", v.kind, v.name, v.verdict, v.field, v.why, err)
			continue
		}
		s.Logf("%-9s | %-55s | %-13s | %s | %v", v.kind, v.name, v.verdict, cmp.Or(v.field, "-"), err)
	}
	if all == 0 {
		s.Error("there are no cases")
	}
	s.notef("%d cases from %s, %d of them with another verdict", all, dir, wrong)
}

func verdicts(s *scenario, dir string) []verdict {
	s.Helper()
	f, err := os.Open(filepath.Join(dir, "index.csv"))
	s.must(err)
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	s.must(err)
	var out []verdict
	for _, row := range rows[1:] {
		v := verdict{name: row[0], kind: row[1], verdict: row[2], field: row[3], why: row[4]}
		v.manifest = filepath.Join(dir, v.verdict, v.name+".yaml")
		if strings.HasPrefix(v.verdict, "update-") {
			v.manifest = filepath.Join(dir, "updates", v.name, "after.yaml")
			v.before = filepath.Join(dir, "updates", v.name, "before.yaml")
		}
		out = append(out, v)
	}
	return out
}

// betaVerdicts are those on the cases in the form of v1beta1, which lie in folders
// named after them.
func betaVerdicts(s *scenario) []verdict {
	s.Helper()
	var out []verdict
	for _, path := range s.glob(betaCases, "*", "*.yaml") {
		out = append(out, verdict{
			name: strings.TrimSuffix(filepath.Base(path), ".yaml"), kind: "v1beta1",
			verdict: filepath.Base(filepath.Dir(path)), manifest: path,
		})
	}
	for _, dir := range s.glob(betaCases, "update-*", "*") {
		out = append(out, verdict{
			name: filepath.Base(dir), kind: "v1beta1", verdict: filepath.Base(filepath.Dir(dir)),
			manifest: filepath.Join(dir, "after.yaml"), before: filepath.Join(dir, "before.yaml"),
		})
	}
	return out
}

// glob returns the files that match a pattern of path elements, sorted.
func (s *scenario) glob(elements ...string) []string {
	s.Helper()
	paths, err := filepath.Glob(filepath.Join(elements...))
	s.must(err)
	return paths
}

// ask creates the manifest of a case, or updates it, without writing.
func (s *scenario) ask(v verdict) error {
	s.Helper()
	if v.before == "" {
		o := s.subject(v, v.manifest)
		_, err := s.client.Of(o.GroupVersionKind(), s.namespace).Create(s.Context(), o, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return err
	}
	before := s.subject(v, v.before)
	s.create(before)
	defer func() {
		s.must(s.client.Delete(s.Context(), harness.RefOf(before)))
		s.must(harness.Until(s.Context(), s.patience, "the case before is gone", func(ctx context.Context) error {
			return s.gone(ctx, harness.RefOf(before))
		}))
	}()
	after := s.subject(v, v.manifest)
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error { return s.replace(after) })
}

// create makes an object with the status that it has in its manifest, if any, which
// Crossplane leaves as it is.
func (s *scenario) create(o *unstructured.Unstructured) {
	s.Helper()
	status, ok := o.Object["status"]
	if ok {
		o.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	}
	s.must(s.client.Create(s.Context(), o))
	if ok {
		raw, err := json.Marshal(map[string]any{"status": status})
		s.must(err)
		s.must(s.client.Patch(s.Context(), harness.RefOf(o), string(raw), "status"))
	}
}

// replace asks for an update as `kubectl replace` makes it. Crossplane's own
// part of the spec stays.
func (s *scenario) replace(after *unstructured.Unstructured) error {
	s.Helper()
	live := s.must1(s.client.Get(s.Context(), harness.RefOf(after)))
	spec, _, err := unstructured.NestedMap(after.Object, "spec")
	s.must(err)
	if own, ok, _ := unstructured.NestedMap(live.Object, "spec", "crossplane"); ok {
		spec["crossplane"] = own
	}
	live.Object["spec"] = spec
	_, err = s.client.Of(live.GroupVersionKind(), s.namespace).Update(s.Context(), live, metav1.UpdateOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}

// subject is what a case is about. A claim is paused: nothing is to come of it.
func (s *scenario) subject(v verdict, path string) *unstructured.Unstructured {
	s.Helper()
	o := s.manifest(path)
	if v.claimed {
		o.SetKind(harness.Claim(o.GroupVersionKind()).Kind)
		o.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	}
	return o
}

func (s *scenario) manifest(path string) *unstructured.Unstructured {
	s.Helper()
	objects, err := harness.ObjectsOf(path)
	s.must(err)
	objects[0].SetNamespace(s.namespace)
	return objects[0]
}
