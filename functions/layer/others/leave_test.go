package others

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

const owner = "{kind: DynamoGraphDeployment, metadata: {name: chat, namespace: team, uid: u1}}"

// children are an account, a script, and a Secret and a kept object, which are not
// asked for.
func children() []layer.Child {
	object := func(kind string) metav1.TypeMeta { return metav1.TypeMeta{APIVersion: "v1", Kind: kind} }
	named := metav1.ObjectMeta{Name: "a"}
	return []layer.Child{
		{Key: "serviceaccount/a", Object: &corev1.ServiceAccount{TypeMeta: object("ServiceAccount"), ObjectMeta: named}},
		{Key: "configmap/a", Object: &corev1.ConfigMap{TypeMeta: object("ConfigMap"), ObjectMeta: named}},
		{Key: "secret/a", Object: &corev1.Secret{TypeMeta: object("Secret"), ObjectMeta: named}},
		{Key: "role/a", Lifetime: layer.Kept},
	}
}

func TestLeave(t *testing.T) {
	type want struct {
		Keys, Needs, Warnings []string
		Unready               bool
	}
	all := []string{"serviceaccount/a", "configmap/a", "secret/a", "role/a"}
	cases := map[string]struct {
		reason   string
		found    map[string]string
		observed []string
		want     want
	}{
		"Unanswered": {
			reason: "core asks again before it applies anything",
			want:   want{Keys: all, Needs: []string{"ServiceAccount/a", "ConfigMap/a"}},
		},
		"Observed": {
			reason: "what exists as a child is not asked for", observed: all,
			want: want{Keys: all},
		},
		"Account": {
			reason: "an account of somebody else does", found: map[string]string{"ServiceAccount/a": "{kind: ServiceAccount, metadata: {name: a}}"},
			want: want{
				Keys: []string{"configmap/a", "secret/a", "role/a"}, Needs: []string{"ServiceAccount/a", "ConfigMap/a"},
				Warnings: []string{`ServiceAccount "a" exists and was made by somebody else: it is used as it is, and neither changed nor deleted`},
			},
		},
		"Script": {
			reason: "a script of somebody else does not", found: map[string]string{"ConfigMap/a": "{kind: ConfigMap, metadata: {name: a}}"},
			want: want{
				Keys: []string{"serviceaccount/a", "secret/a", "role/a"}, Needs: []string{"ServiceAccount/a", "ConfigMap/a"},
				Warnings: []string{`ConfigMap "a" exists and was made by somebody else: it is left as it is; delete it to have it made`},
				Unready:  true,
			},
		},
		"Leaving": {
			reason: "what goes is waited for, without a word", found: map[string]string{"ServiceAccount/a": "{kind: ServiceAccount, metadata: {name: a, deletionTimestamp: x}}"},
			want: want{Keys: []string{"configmap/a", "secret/a", "role/a"}, Needs: []string{"ServiceAccount/a", "ConfigMap/a"}, Unready: true},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, owner))
			in.Answers.Objects = map[string][]layer.Object{}
			for need, o := range tc.found {
				in.Answers.Objects[need] = []layer.Object{layer.Read(layertest.Object(t, o))}
			}
			for _, k := range tc.observed {
				in.Observed[k] = layer.Object{}
			}
			left, needs := Leave(children(), in), Ask("team", children(), in)
			got := want{Warnings: left.Warnings, Unready: left.Unready}
			for _, c := range left.Children {
				got.Keys = append(got.Keys, c.Key)
			}
			for _, kind := range []string{"ServiceAccount", "ConfigMap", "Secret"} {
				if s, ok := needs[kind+"/a"]; ok && s.Namespace == "team" {
					got.Needs = append(got.Needs, kind+"/a")
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nLeave(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestLeaveSpare: what the site adds to graphs is left out beside what somebody else made,
// and nothing waits for it.
func TestLeaveSpare(t *testing.T) {
	child := layer.Child{Key: "networkpolicy/main", Object: &networkingv1.NetworkPolicy{
		TypeMeta: metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}, ObjectMeta: metav1.ObjectMeta{Name: "a"},
	}}
	cases := map[string]struct {
		reason, found string
		want          Left
	}{
		"Nobody": {reason: "the name is free", want: Left{Children: []layer.Child{child}}},
		"Other": {
			reason: "a policy of the same name is somebody's", found: "{kind: NetworkPolicy, metadata: {name: a}}",
			want: Left{Children: []layer.Child{}, Warnings: []string{`NetworkPolicy "a" exists and was made by somebody else: it is left as it is; delete it to have it made`}},
		},
		"LeftBehind": {
			reason: "one that core made here before is taken up again",
			found:  "{kind: NetworkPolicy, metadata: {name: a, annotations: {crossplane.io/composition-resource-name: networkpolicy/main}}}",
			want:   Left{Children: []layer.Child{child}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, owner))
			if tc.found != "" {
				in.Answers.Objects = map[string][]layer.Object{"NetworkPolicy/a": {layer.Read(layertest.Object(t, tc.found))}}
			}
			if diff := cmp.Diff(tc.want, Leave([]layer.Child{child}, in)); diff != "" {
				t.Errorf("%s\nLeave(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestOwnerOf(t *testing.T) {
	want := layer.Controller{Kind: "DynamoGraphDeployment", Name: "chat", UID: "u1"}
	if diff := cmp.Diff(want, OwnerOf(layertest.In(layertest.Object(t, owner)))); diff != "" {
		t.Errorf("OwnerOf(...): -want, +got:\n%s", diff)
	}
}
