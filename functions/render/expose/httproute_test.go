package expose

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestRoute(t *testing.T) {
	cases := map[string]struct {
		reason string
		o      Outside
		want   string
	}{
		"Plain": {
			reason: "a Gateway of the graph's namespace, and all the time that an answer needs",
			o:      Outside{Host: "chat.local", Route: settings.Route{Name: "public"}},
			want: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat-front-v1, labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-namespace: team-a-chat, nvidia.com/dynamo-graph-deployment-name: chat}}
spec:
  parentRefs: [{name: public}]
  hostnames: [chat.local]
  rules:
  - matches: [{path: {type: PathPrefix, value: /}}]
    backendRefs: [{name: chat-front-v1, port: 8000}]
    timeouts: {request: 0s}
`,
		},
		"Everything": {
			reason: "one listener of a Gateway elsewhere; labels and annotations are the block's, too",
			o: Outside{
				Host: "chat.example.com", Route: settings.Route{Name: "public", Namespace: "infra", Section: "https", Timeout: "30m"},
				Labels: map[string]string{"exposed": "public"}, Annotations: map[string]string{"a": "b"},
			},
			want: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat-front-v1, labels: {exposed: public, nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-namespace: team-a-chat, nvidia.com/dynamo-graph-deployment-name: chat}, annotations: {a: b}}
spec:
  parentRefs: [{name: public, namespace: infra, sectionName: https}]
  hostnames: [chat.example.com]
  rules:
  - matches: [{path: {type: PathPrefix, value: /}}]
    backendRefs: [{name: chat-front-v1, port: 8000}]
    timeouts: {request: 30m}
`,
		},
		"Unset": {
			reason: "the Gateway decides how long a request may take",
			o:      Outside{Host: "chat.local", Route: settings.Route{Name: "public", Timeout: "unset"}},
			want: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat-front-v1, labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-namespace: team-a-chat, nvidia.com/dynamo-graph-deployment-name: chat}}
spec:
  parentRefs: [{name: public}]
  hostnames: [chat.local]
  rules:
  - matches: [{path: {type: PathPrefix, value: /}}]
    backendRefs: [{name: chat-front-v1, port: 8000}]
`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			assert(t, tc.reason, tc.want, Route(dotted(), tc.o))
		})
	}
}

// TestRouteOfNoGraph: a component without a graph is found by its own name.
func TestRouteOfNoGraph(t *testing.T) {
	c := dotted()
	c.Standalone = true
	want := map[string]string{"nvidia.com/dynamo-component": "Worker", "nvidia.com/dynamo-namespace": "team-a-chat"}
	got := Route(c, Outside{Host: "chat.local", Route: settings.Route{Name: "public"}}).Labels
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Route(...): labels: -want, +got:\n%s", diff)
	}
}
