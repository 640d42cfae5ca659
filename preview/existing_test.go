package preview_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// kinds that are rendered, as an error lists them.
func kinds() string {
	var out []string
	for _, kind := range v1alpha1.Kinds() {
		out = append(out, fmt.Sprintf("%q", kind))
	}
	for _, kind := range v1alpha1.Kinds() {
		out = append(out, fmt.Sprintf("%q", kind+"Claim"))
	}
	return strings.Join(out, ", ")
}

// cluster are the objects that a cluster holds after it took a preview. Each
// composite has the status given by its name, in YAML.
func cluster(t *testing.T, nodes []preview.Node, statuses map[string]string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, n := range nodes {
		out = append(out, held(t, n, statuses))
		if n.Result == nil {
			continue
		}
		for _, child := range cluster(t, n.Result.Children, statuses) {
			metadata, _ := child["metadata"].(map[string]any)
			if metadata["ownerReferences"] == nil {
				metadata["ownerReferences"] = []any{map[string]any{"apiVersion": n.Object["apiVersion"], "kind": n.Object["kind"], "name": nameOf(n.Object), "uid": "u", "controller": true}}
			}
			out = append(out, child)
		}
	}
	return out
}

func held(t *testing.T, n preview.Node, statuses map[string]string) map[string]any {
	t.Helper()
	raw, err := yaml.Marshal(n.Object)
	if err != nil {
		t.Fatal(err)
	}
	o := documents(t, string(raw))[0]
	metadata, _ := o["metadata"].(map[string]any)
	metadata["generation"] = int64(7)
	annotations, _ := metadata["annotations"].(map[string]any)
	if annotations == nil {
		annotations = map[string]any{}
	}
	if n.Key != "" {
		annotations["crossplane.io/composition-resource-name"] = n.Key
		metadata["annotations"] = annotations
	}
	if s, ok := statuses[fmt.Sprintf("%v/%s", o["kind"], nameOf(o))]; ok {
		o["status"] = documents(t, s)[0]
	}
	return o
}

func nameOf(o map[string]any) string {
	metadata, _ := o["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	return name
}

// said are the conditions of one type in a preview, by object.
func said(nodes []preview.Node, condition string) map[string]string {
	out := map[string]string{}
	for _, n := range nodes {
		if n.Result == nil {
			continue
		}
		for _, c := range n.Result.Conditions {
			if c.Type == condition {
				out[nameOf(n.Object)] = fmt.Sprintf("%s %s %s", c.Status, c.Reason, c.Message)
			}
		}
		maps.Copy(out, said(n.Result.Children, condition))
	}
	return out
}

const rolledOut = `{observedGeneration: 7, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [{type: Available, status: "True"}]}`

func TestRenderObserves(t *testing.T) {
	o := options()
	o.Existing = cluster(t, rendered(t, o, solo), map[string]string{"Deployment/solo": rolledOut})

	if diff := cmp.Diff(map[string]string{"solo": "True Available "}, said(rendered(t, o, solo), "Available")); diff != "" {
		t.Errorf("Render(...): -want, +got:\n%s", diff)
	}

	t.Run("InALists", func(t *testing.T) {
		items := []any{}
		for _, e := range o.Existing {
			items = append(items, e)
		}
		o := options()
		o.Existing = []map[string]any{{"apiVersion": "v1", "kind": "List", "items": items}}
		if diff := cmp.Diff(map[string]string{"solo": "True Available "}, said(rendered(t, o, solo), "Available")); diff != "" {
			t.Errorf("Render(...): what kubectl get prints: -want, +got:\n%s", diff)
		}
	})
	t.Run("OfOthers", func(t *testing.T) {
		other := strings.Replace(solo, "namespace: team", "namespace: other", 1)
		if diff := cmp.Diff(map[string]string{"solo": "False DeploymentNotReady "}, said(rendered(t, o, other), "Available")); diff != "" {
			t.Errorf("Render(...): objects of another namespace are none of its children: -want, +got:\n%s", diff)
		}
		foreign := options()
		for _, e := range o.Existing {
			metadata, _ := e["metadata"].(map[string]any)
			delete(metadata, "ownerReferences")
			foreign.Existing = append(foreign.Existing, e)
		}
		if diff := cmp.Diff(map[string]string{"solo": "False DeploymentNotReady "}, said(rendered(t, foreign, solo), "Available")); diff != "" {
			t.Errorf("Render(...): objects that it does not control are none of its children: -want, +got:\n%s", diff)
		}
	})
}

func TestRenderExistingComposite(t *testing.T) {
	o := options()
	o.Existing = cluster(t, rendered(t, o, chat), map[string]string{
		"DynamoGraphDeployment/chat": `{state: pending, conditions: [{type: ServicesReady, status: "False", reason: Updating, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}]}`,
	})
	type want struct {
		refused string
		fatal   string
		ready   string
	}
	cases := map[string]struct {
		reason string
		args   string
		want   want
	}{
		"Same": {
			reason: "pods of components that have not reported do not serve yet",
			args:   chat,
			want:   want{ready: "False PodsNotReady chat-frontend: PodsNotReady, chat-worker: PodsNotReady"},
		},
		"Kept": {
			reason: "an invalid change keeps what runs, and says how it does",
			args:   strings.Replace(chat, `image: "example.org/dynamo:1", `, "", 1),
			want: want{
				fatal: "spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings",
				ready: "False PodsNotReady chat-frontend: PodsNotReady, chat-worker: PodsNotReady",
			},
		},
		"Immutable": {
			reason: "a change that the API server would not take",
			args:   strings.Replace(chat, "backendFramework: vllm", "backendFramework: sglang", 1),
			want:   want{refused: `spec.backendFramework: Invalid value: the engine cannot change once set: make a new graph for another engine`},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			nodes := rendered(t, o, tc.args)
			refused := []string{}
			for _, e := range nodes[0].Result.Refused {
				refused = append(refused, e.Error())
			}
			got := want{strings.Join(refused, "; "), nodes[0].Result.Fatal, said(nodes, "ServicesReady")["chat"]}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nRender(...): -want, +got:\n%s", tc.reason, diff)
			}
			if nodes[0].Object["status"] != nil {
				t.Errorf("\n%s\nRender(...): a manifest is shown without status", tc.reason)
			}
		})
	}
}

// TestRenderCreated shows all of what a manifest becomes, also of one that kubectl get
// printed, and of one that the cluster holds: a cluster makes what runs pods at its second
// look, and a preview has one.
func TestRenderCreated(t *testing.T) {
	for _, text := range []string{chat, solo} {
		want := outline(rendered(t, options(), text), "")
		printed := strings.Replace(text, "{name:", `{creationTimestamp: "2026-01-01T00:00:00Z", name:`, 1)
		if diff := cmp.Diff(want, outline(rendered(t, options(), printed), "")); diff != "" {
			t.Errorf("Render(...) of what kubectl get printed: -want, +got:\n%s", diff)
		}
		o := options()
		o.Existing = documents(t, printed)
		if diff := cmp.Diff(want, outline(rendered(t, o, text), "")); diff != "" {
			t.Errorf("Render(...) of what a cluster holds: -want, +got:\n%s", diff)
		}
		if diff := cmp.Diff(documents(t, printed), o.Existing); diff != "" {
			t.Errorf("Render(...) changed what is held: -want, +got:\n%s", diff)
		}
	}
}

// TestRenderExistingClaim: a claim that the cluster holds is composed where the graph
// controls it, and left alone where it does not.
func TestRenderExistingClaim(t *testing.T) {
	const graph = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: team}
spec:
  pvcs: [{name: models, create: true, size: 2Gi, storageClass: fast, volumeAccessMode: ReadWriteMany}]
  services:
    Frontend: {componentType: frontend, extraPodSpec: {mainContainer: {image: "example.org/dynamo:1"}}}
`
	const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models, namespace: %s, ownerReferences: %s}
spec: {accessModes: [ReadWriteMany], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
`
	const ours = "[{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, name: chat, uid: u, controller: true}]"
	type want struct {
		Size     any
		Warnings int
	}
	cases := map[string]struct {
		reason string
		args   string
		want   want
	}{
		"None":           {reason: "it is made", want: want{Size: "2Gi"}},
		"OtherNamespace": {reason: "it is made, too", args: fmt.Sprintf(claim, "other", "[]"), want: want{Size: "2Gi"}},
		"Ours":           {reason: "it stays as it is", args: fmt.Sprintf(claim, "team", ours), want: want{Size: "1Gi"}},
		"OfOthers":       {reason: "it is only used", args: fmt.Sprintf(claim, "team", "[]"), want: want{Warnings: 1}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := options()
			o.Existing = documents(t, tc.args)
			n := rendered(t, o, graph)[0]
			got := want{Warnings: len(n.Result.Found.Warnings)}
			for _, c := range n.Result.Children {
				if c.Key == "pvc/models" {
					got.Size, _, _ = unstructured.NestedFieldNoCopy(c.Object, "spec", "resources", "requests", "storage")
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nRender(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
