package functions_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
)

// TestKeys pins the keys of all children. A changed key deletes and recreates
// the object that it stands for, and another kind under one key leaks the old
// object: a line of the golden file is only ever added. One may go where nothing
// makes its object any more and those that exist are kept under their key, as
// role/discovery did (functions/render/account).
func TestKeys(t *testing.T) {
	const golden = "testdata/keys.golden"
	lines := map[string]bool{}
	for _, manifest := range manifests(t) {
		all := tree(t, requestFor(t, manifest))
		all = append(all, treeWith(t, requestFor(t, manifest), siteOfAll)...)
		for _, req := range all {
			for key, r := range run(t, req).GetDesired().GetResources() {
				lines[line(req, key, r)] = true
			}
		}
	}
	got := strings.Join(slices.Sorted(maps.Keys(lines)), "\n") + "\n"

	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v: make golden writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("keys are frozen: -want, +got:\n%s", diff)
	}
}

// siteOfAll are settings, in YAML, that add all objects which settings add.
const siteOfAll = `
ingress: {gateway: {name: public, namespace: infra}}
monitoring: {podMonitors: true}
disruption: {podDisruptionBudgets: true}
networkPolicy: {enabled: true}
`

// line says what a key of a composite's kind stands for, with the names of
// services and claims left out.
func line(req *fnv1.RunFunctionRequest, key string, r *fnv1.Resource) string {
	composite, child := decode(req.GetObserved().GetComposite().GetResource()), decode(r.GetResource())
	kind, role, _ := strings.Cut(key, "/")
	switch {
	case role == "claimed":
	case kind == "component", kind == "scalingadapter":
		role = "<service>"
	case kind == "pvc":
		role = "<name>"
	}
	return fmt.Sprintf("%v: %s/%s is %v %v", composite["kind"], kind, role, child["apiVersion"], child["kind"])
}
