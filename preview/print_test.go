package preview_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

func TestTree(t *testing.T) {
	b := &bytes.Buffer{}
	if err := preview.Tree(b, rendered(t, options(), chat+"---"+solo+"---\n{apiVersion: v1, kind: Secret, metadata: {name: hf-token}}")); err != nil {
		t.Fatalf("Tree(...): %v", err)
	}
	want := `DynamoGraphDeployment/chat
├─ DynamoComponentDeployment/chat-frontend
│  ├─ Deployment/chat-frontend (replicas: 1)
│  └─ Service/chat-frontend
├─ DynamoComponentDeployment/chat-worker
│  ├─ Deployment/chat-worker (replicas: 2)
│  └─ Service/chat-worker
├─ ServiceAccount/chat-k8s-service-discovery
└─ RoleBinding/chat-k8s-service-discovery-binding
DynamoComponentDeployment/solo
├─ Deployment/solo (replicas: 1)
├─ Service/solo
├─ ServiceAccount/solo-k8s-service-discovery
└─ RoleBinding/solo-k8s-service-discovery-binding
Secret/hf-token
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("Tree(...): -want, +got:\n%s", diff)
	}
}

// TestYAML reads what was printed: it is the composed objects, the manifests are
// not among them, and nothing is lost.
func TestYAML(t *testing.T) {
	nodes := rendered(t, options(), chat+"---"+solo)
	b := &bytes.Buffer{}
	if err := preview.YAML(b, nodes); err != nil {
		t.Fatalf("YAML(...): %v", err)
	}
	if !strings.HasPrefix(b.String(), "---\n") {
		t.Errorf("YAML(...): want every document to begin with ---, got %q", b.String()[:10])
	}
	got := documents(t, b.String())
	if len(got) != 12 {
		t.Errorf("YAML(...): want 12 objects, got %d", len(got))
	}
	if diff := cmp.Diff(preview.Composed(nodes), got); diff != "" {
		t.Errorf("YAML(...): -want, +got:\n%s", diff)
	}
	for _, o := range got {
		if name := nameOf(o); name == "chat" || name == "solo" && o["kind"] == "DynamoComponentDeployment" {
			t.Errorf("YAML(...): want no manifest, got %v", o)
		}
	}
}

// full is a device without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestPrintErrors(t *testing.T) {
	nodes := rendered(t, options(), solo)
	if err := preview.YAML(full{}, nodes); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("YAML(...): want the writer's error, got %v", err)
	}
	if err := preview.Tree(full{}, nodes); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("Tree(...): want the writer's error, got %v", err)
	}
}
