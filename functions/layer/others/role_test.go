package others

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// binding of graph chat to a ClusterRole.
func binding() layer.Child {
	return layer.Child{Key: "rolebinding/discovery", Object: &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
		ObjectMeta: metav1.ObjectMeta{Name: "a"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "all"},
	}}
}

// TestLeaveRole: core may only be sent a binding that it can write. One that it cannot
// would stop a graph that controls it for good.
func TestLeaveRole(t *testing.T) {
	const (
		byGraph = "ownerReferences: [{kind: DynamoGraphDeployment, name: chat, uid: u1, controller: true}]"
		byElder = "ownerReferences: [{kind: DynamoGraphDeployment, name: chat, uid: u0, controller: true}]"
		toRole  = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: own}"
		toAll   = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}"
		byCore  = "annotations: {crossplane.io/composition-resource-name: rolebinding/discovery}"
	)
	made := Left{Children: []layer.Child{binding()}}
	left := func(warning string) Left { return Left{Children: []layer.Child{}, Warnings: []string{warning}} }
	keeps := left(`RoleBinding "a" exists and belongs to DynamoGraphDeployment "chat": it keeps Role "own", since a binding cannot change its role: ` +
		`delete it, and it is made again for ClusterRole "all"`)
	cases := map[string]struct {
		reason, metadata, role string
		want                   Left
	}{
		"Operator":     {reason: "as the operator makes it, with the graph as its owner", metadata: byGraph, role: toRole, want: keeps},
		"OperatorSame": {reason: "to the same role it can be written", metadata: byGraph, role: toAll, want: made},
		"Going":        {reason: "it is made once the name is free", metadata: "deletionTimestamp: x, " + byGraph, role: toRole, want: Left{Children: []layer.Child{}, Unready: true}},
		"Elder":        {reason: "that of an earlier graph goes with it", metadata: byElder, role: toRole, want: Left{Children: []layer.Child{}, Unready: true}},
		"LostByCore":   {reason: "what core has made it observes again once it refers to it", metadata: byGraph + ", " + byCore, role: toRole, want: made},
		"Orphan":       {reason: "also where nobody controls it", metadata: byCore, role: toRole, want: made},
		"Nobodys": {
			reason: "somebody else's is used, whatever it gives", metadata: "labels: {a: b}", role: toRole,
			want: left(`RoleBinding "a" exists and was made by somebody else: it is used as it is, and neither changed nor deleted`),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, owner))
			found := layer.Read(layertest.Object(t, "{kind: RoleBinding, metadata: {name: a, "+tc.metadata+"}, "+tc.role+"}"))
			in.Answers.Objects = map[string][]layer.Object{"RoleBinding/a": {found}}
			if diff := cmp.Diff(tc.want, Leave([]layer.Child{binding()}, in)); diff != "" {
				t.Errorf("%s\nLeave(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
