package page

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
)

// hostile is a manifest that would like to run something.
const hostile = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  namespace: team
  annotations:
    a: "</script><script>alert(1)</script>"
    b: "</style><img src=x onerror=alert(1)>"
    "x.org/\"><svg onload=alert(1)>": c
spec:
  envs:
  - {name: LINK, value: "javascript:alert(1)"}
  - {name: TEMPLATE, value: "{{.}}"}
  services:
    "W\"><script>alert(2)</script>":
      componentType: worker
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1, command: [python3, -m, dynamo.vllm]}}
    Frontend:
      componentType: "<script>alert(3)</script>"
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}
`

const chat = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: team}
spec:
  services:
    Frontend:
      componentType: frontend
      colour: red
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}
    Worker:
      componentType: worker
      replicas: 2
      multinode: {nodeCount: 2}
      autoscaling: {enabled: true}
      resources: {limits: {gpu: "8", memory: 64Gi, cpu: "16"}}
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1, command: [python3], args: [-m, dynamo.vllm, --tensor-parallel-size, "16"]}}
`

// previewOf renders manifests, with what set each field.
func previewOf(tb testing.TB, files []string, manifests ...map[string]any) Preview {
	tb.Helper()
	options := preview.Options{Settings: settings.Default()}
	p := preview.New(options)
	nodes, err := p.All(manifests)
	if err != nil {
		tb.Fatalf("All(...): %v", err)
	}
	found, err := origin.Find(origin.Setup{Previewer: p, Options: options, Manifests: manifests}, nodes)
	if err != nil {
		tb.Fatalf("Find(...): %v", err)
	}
	return Preview{Files: files, Manifests: manifests, Nodes: nodes, Origins: found, Layers: []string{"built-in"}}
}

func written(tb testing.TB, p Preview) string {
	tb.Helper()
	b := &bytes.Buffer{}
	if err := Write(b, p); err != nil {
		tb.Fatalf("Write(...): %v", err)
	}
	return b.String()
}

// TestNothingRuns: whatever is in a manifest or in a file's name is text, and the policy
// allows the page's own style and script alone.
func TestNothingRuns(t *testing.T) {
	p := previewOf(t, []string{`"><script>alert(4)</script>.yaml`}, layertest.Object(t, hostile))
	page := written(t, p)
	tags := regexp.MustCompile(`(?i)<\s*(script|style|img|svg|iframe|object|embed|link|base|form)\b`).FindAllString(page, -1)
	if diff := cmp.Diff([]string{"<style", "<script"}, tags); diff != "" {
		t.Errorf("tags of the page that do something: -want, +got:\n%s", diff)
	}
	for _, pattern := range []string{`(?i)<[^>]*\son[a-z]+\s*=`, `(?i)<[^>]*\sstyle\s*=`, `(?i)(href|src)\s*=\s*"[^#"]`} {
		if found := regexp.MustCompile(pattern).FindString(strings.ReplaceAll(page, script, "")); found != "" {
			t.Errorf("the page has %q, as %s finds", found, pattern)
		}
	}
	policy := html.UnescapeString(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1])
	want := fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hash(between(page, "<style>", "</style>")), hash(between(page, "<script>", "</script>")))
	if diff := cmp.Diff(want, policy); diff != "" {
		t.Errorf("policy: -want, +got:\n%s", diff)
	}
}

func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	out, _, _ := strings.Cut(rest, to)
	return out
}

// TestWhole: all objects, and links to what there is.
func TestWhole(t *testing.T) {
	p := previewOf(t, []string{"chat.yaml"}, layertest.Object(t, chat))
	page := written(t, p)
	if page != written(t, p) {
		t.Error("the page is another one each time")
	}
	if want, got := len(preview.Composed(p.Nodes))+1, strings.Count(page, `<article class="object"`); want != got {
		t.Errorf("objects: want %d, got %d", want, got)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("two elements have id %q", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !ids[m[1]] {
			t.Errorf("a link leads to %q, which is not there", m[1])
		}
	}
}

func TestLook(t *testing.T) {
	v := look(previewOf(t, []string{"chat.yaml"}, layertest.Object(t, chat)))
	wantTotals := []total{
		{Value: "32", Name: "GPUs"}, {Value: "5", Name: "pods"}, {Value: "256 GiB", Name: "memory asked for", Note: "some containers ask for none"},
		{Value: "64", Name: "CPUs asked for"}, {Value: "9", Name: "objects"}, {Value: "2", Name: "remarks"},
	}
	if diff := cmp.Diff(wantTotals, v.Totals); diff != "" {
		t.Errorf("totals: -want, +got:\n%s", diff)
	}
	wantRemarks := [][2]string{{"spec.services[Frontend].colour", "warning"}, {"spec.services[Worker].autoscaling", "warning"}}
	var remarks [][2]string
	for _, r := range v.Remarks {
		remarks = append(remarks, [2]string{r.Field, r.Severity})
	}
	if diff := cmp.Diff(wantRemarks, remarks); diff != "" {
		t.Errorf("remarks: -want, +got:\n%s", diff)
	}
	atLines := map[string]string{}
	for _, l := range v.Objects[0].Lines {
		for _, r := range l.Remarks {
			atLines[strings.TrimSpace(l.Text)] = r.Text
		}
	}
	if diff := cmp.Diff(map[string]string{"colour: red": "unknown field, dropped by the API server", "autoscaling:": "accepted, and not acted on (deprecated)"}, atLines); diff != "" {
		t.Errorf("remarks at lines: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff("DynamoGraphDeployment chat", v.Title); diff != "" {
		t.Errorf("title: -want, +got:\n%s", diff)
	}
}

// TestRefused: what is refused is shown, with the reason at the field.
func TestRefused(t *testing.T) {
	p := previewOf(t, nil, layertest.Object(t, strings.Replace(chat, "replicas: 2", "replicas: -1", 1)), map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a"}})
	v := look(p)
	if !v.Roots[0].Bad {
		t.Error("the graph is in no error")
	}
	if diff := cmp.Diff([][]string{{"refused"}, {"no Dynamo kind"}}, [][]string{v.Roots[0].Facts, v.Roots[1].Facts}); diff != "" {
		t.Errorf("facts: -want, +got:\n%s", diff)
	}
	if page := written(t, p); !strings.Contains(page, "should be greater than or equal to 0") {
		t.Error("the page does not say why")
	}
}

// TestSecrets: what a Secret holds is on no page.
func TestSecrets(t *testing.T) {
	secret := layertest.Object(t, "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {token: c2VjcmV0}, stringData: {other: hidden}}")
	page := written(t, previewOf(t, nil, layertest.Object(t, chat), secret))
	for _, text := range []string{"c2VjcmV0", "hidden}"} {
		if strings.Contains(page, text) {
			t.Errorf("the page has %q of the Secret", text)
		}
	}
	if !strings.Contains(page, "token: (8 characters, not shown)") {
		t.Error("the page does not say that there is a token")
	}
}

// TestSize: a graph of 25 services has a page that a browser opens at once.
func TestSize(t *testing.T) {
	const most = 2 << 20
	if got := len(written(t, previewOf(t, nil, large(t, 25)))); got > most {
		t.Errorf("the page has %d bytes, more than %d", got, most)
	}
}

// large is the graph of the benchmarks with n services.
func large(tb testing.TB, n int) map[string]any {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "test", "bench", "testdata", "graph.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	docs, err := preview.Documents(bytes.NewReader(raw))
	if err != nil {
		tb.Fatal(err)
	}
	spec, _ := docs[0]["spec"].(map[string]any)
	kinds, _ := spec["services"].(map[string]any)
	services := map[string]any{"Frontend": kinds["Frontend"]}
	for i := 1; i < n; i++ {
		kind := []string{"Prefill", "Decode"}[i%2]
		services[fmt.Sprintf("%s%02d", kind, i)] = kinds[kind]
	}
	spec["services"] = services
	return docs[0]
}

// BenchmarkWrite renders a graph of 25 services, finds what set its fields, and writes the
// page.
func BenchmarkWrite(b *testing.B) {
	manifest := large(b, 25)
	size := 0
	for b.Loop() {
		size = len(written(b, previewOf(b, nil, manifest)))
	}
	b.ReportMetric(float64(size), "page-bytes")
}
