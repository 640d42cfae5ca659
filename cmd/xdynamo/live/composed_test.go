package live

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestReferences(t *testing.T) {
	cases := map[string]struct {
		reason string
		parent string
		want   []string
	}{
		"Composite": {
			reason: "what a composite of a namespace composes is there, too",
			parent: "{metadata: {name: a, namespace: 'n'}, spec: {crossplane: {resourceRefs: [{apiVersion: apps/v1, kind: Deployment, name: d}, {apiVersion: v1, kind: Service, name: s}]}}}",
			want:   []string{"apps/v1 Deployment n/d", "v1 Service n/s"},
		},
		"Claimed": {
			reason: "what a composite behind a claim composes is where the reference says",
			parent: "{metadata: {name: a}, spec: {resourceRefs: [{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, namespace: m, name: g}]}}",
			want:   []string{"nvidia.com/v1alpha1 DynamoGraphDeployment m/g"},
		},
		"Claim": {
			reason: "a claim has its composite",
			parent: "{metadata: {name: a, namespace: 'n'}, spec: {resourceRef: {apiVersion: nvidia.com/v1alpha1, kind: XDynamoGraphDeployment, name: a-1}}}",
			want:   []string{"nvidia.com/v1alpha1 XDynamoGraphDeployment n/a-1"},
		},
		"Unmade":  {reason: "core writes a reference before it knows the name", parent: "{metadata: {name: a}, spec: {crossplane: {resourceRefs: [{apiVersion: v1, kind: Service}, text]}}}"},
		"Nothing": {reason: "a workload composes nothing", parent: "{metadata: {name: a}, spec: {replicas: 1}}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range references(object(t, tc.parent)) {
				u := unstructured.Unstructured{Object: r}
				got = append(got, u.GetAPIVersion()+" "+u.GetKind()+" "+u.GetNamespace()+"/"+u.GetName())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nreferences(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
