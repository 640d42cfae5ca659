package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answers of an API server that knows Services alone, and no namespace team.
func answers() map[string]string {
	return map[string]string{
		"/api":    `{"kind": "APIVersions", "versions": ["v1"]}`,
		"/apis":   `{"kind": "APIGroupList", "apiVersion": "v1", "groups": []}`,
		"/api/v1": `{"kind": "APIResourceList", "groupVersion": "v1", "resources": [{"name": "services", "kind": "Service", "namespaced": true}]}`,
	}
}

const noNamespace = `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404, "reason": "NotFound", "details": {"kind": "namespaces", "name": "team"}}`

// kubeconfig points the current context at an API server, and at namespace team.
func kubeconfig(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		text, known := answers()[r.URL.Path]
		if !known {
			w.WriteHeader(http.StatusNotFound)
			text = noNamespace
		}
		_, _ = fmt.Fprint(w, text)
	}))
	t.Cleanup(server.Close)
	writeKubeconfig(t, server.URL)
}

// TestValidateServer: the cluster has a say beside Kubernetes' own rules, and
// manifests go into the namespace of the context.
func TestValidateServer(t *testing.T) {
	kubeconfig(t)

	got := runWith("", "validate", "--server", testdata("solo.json"))

	want := result{code: 1, out: `testdata/solo.json:1: error: the cluster has no kind DynamoComponentDeployment of nvidia.com/v1alpha1: install what brings it
testdata/solo.json:2: warning: spec: Deployment "solo": the cluster has no kind Deployment of apps/v1: install what brings it
testdata/solo.json:2: warning: spec: RoleBinding "solo-k8s-service-discovery-binding": the cluster has no kind RoleBinding of rbac.authorization.k8s.io/v1: install what brings it
testdata/solo.json:2: warning: spec: Service "solo": the cluster has no namespace "team": create it
testdata/solo.json:2: warning: spec: ServiceAccount "solo-k8s-service-discovery": the cluster has no kind ServiceAccount of v1: install what brings it
`}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("run(...): -want, +got:\n%s", diff)
	}
}

// TestValidateServerUnknown: without a cluster there is nobody to ask.
func TestValidateServerUnknown(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "nothing"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")

	got := runWith("", "validate", "--server", testdata("solo.json"))

	want := result{code: 2, err: "xdynamo: error: cannot read the kubeconfig: invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable\n"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("run(...): -want, +got:\n%s", diff)
	}
}
