package account

import (
	"bytes"
	"maps"
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

// discoveryRules are what pods may do to find each other: no more, no less.
func discoveryRules() []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"endpoints", "pods"}, Verbs: read()},
		{APIGroups: []string{"discovery.k8s.io"}, Resources: []string{"endpointslices"}, Verbs: read()},
		{
			APIGroups: []string{"nvidia.com"},
			Resources: []string{"dynamoworkermetadatas"},
			Verbs:     []string{"create", "get", "list", "watch", "update", "patch", "delete"},
		},
	}
}

func read() []string { return []string{"get", "list", "watch"} }

// verbs are what rules allow on a resource, sorted.
func verbs(rules []rbacv1.PolicyRule, resource string) []string {
	all := map[string]bool{}
	for _, r := range rules {
		if slices.Contains(r.Resources, resource) {
			for _, verb := range r.Verbs {
				all[verb] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// TestRightsOfCrossplane: it may bind the roles of pods, and holds none of their
// rights itself but to read what models are followed through.
func TestRightsOfCrossplane(t *testing.T) {
	rules := clusterRoles(t, "crossplane.yaml")["function-dynamo:aggregate-to-crossplane"]
	var bound []string
	for _, r := range rules {
		if slices.Contains(r.Verbs, "bind") {
			bound = append(bound, r.ResourceNames...)
		}
	}
	s := settings.Default()
	if diff := cmp.Diff([]string{s.DiscoveryClusterRole, s.PlannerClusterRole, power, s.PickerClusterRole, s.ProfilerClusterRole}, bound); diff != "" {
		t.Errorf("it may bind the ClusterRoles of pods.yaml, and no others: -want, +got:\n%s", diff)
	}
	want := map[string][]string{"roles": read(), "clusterroles": {"bind"}}
	got := map[string][]string{"roles": verbs(rules, "roles"), "clusterroles": verbs(rules, "clusterroles")}
	for _, r := range discoveryRules() {
		for _, resource := range r.Resources {
			want[resource], got[resource] = nil, verbs(rules, resource)
		}
	}
	want["endpointslices"] = read() // Models are followed through them.
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verbs by resource: -want, +got:\n%s", diff)
	}
}

// TestRightsWhileUpgrading: Crossplane may apply a Role that is kept, take its
// label off and delete it. To write one it has to hold its rules.
func TestRightsWhileUpgrading(t *testing.T) {
	rules := clusterRoles(t, "upgrade/roles.yaml")["function-dynamo:upgrade-roles"]
	want := append([]rbacv1.PolicyRule{{
		APIGroups: []string{"rbac.authorization.k8s.io"}, Resources: []string{"roles"}, Verbs: []string{"update", "patch", "delete"},
	}}, discoveryRules()...)
	if diff := cmp.Diff(want, rules); diff != "" {
		t.Errorf("package/rbac/upgrade/roles.yaml: -want, +got:\n%s", diff)
	}
}

// power is the ClusterRole of planners that patch pods.
const power = "function-dynamo:planner-power"

// TestRightsOfPods: planners and pickers have an account of their own, and need
// to find pods under it all the same.
func TestRightsOfPods(t *testing.T) {
	roles, s := clusterRoles(t, "pods.yaml"), settings.Default()
	if diff := cmp.Diff(discoveryRules(), roles[s.DiscoveryClusterRole]); diff != "" {
		t.Errorf("%s: -want, +got:\n%s", s.DiscoveryClusterRole, diff)
	}
	for _, r := range discoveryRules() {
		if !holds(roles[s.PlannerClusterRole], r) {
			t.Errorf("a planner may not do what other pods may: %v", r)
		}
		r.Verbs = read()
		if !holds(roles[s.PickerClusterRole], r) {
			t.Errorf("a picker may not read what other pods may: %v", r)
		}
	}
	for role, rules := range roles {
		for _, r := range rules {
			if slices.Contains(r.Verbs, "*") || slices.Contains(r.Resources, "*") || slices.Contains(r.Resources, "secrets") {
				t.Errorf("%s may do more than it has to: %v", role, r)
			}
		}
	}
}

// TestRightsOfPlanners: a planner patches graphs whose services have no adapter,
// and pods only where a site says so.
func TestRightsOfPlanners(t *testing.T) {
	roles := clusterRoles(t, "pods.yaml")
	planner := roles[settings.Default().PlannerClusterRole]
	want := map[string][]string{
		"dynamographdeployments":                     {"get", "list", "patch", "watch"},
		"dynamographdeploymentscalingadapters":       read(),
		"dynamographdeploymentscalingadapters/scale": {"get", "patch", "update"},
		"dynamocomponentdeployments":                 read(),
		"pods":                                       read(),
	}
	got := map[string][]string{}
	for resource := range want {
		got[resource] = verbs(planner, resource)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verbs by resource: -want, +got:\n%s", diff)
	}
	patch := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"patch"}}
	if diff := cmp.Diff(append([]rbacv1.PolicyRule{patch}, planner...), roles[power]); diff != "" {
		t.Errorf("%s is a planner that patches pods, and nothing else: -want, +got:\n%s", power, diff)
	}
}

// TestRightsOfProfilers: what the relay and the profiler ask the API for, and no more.
func TestRightsOfProfilers(t *testing.T) {
	roles := clusterRoles(t, "pods.yaml")
	want := map[string][]string{
		"pods":                   {"get", "list"},
		"pods/log":               {"get"},
		"configmaps":             {"get", "patch"},
		"dynamographdeployments": {"create", "delete", "get"},
		"dynamographdeploymentrequests/finalizers": {"update"},
	}
	got := map[string][]string{}
	for _, r := range roles[settings.Default().ProfilerClusterRole] {
		for _, resource := range r.Resources {
			got[resource] = verbs(roles[settings.Default().ProfilerClusterRole], resource)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verbs by resource: -want, +got:\n%s", diff)
	}
	nodes := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"list"}}}
	if diff := cmp.Diff(nodes, roles["function-dynamo:profiler-nodes"]); diff != "" {
		t.Errorf("what only a site gives: -want, +got:\n%s", diff)
	}
}
