package preview_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
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
├─ Role/chat-k8s-service-discovery-role
└─ RoleBinding/chat-k8s-service-discovery-binding
DynamoComponentDeployment/solo
├─ Deployment/solo (replicas: 1)
├─ Service/solo
├─ ServiceAccount/solo-k8s-service-discovery
├─ Role/solo-k8s-service-discovery-role
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
	if len(got) != 14 {
		t.Errorf("YAML(...): want 14 objects, got %d", len(got))
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

func TestReport(t *testing.T) {
	object := map[string]any{"kind": "K", "metadata": map[string]any{"name": "n"}}
	valid := layer.Condition{Type: "Valid", Status: layer.True, Reason: "Valid"}
	invalid := layer.Condition{Type: "Valid", Status: layer.False, Reason: "InvalidSpec", Message: "m"}
	refused := rendered(t, options(), "{apiVersion: nvidia.com/v1alpha1, kind: Other, metadata: {name: n}}")[0].Result.Refused
	type want struct {
		text    string
		refused bool
	}
	cases := map[string]struct {
		reason string
		args   preview.Node
		want   want
	}{
		"Composed": {reason: "an object that is composed has nothing to say", args: preview.Node{Key: "k", Object: object}},
		"Foreign":  {reason: "a manifest that is left alone is named", args: preview.Node{Object: object}, want: want{text: "K/n: note: no Dynamo kind, left as it is\n"}},
		"Warnings": {
			reason: "warnings and conditions refuse nothing",
			args: preview.Node{Object: object, Result: &preview.Result{
				Pruned: []string{"spec.a"}, Events: []layer.Event{{Warning: true, Reason: "R", Message: "m"}, {Reason: "S", Message: "n"}}, Conditions: []layer.Condition{valid},
			}},
			want: want{text: "K/n: warning: spec.a: unknown field, dropped by the API server\nK/n: warning: R: m\nK/n: normal: S: n\nK/n: condition: Valid=True (Valid)\n"},
		},
		"Invalid": {
			reason: "a manifest that is not valid is refused",
			args:   preview.Node{Object: object, Result: &preview.Result{Conditions: []layer.Condition{invalid}}},
			want:   want{text: "K/n: condition: Valid=False (InvalidSpec): m\n", refused: true},
		},
		"Fatal": {
			reason: "so is one that a layer answers with a fatal result",
			args:   preview.Node{Object: object, Result: &preview.Result{Fatal: "f", Conditions: []layer.Condition{valid}}},
			want:   want{text: "K/n: fatal: f\nK/n: condition: Valid=True (Valid)\n", refused: true},
		},
		"Refused": {
			reason: "and one that the API server would not take",
			args:   preview.Node{Object: object, Result: &preview.Result{Refused: refused}},
			want:   want{text: "K/n: error: kind: Unsupported value: \"Other\": supported values: " + kinds() + "\n", refused: true},
		},
		"Below": {
			reason: "what is refused below counts as well",
			args:   preview.Node{Object: object, Result: &preview.Result{Children: []preview.Node{{Key: "k", Object: object, Result: &preview.Result{Fatal: "f"}}}}},
			want:   want{text: "K/n: fatal: f\n", refused: true},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := &bytes.Buffer{}
			got := want{refused: preview.Report(b, []preview.Node{tc.args})}
			got.text = b.String()
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nReport(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
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
