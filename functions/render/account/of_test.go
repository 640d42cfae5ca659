package account

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// under is a component whose pods run under an account of the user's.
func under(componentType, account string) dynamo.Component {
	return dynamo.Component{
		Name: "chat-" + componentType, Graph: "chat", Type: componentType,
		Pod: dynamo.Pod{Spec: corev1.PodSpec{ServiceAccountName: account}},
	}
}

func TestOf(t *testing.T) {
	deprecated := under(dynamo.TypeWorker, "")
	deprecated.Pod.Spec.DeprecatedServiceAccount = "old"
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		etcd   bool
		want   string
	}{
		"Discovery":     {reason: "pods find each other through Kubernetes", c: under(dynamo.TypeWorker, ""), want: "chat-k8s-service-discovery"},
		"Etcd":          {reason: "or need no rights", c: under(dynamo.TypeWorker, ""), etcd: true, want: "default"},
		"User":          {reason: "the user's wins", c: under(dynamo.TypeWorker, "gcs-reader"), want: "gcs-reader"},
		"UserEtcd":      {reason: "whatever the backend", c: under(dynamo.TypeWorker, "gcs-reader"), etcd: true, want: "gcs-reader"},
		"OldName":       {reason: "under the old name of the field too", c: deprecated, want: "old"},
		"Picker":        {reason: "a picker has rights of its own", c: under(dynamo.TypePicker, ""), want: "chat-epp"},
		"UserOfPicker":  {reason: "which the user's account gets", c: under(dynamo.TypePicker, "mine"), want: "mine"},
		"Planner":       {reason: "so has a planner", c: under(dynamo.TypePlanner, ""), want: "chat-planner"},
		"UserOfPlanner": {reason: "which nobody else gets", c: under(dynamo.TypePlanner, "mine"), want: "chat-planner"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Of(tc.c, discovery.Discovery{Kubernetes: !tc.etcd}); got != tc.want {
				t.Errorf("\n%s\nOf(...): want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

// TestUsersAccounts lets every account that pods run under have the rights that
// these pods need.
func TestUsersAccounts(t *testing.T) {
	etcdWorker := under(dynamo.TypeWorker, "etcd-only")
	etcdWorker.Annotations = map[string]string{"nvidia.com/dynamo-discovery-backend": "etcd"}
	cases := map[string]struct {
		reason     string
		components []dynamo.Component
		want       map[string][]string
	}{
		"OneForAll": {
			reason:     "an account that several components name is bound once, behind ours",
			components: []dynamo.Component{under(dynamo.TypeFrontend, "gcs-reader"), under(dynamo.TypeWorker, "gcs-reader")},
			want:       map[string][]string{"rolebinding/discovery": {"chat-k8s-service-discovery", "gcs-reader"}},
		},
		"Sorted": {
			reason:     "several are sorted",
			components: []dynamo.Component{under(dynamo.TypeFrontend, "b"), under(dynamo.TypeWorker, "a"), under(dynamo.TypeDecode, "")},
			want:       map[string][]string{"rolebinding/discovery": {"chat-k8s-service-discovery", "a", "b"}},
		},
		"Ours": {
			reason:     "ours, named by the user, is there once",
			components: []dynamo.Component{under(dynamo.TypeWorker, "chat-k8s-service-discovery")},
			want:       map[string][]string{"rolebinding/discovery": {"chat-k8s-service-discovery"}},
		},
		"Impossible": {
			reason:     "a name that no account can have takes the rights from nobody else",
			components: []dynamo.Component{under(dynamo.TypeFrontend, "My_SA"), under(dynamo.TypeWorker, "a")},
			want:       map[string][]string{"rolebinding/discovery": {"chat-k8s-service-discovery", "a"}},
		},
		"Picker": {
			reason:     "a picker's gets both, since pickers are pods of the graph",
			components: []dynamo.Component{under(dynamo.TypePicker, "mine")},
			want: map[string][]string{
				"rolebinding/discovery": {"chat-k8s-service-discovery", "mine"},
				"rolebinding/epp":       {"chat-epp", "mine"},
			},
		},
		"Planner": {
			reason:     "a planner runs under its own, so that the user's gets nothing",
			components: []dynamo.Component{under(dynamo.TypePlanner, "mine")},
			want: map[string][]string{
				"rolebinding/discovery": {"chat-k8s-service-discovery"},
				"rolebinding/planner":   {"chat-planner"},
			},
		},
		"Etcd": {
			reason:     "who does not look for pods in Kubernetes needs no right to",
			components: []dynamo.Component{etcdWorker, under(dynamo.TypeFrontend, "")},
			want:       map[string][]string{"rolebinding/discovery": {"chat-k8s-service-discovery"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := map[string][]string{}
			for _, c := range Children(chat(), tc.components, layer.In{Settings: settings.Default()}) {
				if b, ok := c.Object.(*rbacv1.RoleBinding); ok {
					for _, s := range b.Subjects {
						got[c.Key] = append(got[c.Key], s.Name)
					}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nsubjects of Children(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
