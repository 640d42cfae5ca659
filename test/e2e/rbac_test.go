package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// crossplane is the user that Crossplane's service account is.
const crossplane = "system:serviceaccount:" + harness.Namespace + ":crossplane"

// may asks the API server whether somebody has a right in a namespace. A right
// is written "verb group/resource" or "verb group/resource/subresource".
func (s *scenario) may(ctx context.Context, user, right string) bool {
	s.Helper()
	verb, what, _ := strings.Cut(right, " ")
	parts := append(strings.Split(what, "/"), "")
	review := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
		"spec": map[string]any{"user": user, "groups": []any{"system:authenticated", "system:serviceaccounts"}, "resourceAttributes": map[string]any{
			"namespace": s.namespace, "verb": verb, "group": parts[0], "resource": parts[1], "subresource": parts[2],
		}},
	}}
	answer, err := s.client.Of(review.GroupVersionKind(), "").Create(ctx, review, metav1.CreateOptions{})
	s.must(err)
	allowed, _, _ := unstructured.NestedBool(answer.Object, "status", "allowed")
	return allowed
}

// mayNot is an error while somebody has a right.
func (s *scenario) mayNot(user, right string) func(context.Context) error {
	return func(ctx context.Context) error {
		if s.may(ctx, user, right) {
			return errors.New("it still may")
		}
		return nil
	}
}

// TestSmokeRightsOfCrossplane asserts that everything else in this package
// happens with few rights.
func TestSmokeRightsOfCrossplane(t *testing.T) {
	s := newScenario(t)
	want := map[string]bool{
		"create apps/deployments":                          true,
		"patch nvidia.com/dynamographdeployments":          true,
		"update nvidia.com/dynamographdeployments/status":  true,
		"create nvidia.com/dynamocomponentdeployments":     true,
		"create /persistentvolumeclaims":                   true,
		"create rbac.authorization.k8s.io/rolebindings":    true,
		"create batch/jobs":                                true,
		"list rbac.authorization.k8s.io/roles":             true,
		"create rbac.authorization.k8s.io/roles":           false,
		"update rbac.authorization.k8s.io/roles":           false,
		"patch rbac.authorization.k8s.io/roles":            false,
		"delete rbac.authorization.k8s.io/roles":           false,
		"bind rbac.authorization.k8s.io/roles":             false,
		"escalate rbac.authorization.k8s.io/roles":         false,
		"create rbac.authorization.k8s.io/clusterroles":    false,
		"bind rbac.authorization.k8s.io/clusterroles":      false, // beside five by name
		"create leaderworkerset.x-k8s.io/leaderworkersets": true,
		"create networking.istio.io/virtualservices":       true,
		"create networking.k8s.io/ingresses":               true,
		"create networking.k8s.io/networkpolicies":         true,
		"create policy/poddisruptionbudgets":               true,
		"create gateway.networking.k8s.io/httproutes":      true,
		"create gateway.networking.k8s.io/gateways":        false,
		"create monitoring.coreos.com/podmonitors":         true,
		"create /pods/eviction":                            false,
		"create /pods":                                     false,
		"patch /pods":                                      false,
		"list /endpoints":                                  false,
		"create nvidia.com/dynamoworkermetadatas":          false,
		"delete /pods":           false,
		"create /pods/exec":      false,
		"list /nodes":            true, // hardware of requests
		"patch /nodes":           false,
		"delete /namespaces":     false,
		"create apps/daemonsets": false,
		"impersonate /users":     false,
		"* */*":                  false,
		"create authentication.k8s.io/tokenreviews":             false,
		"update admissionregistration.k8s.io/anything":          false,
		"delete storage.k8s.io/storageclasses":                  false,
		"patch apiregistration.k8s.io/apiservices":              false,
		"create certificates.k8s.io/certificatesigningrequests": false,
	}
	got := map[string]bool{}
	for right := range want {
		got[right] = s.may(t.Context(), crossplane, right)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rights of Crossplane's service account: -want, +got:\n%s", diff)
	}
}

const people = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: %[1]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %[1]s}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %[1]s}]
`

// TestRightsOfPeople asks what Kubernetes' own roles allow on the Dynamo kinds.
func TestRightsOfPeople(t *testing.T) {
	s := newScenario(t)
	for _, role := range []string{"view", "edit"} {
		s.apply(fmt.Sprintf(people, role))
	}
	const (
		adapters = "nvidia.com/dynamographdeploymentscalingadapters"
		claims   = "nvidia.com/dynamographdeploymentscalingadapterclaims"
	)
	want := map[string]bool{
		"view: list nvidia.com/dynamographdeployments":          true,
		"view: create nvidia.com/dynamographdeployments":        false,
		"view: get " + adapters + "/scale":                      true,
		"view: update " + adapters + "/scale":                   false,
		"edit: create nvidia.com/dynamographdeployments":        true,
		"edit: delete nvidia.com/dynamographdeployments":        true,
		"edit: update " + adapters + "/scale":                   true,
		"edit: patch " + adapters + "/scale":                    true,
		"view: list nvidia.com/dynamographdeploymentclaims":     true,
		"view: create nvidia.com/dynamographdeploymentclaims":   false,
		"view: get " + claims + "/scale":                        true,
		"view: update " + claims + "/scale":                     false,
		"edit: create nvidia.com/dynamographdeploymentclaims":   true,
		"edit: delete nvidia.com/dynamomodelclaims":             true,
		"edit: patch " + claims + "/scale":                      true,
		"edit: create nvidia.com/xdynamographdeployments":       false,
		"view: list nvidia.com/xdynamographdeployments":         false,
		"edit: create nvidia.com/dynamoworkermetadatas":         false,
		"edit: update nvidia.com/dynamographdeployments/status": false,
	}
	got := map[string]bool{}
	for each := range want {
		user, right, _ := strings.Cut(each, ": ")
		got[each] = s.may(t.Context(), user, right)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rights of people: -want, +got:\n%s", diff)
	}
}

// TestRightsAreNeeded takes what package/rbac/crossplane.yaml gives away again:
// a graph then says what is missing, and goes on when it is back.
func TestRightsAreNeeded(t *testing.T) {
	s := newScenario(t)
	giveBack := s.takeRights("create rbac.authorization.k8s.io/rolebindings")
	s.apply(graph(t))
	s.untilForbidden(harness.Graph(), chat)
	giveBack()
	s.untilReady(chat)
}

// takeRights takes from Crossplane what package/rbac/crossplane.yaml gives, which ends
// one right that it names, and returns what gives them back.
func (s *scenario) takeRights(right string) func() {
	s.Helper()
	files, err := harness.ObjectsOf(root + "/package/rbac/crossplane.yaml")
	s.must(err)
	giveBack := func() {
		s.must(s.client.Apply(context.WithoutCancel(s.Context()), files...))
		s.notef("rights given back")
	}
	s.Cleanup(giveBack)
	role := harness.Ref{GroupVersionKind: harness.Kind("rbac.authorization.k8s.io", "v1", "ClusterRole"), Name: "function-dynamo:aggregate-to-crossplane"}
	s.must(s.client.Patch(s.Context(), role, `{"rules":[]}`))
	s.until("Crossplane may not "+right, s.mayNot(crossplane, right))
	return giveBack
}

// untilForbidden waits until a composite says that rights are missing.
func (s *scenario) untilForbidden(kind schema.GroupVersionKind, name string) {
	s.Helper()
	s.until(name+" says what is missing", func(ctx context.Context) error {
		c, err := s.condition(ctx, kind, name, "Synced")
		// Crossplane reads through a cache, which it may not fill.
		if err == nil && (c.Status != "False" || !says(c.Message, "forbidden", "Informer to sync")) {
			err = fmt.Errorf("Synced is %+v", c)
		}
		if err == nil {
			s.notef("Synced=%s %s: %s", c.Status, c.Reason, c.Message)
		}
		return err
	})
}

// says whether a message has one of some texts in it.
func says(message string, texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(message, text) })
}
