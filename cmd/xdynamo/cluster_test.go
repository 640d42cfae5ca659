package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// cluster is an API server that holds objects, and lets nobody write any.
type cluster struct {
	objects []map[string]any
	// forbidden is the resource that nobody may read.
	forbidden string
	// writes are what it was asked to write.
	writes []string
}

// resources are the kinds that the cluster has, by group and version.
func resources() map[string][]metav1.APIResource {
	namespaced := func(name, kind string) metav1.APIResource {
		return metav1.APIResource{Name: name, Kind: kind, Namespaced: true}
	}
	return map[string][]metav1.APIResource{
		"v1": {
			namespaced("services", "Service"), namespaced("serviceaccounts", "ServiceAccount"), namespaced("secrets", "Secret"),
			namespaced("configmaps", "ConfigMap"), namespaced("persistentvolumeclaims", "PersistentVolumeClaim"),
		},
		"apps/v1":                      {namespaced("deployments", "Deployment")},
		"rbac.authorization.k8s.io/v1": {namespaced("rolebindings", "RoleBinding")},
		"nvidia.com/v1alpha1": {
			namespaced("dynamographdeployments", "DynamoGraphDeployment"), namespaced("dynamographdeploymentclaims", "DynamoGraphDeploymentClaim"),
			{Name: "xdynamographdeployments", Kind: "XDynamoGraphDeployment"}, namespaced("dynamocomponentdeployments", "DynamoComponentDeployment"),
			namespaced("dynamographdeploymentscalingadapters", "DynamoGraphDeploymentScalingAdapter"),
		},
		"apiextensions.crossplane.io/v1beta1": {{Name: "environmentconfigs", Kind: "EnvironmentConfig"}},
		"apiextensions.crossplane.io/v1":      {{Name: "compositionrevisions", Kind: "CompositionRevision"}},
	}
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/apis/"), "/api/")
	list, isVersion := resources()[path]
	switch {
	case r.Method != http.MethodGet:
		c.writes = append(c.writes, r.Method+" "+r.URL.Path)
		answer(w, http.StatusForbidden, failure(http.StatusForbidden, "no writes"))
	case r.URL.Path == "/api":
		answer(w, http.StatusOK, metav1.APIVersions{Versions: []string{"v1"}})
	case r.URL.Path == "/apis":
		answer(w, http.StatusOK, groups())
	case isVersion:
		answer(w, http.StatusOK, metav1.APIResourceList{GroupVersion: path, APIResources: list})
	default:
		c.get(w, path)
	}
}

func groups() metav1.APIGroupList {
	versions := map[string][]metav1.GroupVersionForDiscovery{}
	for gv := range resources() {
		if group, version, ok := strings.Cut(gv, "/"); ok {
			versions[group] = append(versions[group], metav1.GroupVersionForDiscovery{GroupVersion: gv, Version: version})
		}
	}
	out := metav1.APIGroupList{}
	for group, all := range versions {
		out.Groups = append(out.Groups, metav1.APIGroup{Name: group, Versions: all, PreferredVersion: all[0]})
	}
	return out
}

// get answers with an object, or with those of a resource.
func (c *cluster) get(w http.ResponseWriter, path string) {
	if c.forbidden != "" && strings.Contains(path, "/"+c.forbidden) {
		answer(w, http.StatusForbidden, failure(http.StatusForbidden, c.forbidden+" is forbidden"))
		return
	}
	items := []any{}
	for _, o := range c.objects {
		collection, at := addressOf(o)
		if at == path {
			answer(w, http.StatusOK, o)
			return
		}
		if collection == path {
			items = append(items, o)
		}
	}
	for gv, all := range resources() {
		for _, r := range all {
			if strings.HasPrefix(path, gv) && strings.HasSuffix(path, "/"+r.Name) {
				answer(w, http.StatusOK, map[string]any{"apiVersion": gv, "kind": r.Kind + "List", "items": items})
				return
			}
		}
	}
	answer(w, http.StatusNotFound, failure(http.StatusNotFound, "not found"))
}

// addressOf are the paths of the collection that an object is in, and of the object.
func addressOf(object map[string]any) (string, string) {
	collection := ""
	u := unstructured.Unstructured{Object: object}
	for _, r := range resources()[u.GetAPIVersion()] {
		if r.Kind != u.GetKind() {
			continue
		}
		collection = u.GetAPIVersion() + "/" + r.Name
		if r.Namespaced {
			collection = u.GetAPIVersion() + "/namespaces/" + u.GetNamespace() + "/" + r.Name
		}
	}
	return collection, collection + "/" + u.GetName()
}

func failure(code int32, message string) metav1.Status {
	reason := metav1.StatusReasonNotFound
	if code == http.StatusForbidden {
		reason = metav1.StatusReasonForbidden
	}
	return metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   metav1.StatusFailure, Code: code, Reason: reason, Message: message,
	}
}

func answer(w http.ResponseWriter, code int, v any) {
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}

// start points the current context at the cluster, and at namespace team.
func (c *cluster) start(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	writeKubeconfig(t, server.URL)
}

func writeKubeconfig(t *testing.T, server string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c, users: [{name: u}],
contexts: [{name: c, context: {cluster: c, user: u, namespace: team}}], clusters: [{name: c, cluster: {server: %q}}]}`, server)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", path)
}

// apply makes the objects that a cluster holds once Crossplane composed the manifests of a
// file: each lists what it composes, and says who wrote its fields.
func apply(t *testing.T, file, input string) []map[string]any {
	t.Helper()
	manifests, err := read(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	options := preview.Options{Settings: settings.Default()}
	if input != "" {
		options.Settings, _ = settings.Decode([]byte(input))
	}
	nodes, err := preview.New(options).Settle(manifests, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for _, n := range nodes {
		out = append(out, written(t, preview.Running(n.Object), n))
	}
	for i, o := range preview.Applied(nodes, "team") {
		out = append(out, written(t, o, nodeOf(nodes, i)))
	}
	return out
}

// nodeOf is the node of composed object number i.
func nodeOf(nodes []preview.Node, i int) preview.Node {
	var all []preview.Node
	var gather func(n preview.Node)
	gather = func(n preview.Node) {
		if n.Key != "" {
			all = append(all, n)
		}
		if n.Result != nil {
			for _, child := range n.Result.Children {
				gather(child)
			}
		}
	}
	for _, n := range nodes {
		gather(n)
	}
	return all[i]
}

// written is an object as Crossplane wrote it, and with what a server adds.
func written(t *testing.T, object map[string]any, n preview.Node) map[string]any {
	t.Helper()
	fields := owned(object)
	u := (&unstructured.Unstructured{Object: plain(t, object)}).DeepCopy()
	u.SetUID("some")
	u.SetGeneration(1)
	if err := unstructured.SetNestedSlice(u.Object, []any{map[string]any{
		"manager": "apiextensions.crossplane.io/composed/1", "operation": "Apply", "apiVersion": u.GetAPIVersion(), "fieldsType": "FieldsV1", "fieldsV1": fields,
	}}, "metadata", "managedFields"); err != nil {
		t.Fatal(err)
	}
	if n.Result == nil {
		return u.Object
	}
	var refs []any
	for _, child := range n.Result.Children {
		c := unstructured.Unstructured{Object: child.Object}
		refs = append(refs, map[string]any{"apiVersion": c.GetAPIVersion(), "kind": c.GetKind(), "name": c.GetName()})
	}
	if err := unstructured.SetNestedSlice(u.Object, refs, "spec", "crossplane", "resourceRefs"); err != nil {
		t.Fatal(err)
	}
	return u.Object
}

// plain is an object of JSON types alone.
func plain(t *testing.T, object map[string]any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	out := unstructured.Unstructured{}
	if err := out.UnmarshalJSON(raw); err != nil {
		t.Fatal(err)
	}
	return out.Object
}

// owned are the managed fields of an object. Lists are owned as a whole.
func owned(object map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range object {
		below, _ := value.(map[string]any)
		out["f:"+name] = owned(below)
	}
	return out
}
