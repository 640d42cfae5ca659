package compare

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// discoveryRole ends the names of the roles with which pods find each other.
const discoveryRole = "-k8s-service-discovery-role"

// allowClusterRoles takes a binding to a ClusterRole for one to a Role of the
// same rights, which is not expected then.
func allowClusterRoles(want, got map[identity]map[string]any) {
	for id, expected := range want {
		name, bound := roleOf(expected, "Role")
		if id.kind != "RoleBinding" || !bound || !strings.HasSuffix(name, discoveryRole) {
			continue
		}
		if _, ok := roleOf(got[id], "ClusterRole"); ok {
			expected["roleRef"] = got[id]["roleRef"]
			delete(want, identity{kind: "Role", name: name})
		}
	}
}

// roleOf is the name of the role that a binding gives, if it is of a kind.
func roleOf(binding map[string]any, kind string) (string, bool) {
	k, _, _ := unstructured.NestedString(binding, "roleRef", "kind")
	name, _, _ := unstructured.NestedString(binding, "roleRef", "name")
	return name, k == kind
}
