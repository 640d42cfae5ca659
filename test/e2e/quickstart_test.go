package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

var (
	// heredocs are the manifests that a page hands to kubectl.
	heredocs = regexp.MustCompile(`(?ms)^ *kubectl apply -f - <<EOF\n(.*?)^EOF$`)
	// applied are the folders and files that it names.
	applied = regexp.MustCompile(`(?m)^ *kubectl apply((?: -f [a-z][a-z/.-]*)+)$`)
	// pushes are the commands that fill a registry, over several lines.
	pushes = regexp.MustCompile(`(?m)^crossplane xpkg push (?:.*\\\n)*.*$`)
)

// inKind is an address such as containers have in the network of kind.
const inKind = "172.18.0.3:5000"

// quickstart is the page, as a shell reads it in which the variable registry is set.
func quickstart(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "docs", "quickstart.md"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), "$registry", inKind)
}

// TestQuickstartManifests asks the API server what it says of every manifest of
// docs/quickstart.md, and of those that it names, by a dry run.
func TestQuickstartManifests(t *testing.T) {
	page := quickstart(t)
	if err := cluster.CreateNamespace(t.Context(), "inference"); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, o := range append(objectsIn(t, page), objectsNamed(t, page)...) {
		r := harness.RefOf(o)
		kinds[r.Kind]++
		_, err := cluster.Client.Of(r.GroupVersionKind, r.Namespace).
			Apply(t.Context(), r.Name, o, metav1.ApplyOptions{FieldManager: "quickstart", Force: true, DryRun: []string{metav1.DryRunAll}})
		if err != nil {
			t.Errorf("%s: %v", r, err)
		}
	}
	for _, kind := range []string{"Configuration", "ImageConfig", "DynamoGraphDeployment", "ClusterRole", "CustomResourceDefinition"} {
		if kinds[kind] == 0 {
			t.Errorf("docs/quickstart.md applies no %s; found %v", kind, kinds)
		}
	}
}

// objectsIn are the manifests that stand in the page.
func objectsIn(t *testing.T, page string) []*unstructured.Unstructured {
	t.Helper()
	var out []*unstructured.Unstructured
	found := heredocs.FindAllStringSubmatch(page, -1)
	for _, m := range found {
		objects, err := harness.Objects(m[1])
		if err != nil {
			t.Fatalf("%v:\n%s", err, m[1])
		}
		out = append(out, objects...)
	}
	if n := strings.Count(page, "<<EOF") + strings.Count(page, "```yaml"); n != len(found) {
		t.Errorf("docs/quickstart.md has %d manifests, of which %d are checked: write each as `kubectl apply -f - <<EOF`", n, len(found))
	}
	return out
}

// objectsNamed are those of the files that the page applies.
func objectsNamed(t *testing.T, page string) []*unstructured.Unstructured {
	t.Helper()
	var out []*unstructured.Unstructured
	for _, m := range applied.FindAllStringSubmatch(page, -1) {
		for folder := range strings.FieldsSeq(strings.ReplaceAll(m[1], "-f ", "")) {
			objects, err := harness.ObjectsOf(filepath.Join(root, folder, "*.yaml"))
			if err != nil || len(objects) == 0 {
				t.Fatalf("docs/quickstart.md applies %s: %d objects (%v)", folder, len(objects), err)
			}
			out = append(out, objects...)
		}
	}
	return out
}

// TestQuickstartGraph takes the graph of docs/quickstart.md through what the page does
// with it.
func TestQuickstartGraph(t *testing.T) {
	s := newScenario(t)
	for _, o := range objectsIn(t, quickstart(t)) {
		if o.GetKind() == "DynamoGraphDeployment" {
			o.SetNamespace(s.namespace)
			s.must(s.client.Apply(t.Context(), o))
		}
	}
	s.untilReady("chat")
	s.patch(harness.Adapter(), "chat-worker", `{"spec":{"replicas":3}}`, "scale")
	s.until("three workers run", func(ctx context.Context) error {
		d, err := s.client.Get(ctx, s.ref(harness.Deployment(), "chat-worker"))
		if err != nil {
			return err
		}
		if ready := number(d, "status", "readyReplicas"); ready != 3 {
			return fmt.Errorf("%d are ready", ready)
		}
		return nil
	})
	err := patchJSON(t.Context(), s.client, s.ref(at(harness.Graph(), newer), "chat"), `[{"op":"replace","path":"/spec/components/1/replicas","value":-1}]`)
	if err == nil || !strings.Contains(err.Error(), "spec.components[1].replicas: Invalid value: -1") {
		t.Errorf("the API server says of a negative number: %v", err)
	}
}

// TestQuickstartRegistry pushes the packages as docs/quickstart.md says, into a registry
// of this test. That Crossplane installs from one by an ImageConfig is what all other
// tests here rest on.
func TestQuickstartRegistry(t *testing.T) {
	page := quickstart(t)
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	address := strings.TrimPrefix(server.URL, "http://")
	bin := t.TempDir()
	cli := strings.TrimSpace(command(t, root, filepath.Join("hack", "tool"), "crossplane-cli"))
	if err := os.Symlink(cli, filepath.Join(bin, "crossplane")); err != nil {
		t.Fatal(err)
	}
	for _, push := range pushes.FindAllString(page, -1) {
		cmd := exec.CommandContext(t.Context(), "bash", "-c", strings.ReplaceAll(push, "localhost:5001", address))
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s\nfails: %v\n%s", push, err, out)
		}
	}
	want := map[string][]string{"function-dynamo": {"linux/amd64", "linux/arm64"}, "configuration-dynamo": nil, "configuration-dynamo-claims": nil}
	got := map[string][]string{}
	for repository := range want {
		got[repository] = platforms(t, server.URL+"/v2/crossplane-contrib/"+repository+"/manifests/v0.1.0")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("platforms of the packages: -want, +got:\n%s", diff)
	}
}

// platforms are those of an image index; nil for an image.
func platforms(t *testing.T, url string) []string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	index := struct {
		Manifests []struct {
			Platform struct {
				OS           string `json:"os"`
				Architecture string `json:"architecture"`
			} `json:"platform"`
		} `json:"manifests"`
	}{}
	if err := json.NewDecoder(response.Body).Decode(&index); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d: %v", url, response.StatusCode, err)
	}
	var out []string
	for _, m := range index.Manifests {
		out = append(out, m.Platform.OS+"/"+m.Platform.Architecture)
	}
	return out
}

// TestQuickstartRegistryIsPlain: Crossplane has no setting for registries without TLS. It
// speaks HTTP to private addresses, and to no name but those of this machine.
func TestQuickstartRegistryIsPlain(t *testing.T) {
	for _, o := range objectsIn(t, quickstart(t)) {
		if o.GetKind() != "ImageConfig" {
			continue
		}
		host, _, _ := strings.Cut(text(o, "spec", "rewriteImage", "prefix"), "/")
		r, err := name.NewRegistry(host, name.StrictValidation)
		if err != nil || r.Scheme() != "http" {
			t.Errorf("registry %q is asked by %s (%v), want http", host, r.Scheme(), err)
		}
	}
}
