package account

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// clusterRoles are those of a manifest, by name.
func clusterRoles(t *testing.T, file string) map[string][]rbacv1.PolicyRule {
	t.Helper()
	raw, err := os.ReadFile("../../../package/rbac/" + file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]rbacv1.PolicyRule{}
	for doc := range bytes.SplitSeq(raw, []byte("\n---\n")) {
		role := rbacv1.ClusterRole{}
		if err := yaml.UnmarshalStrict(doc, &role); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[role.Name] = role.Rules
	}
	return out
}

// holds says whether rules allow everything that a rule does.
func holds(rules []rbacv1.PolicyRule, r rbacv1.PolicyRule) bool {
	for _, resource := range r.Resources {
		for _, verb := range r.Verbs {
			if !slices.ContainsFunc(rules, func(o rbacv1.PolicyRule) bool {
				return len(o.ResourceNames) == 0 && slices.Contains(o.APIGroups, r.APIGroups[0]) &&
					slices.Contains(o.Resources, resource) && slices.Contains(o.Verbs, verb)
			}) {
				return false
			}
		}
	}
	return true
}

// TestRightsOfCrossplane: it may give away what graphs need.
func TestRightsOfCrossplane(t *testing.T) {
	rules := clusterRoles(t, "crossplane.yaml")["function-dynamo:aggregate-to-crossplane"]
	for _, r := range makeDiscoveryRole(chat()).Rules {
		if !holds(rules, r) {
			t.Errorf("Crossplane cannot give away what it does not hold: %v", r)
		}
	}
	var bound []string
	for _, r := range rules {
		if slices.Contains(r.Verbs, "bind") {
			bound = append(bound, r.ResourceNames...)
		}
	}
	s := settings.Default()
	if diff := cmp.Diff([]string{s.PlannerClusterRole, s.PickerClusterRole}, bound); diff != "" {
		t.Errorf("it may bind the ClusterRoles of the settings' defaults, and no others: -want, +got:\n%s", diff)
	}
}

// TestRightsOfPods: planners and pickers have an account of their own, and need
// to find pods under it all the same.
func TestRightsOfPods(t *testing.T) {
	roles, s := clusterRoles(t, "pods.yaml"), settings.Default()
	for _, r := range makeDiscoveryRole(chat()).Rules {
		if !holds(roles[s.PlannerClusterRole], r) {
			t.Errorf("a planner may not do what other pods may: %v", r)
		}
		r.Verbs = readVerbs()
		if !holds(roles[s.PickerClusterRole], r) {
			t.Errorf("a picker may not read what other pods may: %v", r)
		}
	}
	for _, role := range []string{s.PlannerClusterRole, s.PickerClusterRole} {
		for _, r := range roles[role] {
			if slices.Contains(r.Verbs, "*") || slices.Contains(r.Resources, "*") || slices.Contains(r.Resources, "secrets") {
				t.Errorf("%s may do more than it has to: %v", role, r)
			}
		}
	}
}
