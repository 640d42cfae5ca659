package account

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// observedBinding is a RoleBinding as it is observed.
func observedBinding(roleRef map[string]any) layer.Object {
	return layer.Read(map[string]any{"kind": "RoleBinding", "roleRef": roleRef})
}

func TestKeep(t *testing.T) {
	clusterRole := func(name string) map[string]any {
		return map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
	}
	type want struct {
		planner, picker string
		warnings        []string
	}
	cases := map[string]struct {
		reason   string
		observed layer.Observed
		want     want
	}{
		"New": {
			reason: "What does not exist is made as the settings say",
			want:   want{planner: "plan", picker: "pick"},
		},
		"Same": {
			reason:   "Nothing is to be said of what is as the settings say",
			observed: layer.Observed{KeyPlannerBinding: observedBinding(clusterRole("plan")), KeyPickerBinding: observedBinding(clusterRole("pick"))},
			want:     want{planner: "plan", picker: "pick"},
		},
		"Changed": {
			reason:   "The API server refuses another role, so the old one stays, and somebody is told",
			observed: layer.Observed{KeyPlannerBinding: observedBinding(clusterRole("before")), KeyPickerBinding: observedBinding(clusterRole("pick"))},
			want: want{planner: "before", picker: "pick", warnings: []string{
				`RoleBinding "chat-planner" keeps ClusterRole "before", since a binding cannot change its role: delete it, and it is made again for ClusterRole "plan"`,
			}},
		},
		"Unreadable": {
			reason:   "What says nothing of a role keeps none",
			observed: layer.Observed{KeyPlannerBinding: observedBinding(nil), KeyPickerBinding: observedBinding(map[string]any{"name": int64(1)})},
			want:     want{planner: "plan", picker: "pick"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layer.In{Settings: settings.Default(), Observed: tc.observed}
			in.Settings.PlannerClusterRole, in.Settings.PickerClusterRole = "plan", "pick"
			components := of(dynamo.TypePlanner, dynamo.TypePicker)
			got := want{warnings: Warnings(chat(), components, in)}
			for _, c := range Children(chat(), components, in) {
				b, ok := c.Object.(*rbacv1.RoleBinding)
				switch {
				case ok && c.Key == KeyPlannerBinding:
					got.planner = b.RoleRef.Name
				case ok && c.Key == KeyPickerBinding:
					got.picker = b.RoleRef.Name
				}
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nChildren(...), Warnings(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestKeepRole is a graph that was made when each had a Role: it has both for as
// long as the binding names the Role, and until there is another binding.
func TestKeepRole(t *testing.T) {
	const own = "chat-k8s-service-discovery-role"
	manifest := map[string]any{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
		"metadata": map[string]any{"name": own, "annotations": map[string]any{"crossplane.io/composition-resource-name": "role/discovery"}},
		"rules":    []any{map[string]any{"apiGroups": []any{""}, "resources": []any{"pods"}, "verbs": []any{"get"}}},
	}
	role := layer.Read(manifest)
	binding := func(kind, name string) layer.Object {
		return observedBinding(map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name})
	}
	kept := &layer.Child{Key: "role/discovery", Lifetime: layer.Kept, Ready: true, Fields: map[string]any{
		"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": map[string]any{"name": own}, "rules": manifest["rules"],
	}}
	keeps := func(role string) []string {
		return []string{`RoleBinding "chat-k8s-service-discovery-binding" keeps ` + role +
			`, since a binding cannot change its role: delete it, and it is made again for ClusterRole "function-dynamo:discovery"`}
	}
	toRole := rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "Role", Name: own}
	toCluster := rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: "function-dynamo:discovery"}
	toSite := rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: own}

	type want struct {
		Role     *layer.Child
		RoleRef  rbacv1.RoleRef
		Warnings []string
	}
	cases := map[string]struct {
		reason   string
		observed layer.Observed
		want     want
	}{
		"New":         {reason: "A new graph has no Role", want: want{RoleRef: toCluster}},
		"Bound":       {reason: "The binding names it", observed: layer.Observed{KeyDiscoveryRole: role, KeyDiscoveryBinding: binding("Role", own)}, want: want{Role: kept, RoleRef: toRole, Warnings: keeps(`Role "` + own + `"`)}},
		"Unbound":     {reason: "The binding was deleted: the Role waits for the new one", observed: layer.Observed{KeyDiscoveryRole: role}, want: want{Role: kept, RoleRef: toCluster}},
		"Unreadable":  {reason: "What says nothing of a role is no reason to delete one", observed: layer.Observed{KeyDiscoveryRole: role, KeyDiscoveryBinding: observedBinding(nil)}, want: want{Role: kept, RoleRef: toCluster}},
		"Moved":       {reason: "Nothing needs it any more", observed: layer.Observed{KeyDiscoveryRole: role, KeyDiscoveryBinding: binding("ClusterRole", "function-dynamo:discovery")}, want: want{RoleRef: toCluster}},
		"SameName":    {reason: "A ClusterRole may have the name of a Role", observed: layer.Observed{KeyDiscoveryRole: role, KeyDiscoveryBinding: binding("ClusterRole", own)}, want: want{RoleRef: toSite, Warnings: keeps(`ClusterRole "` + own + `"`)}},
		"RoleDeleted": {reason: "Nobody may make it again; the binding still cannot change", observed: layer.Observed{KeyDiscoveryBinding: binding("Role", own)}, want: want{RoleRef: toRole, Warnings: keeps(`Role "` + own + `"`)}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layer.In{Settings: settings.Default(), Observed: tc.observed}
			components := of(dynamo.TypeWorker)
			got := want{Warnings: Warnings(chat(), components, in)}
			for _, c := range Children(chat(), components, in) {
				if c.Key == KeyDiscoveryRole {
					got.Role = &c
				}
				if b, ok := c.Object.(*rbacv1.RoleBinding); ok {
					got.RoleRef = b.RoleRef
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nChildren(...), Warnings(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestKeepRoleWithEtcd: pods that no longer find each other through Kubernetes
// need neither.
func TestKeepRoleWithEtcd(t *testing.T) {
	in := layer.In{Settings: etcd(), Observed: layer.Observed{
		KeyDiscoveryRole:    layer.Read(map[string]any{"kind": "Role", "metadata": map[string]any{"name": "a"}}),
		KeyDiscoveryBinding: observedBinding(map[string]any{"kind": "Role", "name": "a"}),
	}}
	if got := Children(chat(), of(dynamo.TypeWorker), in); len(got) > 0 {
		t.Errorf("Children(...): want none, got %v", got)
	}
}
