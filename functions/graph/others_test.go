package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// found has core answer with one object that others made, and that nothing else exists.
func found(t *testing.T, in layer.In, object string) layer.In {
	t.Helper()
	o := layertest.Object(t, object)
	in.Answers.Objects = map[string][]layer.Object{}
	for name, s := range compose(t, in).Needs.Objects {
		in.Answers.Objects[name] = nil
		if s.Kind == o["kind"] && s.Name == o["metadata"].(map[string]any)["name"] {
			in.Answers.Objects[name] = []layer.Object{layer.Read(o)}
		}
	}
	return in
}

// TestComposeBesideOthers leaves alone what others made under names of the graph.
func TestComposeBesideOthers(t *testing.T) {
	type want struct {
		// Missing are the children that are not made.
		Missing []string
		Valid   string
		Ready   string
	}
	const taken = "it is left as it is, and the service is not made until it is deleted, or the service renamed"
	cases := map[string]struct {
		reason string
		object string
		want   want
	}{
		"Nothing": {reason: "nothing is in the way", object: "{kind: None, metadata: {name: a}}"},
		"Component": {
			reason: "core would overwrite it, and delete it with the graph",
			object: "{kind: DynamoComponentDeployment, metadata: {name: chat-worker}}",
			want: want{
				Missing: []string{"component/Worker"}, Ready: `chat-frontend: PodsNotReady, chat-worker: NotCreated (DynamoComponentDeployment "chat-worker" exists and was made by somebody else)`,
				Valid: `spec.services[Worker]: DynamoComponentDeployment "chat-worker" exists and was made by somebody else: ` + taken,
			},
		},
		"Deployment": {
			reason: "nor does what a component makes stand in the way of it",
			object: "{kind: Deployment, metadata: {name: chat-worker}}",
			want: want{
				Missing: []string{"component/Worker"},
				Valid:   `spec.services[Worker]: Deployment "chat-worker" exists and was made by somebody else: ` + taken,
			},
		},
		"Service": {
			reason: "a Service serves somebody",
			object: "{kind: Service, metadata: {name: chat-frontend, ownerReferences: [{kind: Gateway, name: g, uid: u, controller: true}]}}",
			want: want{
				Missing: []string{"component/Frontend"},
				Valid:   `spec.services[Frontend]: Service "chat-frontend" exists and belongs to Gateway "g": ` + taken,
			},
		},
		"OfComponent": {
			reason: "a component that comes back takes back what it has made",
			object: "{kind: Service, metadata: {name: chat-frontend, ownerReferences: [{kind: DynamoComponentDeployment, name: chat-frontend, uid: u, controller: true}]}}",
		},
		"Orphan": {
			reason: "so does a graph that was deleted without its children",
			object: "{kind: DynamoComponentDeployment, metadata: {name: chat-worker, annotations: {crossplane.io/composition-resource-name: component/Worker}}}",
		},
		"OfTheOperator": {
			reason: "operators since 1.5 make components that take no field of v1alpha1: a refusal would stop the graph for good",
			object: "{kind: DynamoComponentDeployment, metadata: {name: chat-worker, ownerReferences: " +
				"[{kind: DynamoGraphDeployment, name: chat, uid: u1, controller: true}]}, spec: {type: worker, podTemplate: {}}}",
			want: want{
				Missing: []string{"component/Worker"},
				Valid: `spec.services[Worker]: DynamoComponentDeployment "chat-worker" exists in the form of v1beta1, as the Dynamo operator makes them, ` +
					`and cannot be written in another (kubectl delete --cascade=orphan leaves its pods): ` + taken,
			},
		},
		"Going": {
			reason: "the component of an earlier graph of the name is waited for",
			object: "{kind: DynamoComponentDeployment, metadata: {name: chat-worker, ownerReferences: [{kind: DynamoGraphDeployment, name: chat, uid: u0, controller: true}]}}",
			want:   want{Missing: []string{"component/Worker"}},
		},
		"Account": {
			reason: "pods run under an account, whoever made it",
			object: "{kind: ServiceAccount, metadata: {name: chat-k8s-service-discovery}}",
			want: want{
				Missing: []string{"serviceaccount/discovery"},
				Valid:   `ServiceAccount "chat-k8s-service-discovery" exists and was made by somebody else: it is used as it is, and neither changed nor deleted`,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := in(t, changes{"metadata/uid": "u1"})
			all := layertest.Keys(compose(t, before))

			out := compose(t, found(t, before, tc.object))

			got := want{Missing: without(all, layertest.Keys(out)), Valid: condition(t, out, layer.TypeValid).Message}
			if tc.want.Ready != "" {
				got.Ready = condition(t, out, "ServicesReady").Message
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
			if out.Ready {
				t.Errorf("\n%s\nCompose(...): a graph without pods is ready", tc.reason)
			}
		})
	}
}

// without returns the texts of a list that another one lacks; nil for none.
func without(list, other []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(other, s) {
			out = append(out, s)
		}
	}
	return out
}

// TestOthersOfRunning: a graph asks only for what is about to be made, and what runs
// stays whatever stands beside it.
func TestOthersOfRunning(t *testing.T) {
	next := running(t)
	delete(next.Observed, "component/Worker")
	next = found(t, next, "{kind: Service, metadata: {name: chat-worker}}")
	var asked []string
	for name := range compose(t, next).Needs.Objects {
		if strings.Contains(name, "/") && !strings.HasPrefix(name, "environmentconfig/") {
			asked = append(asked, name)
		}
	}
	slices.Sort(asked)
	want := []string{"Deployment/chat-worker", "DynamoComponentDeployment/chat-worker", "Service/chat-worker"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("Compose(...): needs of a service that is gone: -want, +got:\n%s", diff)
	}
	if got := layertest.Keys(compose(t, next)); !slices.Contains(got, "component/Frontend") || slices.Contains(got, "component/Worker") {
		t.Errorf("Compose(...): want the frontend alone, got %v", got)
	}
}

// TestOthersOfScript: nodes cannot wait for their leader with somebody else's script.
func TestOthersOfScript(t *testing.T) {
	spread := changes{worker + "multinode": "{nodeCount: 2}"}
	for name, s := range compose(t, in(t, spread)).Needs.Objects {
		if s.Kind == "ConfigMap" {
			out := compose(t, found(t, in(t, spread), "{kind: ConfigMap, metadata: {name: "+strings.TrimPrefix(name, "ConfigMap/")+"}}"))
			if msg := condition(t, out, layer.TypeValid).Message; !strings.Contains(msg, "it is left as it is; delete it to have it made") {
				t.Errorf("Compose(...): want a warning of the script, got %q", msg)
			}
			return
		}
	}
	t.Error("the graph asks for no ConfigMap")
}

// TestOthersWhateverSettings: core may tell a site's settings only after it was asked,
// and calls once more where that changes what it is asked for.
func TestOthersWhateverSettings(t *testing.T) {
	etcd := in(t)
	etcd.Settings.DiscoveryBackend = "etcd"
	if diff := cmp.Diff(compose(t, in(t)).Needs, compose(t, etcd).Needs); diff != "" {
		t.Errorf("Compose(...): needs: -with Kubernetes, +with etcd:\n%s", diff)
	}
}
