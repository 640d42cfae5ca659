package preview_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

const (
	chat = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  backendFramework: vllm
  services:
    Frontend: {componentType: frontend, extraPodSpec: {mainContainer: {image: "example.org/dynamo:1"}}}
    Worker: {componentType: worker, replicas: 2, extraPodSpec: {mainContainer: {image: "example.org/dynamo:1", command: [python3], args: [-m, dynamo.vllm]}}}
`
	solo = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata: {name: solo, namespace: team}
spec: {componentType: worker, extraPodSpec: {mainContainer: {image: "example.org/dynamo:1"}}}
`
)

// documents reads a stream that has no faults.
func documents(t *testing.T, text string) []map[string]any {
	t.Helper()
	out, err := preview.Documents(strings.NewReader(text))
	if err != nil {
		t.Fatalf("Documents(...): %v", err)
	}
	return out
}

// plain is shared by tests without options of their own: building the schemas is
// what takes time.
var plain = sync.OnceValue(func() *preview.Previewer { return preview.New(options()) })

// rendered are the nodes of manifests.
func rendered(t *testing.T, o preview.Options, text string) []preview.Node {
	t.Helper()
	p := plain()
	if !cmp.Equal(o, options()) {
		p = preview.New(o)
	}
	var out []preview.Node
	for _, d := range documents(t, text) {
		n, err := p.Render(d)
		if err != nil {
			t.Fatalf("Render(...): %v", err)
		}
		out = append(out, n)
	}
	return out
}

func options() preview.Options { return preview.Options{Settings: settings.Default()} }

// outline is a node with those below it, by key and object.
func outline(nodes []preview.Node, indent string) []string {
	var out []string
	for _, n := range nodes {
		metadata, _ := n.Object["metadata"].(map[string]any)
		out = append(out, fmt.Sprintf("%s%s %v/%v in %v", indent, n.Key, n.Object["kind"], metadata["name"], metadata["namespace"]))
		if n.Result != nil {
			out = append(out, outline(n.Result.Children, indent+"  ")...)
		}
	}
	return out
}

func TestRender(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Graph": {
			reason: "all layers, in the default namespace, as kubectl has it",
			args:   chat,
			want: []string{
				" DynamoGraphDeployment/chat in default",
				"  component/Frontend DynamoComponentDeployment/chat-frontend in default",
				"    deployment/main Deployment/chat-frontend in default",
				"    service/main Service/chat-frontend in default",
				"  component/Worker DynamoComponentDeployment/chat-worker in default",
				"    deployment/main Deployment/chat-worker in default",
				"    service/main Service/chat-worker in default",
				"  serviceaccount/discovery ServiceAccount/chat-k8s-service-discovery in default",
				"  rolebinding/discovery RoleBinding/chat-k8s-service-discovery-binding in default",
			},
		},
		"Component": {
			reason: "a component on its own, in its own namespace",
			args:   solo,
			want: []string{
				" DynamoComponentDeployment/solo in team",
				"  deployment/main Deployment/solo in team",
				"  service/main Service/solo in team",
				"  serviceaccount/discovery ServiceAccount/solo-k8s-service-discovery in team",
				"  rolebinding/discovery RoleBinding/solo-k8s-service-discovery-binding in team",
			},
		},
		"Foreign": {
			reason: "what Crossplane does not touch is left as it is",
			args:   "{apiVersion: v1, kind: Secret, metadata: {name: hf-token}}",
			want:   []string{" Secret/hf-token in default"},
		},
		"Neighbour": {
			reason: "so are kinds of the GPU operator, which has our group",
			args:   "{apiVersion: nvidia.com/v1alpha1, kind: NVIDIADriver, metadata: {name: gpu}}",
			want:   []string{" NVIDIADriver/gpu in default"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, outline(rendered(t, options(), tc.args), "")); diff != "" {
				t.Errorf("\n%s\nRender(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRenderLeavesManifest(t *testing.T) {
	d := documents(t, chat)[0]
	if _, err := preview.New(options()).Render(d); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(documents(t, chat)[0], d); diff != "" {
		t.Errorf("Render(...): the manifest changed: -before, +after:\n%s", diff)
	}
}

func TestRenderAdmission(t *testing.T) {
	type want struct {
		refused, pruned []string
		children        bool
	}
	set := func(old, by string) string { return strings.Replace(chat, old, by, 1) }
	cases := map[string]struct {
		reason string
		args   string
		want   want
	}{
		"Taken":   {reason: "a manifest without a fault", args: chat, want: want{children: true}},
		"Unknown": {reason: "unknown fields are dropped, as by the API server", args: set("replicas: 2", "replica: 2"), want: want{pruned: []string{"spec.services[Worker].replica"}, children: true}},
		"Null":    {reason: "null counts as absent", args: set("replicas: 2", "replicas: null, envs: null"), want: want{children: true}},
		"WrongType": {
			reason: "the schema refuses it",
			args:   set("replicas: 2", "replicas: two"),
			want: want{refused: []string{
				"spec: Invalid value: its rules were not checked because of the other errors: correct those and try again",
				`spec.services[Worker].replicas: Invalid value: "two": must be an integer, not a string`,
			}},
		},
		"NoName": {
			reason: "an object has a name",
			args:   set("{name: chat}", "{labels: {a: b}}"),
			want: want{refused: []string{
				"metadata.name: Required value: name or generateName is required",
				"spec: Invalid value: its rules were not checked because of the other errors: correct those and try again",
			}},
		},
		"OtherVersion": {
			reason: "no other version is served",
			args:   set("v1alpha1", "v1"),
			want:   want{refused: []string{`apiVersion: Unsupported value: "nvidia.com/v1": supported values: "nvidia.com/v1alpha1", "nvidia.com/v1beta1"`}},
		},
		"NoKind": {
			reason: "a manifest says what it is",
			args:   set("kind: DynamoGraphDeployment", ""),
			want:   want{refused: []string{"kind: Required value: a manifest has apiVersion, kind and metadata"}},
		},
		"NoVersion": {
			reason: "a manifest says what it is",
			args:   set("apiVersion: nvidia.com/v1alpha1", ""),
			want:   want{refused: []string{"apiVersion: Required value: that of DynamoGraphDeployment is nvidia.com/v1alpha1"}},
		},
		"OtherGroup": {
			reason: "a group that is misspelt hides no kind of ours",
			args:   set("nvidia.com", "nvidai.com"),
			want:   want{refused: []string{`apiVersion: Unsupported value: "nvidai.com/v1alpha1": supported values: "nvidia.com/v1alpha1", "nvidia.com/v1beta1"`}},
		},
		"OtherCase": {
			reason: "kinds have capitals",
			args:   set("kind: DynamoGraphDeployment", "kind: dynamographdeployment"),
			want:   want{refused: []string{`kind: Unsupported value: "dynamographdeployment": supported values: ` + kinds()}},
		},
		"GeneratedName": {
			reason: "kubectl create takes it",
			args:   set("{name: chat}", "{generateName: chat-}"),
			want:   want{children: true},
		},
		"Misspelt": {
			reason: "a kind of the group that nobody knows is a mistake",
			args:   set("kind: DynamoGraphDeployment", "kind: DynamoGraphDeploymnt"),
			want:   want{refused: []string{`kind: Unsupported value: "DynamoGraphDeploymnt": supported values: ` + kinds()}},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := rendered(t, options(), tc.args)[0].Result
			var refused []string
			for _, e := range r.Refused {
				refused = append(refused, e.Error())
			}
			if diff := cmp.Diff(tc.want, want{refused, r.Pruned, len(r.Children) > 0}, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nRender(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRenderDefaults(t *testing.T) {
	const restart = `
  restart: {id: now, strategy: {order: [Worker, Frontend]}}
  services:`
	node := rendered(t, options(), strings.Replace(chat, "\n  services:", restart, 1))[0]
	spec, _ := node.Object["spec"].(map[string]any)
	want := map[string]any{"id": "now", "strategy": map[string]any{"type": "Sequential", "order": []any{"Worker", "Frontend"}}}
	if diff := cmp.Diff(want, spec["restart"]); diff != "" {
		t.Errorf("Render(...): want the defaults of the definition: -want, +got:\n%s", diff)
	}
}

// TestRenderFatal renders what the function answers with a fatal result.
func TestRenderFatal(t *testing.T) {
	o := options()
	o.Existing = cluster(t, rendered(t, o, solo), map[string]string{"Deployment/solo": "{replicas: many}"})

	node := rendered(t, o, solo)[0]

	if want := `cannot read status of Deployment "solo": unrecognized type: int32`; node.Result.Fatal != want {
		t.Errorf("Render(...): want fatal %q, got %q", want, node.Result.Fatal)
	}
	if len(node.Result.Children) > 0 {
		t.Errorf("Render(...): want no children, got %v", outline(node.Result.Children, ""))
	}
}

func TestRenderSettings(t *testing.T) {
	o := options()
	o.Settings.DiscoveryBackend = "etcd"
	want := []string{
		" DynamoComponentDeployment/solo in team",
		"  deployment/main Deployment/solo in team",
	}
	if diff := cmp.Diff(want, outline(rendered(t, o, solo), "")); diff != "" {
		t.Errorf("Render(...): -want, +got:\n%s", diff)
	}
}

// TestRenderEnvironment: settings of the cluster win over those of the step, and those
// of the namespace over both.
func TestRenderEnvironment(t *testing.T) {
	o := options()
	o.Settings.DiscoveryBackend = "etcd"
	all := outline(rendered(t, options(), solo), "")
	o.Existing = documents(t, `
{apiVersion: apiextensions.crossplane.io/v1beta1, kind: EnvironmentConfig, metadata: {name: dynamo.team}, data: {dynamo: {discovery: {backend: kubernetes}}}}
---
{apiVersion: apiextensions.crossplane.io/v1beta1, kind: EnvironmentConfig, metadata: {name: dynamo}, data: {dynamo: {discovery: {backend: etcd}}}}
`)
	if diff := cmp.Diff(all, outline(rendered(t, o, solo), "")); diff != "" {
		t.Errorf("Render(...): -want, +got:\n%s", diff)
	}
}

// TestRenderAdapter finds the graph that is rendered answered to the adapter
// that comes of it.
func TestRenderAdapter(t *testing.T) {
	nodes := rendered(t, options(), `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    Frontend:
      componentType: frontend
      scalingAdapter: {enabled: true}
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}
`)
	for _, n := range nodes[0].Result.Children {
		if n.Key != "scalingadapter/Frontend" {
			continue
		}
		want := []layer.Condition{{Type: "Bound", Status: layer.True, Reason: "Bound"}}
		if diff := cmp.Diff(want, n.Result.Conditions); diff != "" {
			t.Errorf("conditions of the adapter: -want +got:\n%s", diff)
		}
		return
	}
	t.Errorf("want an adapter among the children of %v", outline(nodes, ""))
}
