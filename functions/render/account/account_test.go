package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

func chat() Owner { return Owner{Name: "chat", Namespace: "team-a"} }

// of are components, one of each type.
func of(types ...string) []dynamo.Component {
	out := make([]dynamo.Component, 0, len(types))
	for _, t := range types {
		out = append(out, dynamo.Component{Type: t})
	}
	return out
}

func etcd() settings.Settings {
	s := settings.Default()
	s.DiscoveryBackend = v1beta1.DiscoveryEtcd
	return s
}

func metadata(name, account string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Labels: map[string]string{
		"app.kubernetes.io/component":  "rbac",
		"app.kubernetes.io/managed-by": "function-dynamo",
		"app.kubernetes.io/name":       account,
	}}
}

func accountOf(name string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metadata(name, name),
	}
}

func bindingOf(name, account, clusterRole string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "RoleBinding"},
		ObjectMeta: metadata(name, account),
		RoleRef:    rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: clusterRole},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: account, Namespace: "team-a"}},
	}
}

func discoveryChildren(clusterRole string) []layer.Child {
	const account = "chat-k8s-service-discovery"
	return []layer.Child{
		{Key: "serviceaccount/discovery", Object: accountOf(account), Inert: true},
		{Key: "rolebinding/discovery", Object: bindingOf(account+"-binding", account, clusterRole), Inert: true},
	}
}

func bound(key, name, clusterRole string) []layer.Child {
	return []layer.Child{
		{Key: "serviceaccount/" + key, Object: accountOf(name), Inert: true},
		{Key: "rolebinding/" + key, Object: bindingOf(name, name, clusterRole), Inert: true},
	}
}

func join(lists ...[]layer.Child) []layer.Child {
	out := []layer.Child{}
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func TestChildren(t *testing.T) {
	discovery := discoveryChildren("function-dynamo:discovery")
	planner := bound("planner", "chat-planner", "function-dynamo:planner")
	picker := bound("epp", "chat-epp", "function-dynamo:picker")
	named := settings.Default()
	named.DiscoveryClusterRole, named.PlannerClusterRole, named.PickerClusterRole = "find", "plan", "pick"
	perService := of(dynamo.TypeFrontend, dynamo.TypeWorker)
	perService[1].Annotations = map[string]string{meta.AnnotationDiscoveryBackend: v1beta1.DiscoveryKubernetes}

	cases := map[string]struct {
		reason     string
		components []dynamo.Component
		settings   settings.Settings
		want       []layer.Child
	}{
		"Discovery":         {reason: "Pods find each other", components: of(dynamo.TypeFrontend, dynamo.TypeWorker), settings: settings.Default(), want: discovery},
		"Etcd":              {reason: "Etcd needs no account", components: of(dynamo.TypeFrontend, dynamo.TypeWorker), settings: etcd(), want: []layer.Child{}},
		"EtcdButOne":        {reason: "One component that wants it is enough", components: perService, settings: etcd(), want: discovery},
		"Planner":           {reason: "A planner has an account of its own", components: of(dynamo.TypeWorker, dynamo.TypePlanner), settings: settings.Default(), want: join(discovery, planner)},
		"PlannerWithEtcd":   {reason: "With etcd, too: it scales through Kubernetes", components: of(dynamo.TypePlanner), settings: etcd(), want: planner},
		"PickerWithEtcd":    {reason: "A picker reads its pool from Kubernetes", components: of(dynamo.TypePicker), settings: etcd(), want: picker},
		"All":               {reason: "Each once", components: of(dynamo.TypePicker, dynamo.TypePlanner, dynamo.TypeWorker), settings: settings.Default(), want: join(discovery, planner, picker)},
		"NamedBySettings":   {reason: "The settings name other rights", components: of(dynamo.TypePicker, dynamo.TypePlanner), settings: named, want: join(discoveryChildren("find"), bound("planner", "chat-planner", "plan"), bound("epp", "chat-epp", "pick"))},
		"NoComponentsAtAll": {reason: "Nobody needs one", settings: settings.Default(), want: []layer.Child{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Children(chat(), tc.components, layer.In{Settings: tc.settings})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Children(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestReady: each is ready for itself once it exists.
func TestReady(t *testing.T) {
	in := layer.In{
		Settings: settings.Default(),
		Observed: layer.Observed{KeyDiscoveryAccount: {}, KeyPlannerAccount: {}, KeyPickerBinding: {}},
	}
	got := map[string]bool{}
	for _, c := range Children(chat(), of(dynamo.TypePlanner, dynamo.TypePicker), in) {
		got[c.Key] = c.Ready
	}
	want := map[string]bool{
		"serviceaccount/discovery": true, "rolebinding/discovery": false,
		"serviceaccount/planner": true, "rolebinding/planner": false,
		"serviceaccount/epp": false, "rolebinding/epp": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Children(...): -want ready, +got:\n%s", diff)
	}
}

// TestLongOwner has names that are cut: what refers to them has to be cut alike.
func TestLongOwner(t *testing.T) {
	o := Owner{Name: strings.Repeat("a", 63), Namespace: "team-a"}
	children := Children(o, of(dynamo.TypePlanner, dynamo.TypePicker), layer.In{Settings: settings.Default()})
	accounts := map[string]bool{}
	for _, c := range children {
		if account, ok := c.Object.(*corev1.ServiceAccount); ok {
			accounts[account.Name] = true
		}
	}
	if len(accounts) != 3 {
		t.Errorf("accounts of one owner share a name: %v", accounts)
	}
	for _, c := range children {
		b, ok := c.Object.(*rbacv1.RoleBinding)
		if !ok {
			continue
		}
		if !accounts[b.Subjects[0].Name] {
			t.Errorf("%s: no account is called %q", c.Key, b.Subjects[0].Name)
		}
		for _, name := range []string{b.Name, b.Labels["app.kubernetes.io/name"]} {
			if len(name) > 63 {
				t.Errorf("%q is longer than 63 characters", name)
			}
		}
	}
}
