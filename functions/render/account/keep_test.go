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
				`RoleBinding "chat-planner" keeps ClusterRole "before", since a binding cannot change its role: delete it, and it is made again for "plan"`,
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
