package expose

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// assert compares an object, as it is sent, with a manifest.
func assert(t *testing.T, reason, want string, o runtime.Object) {
	t.Helper()
	got, err := object.Desired(o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(layertest.Object(t, want), got); diff != "" {
		t.Errorf("%s (-want, +got):\n%s", reason, diff)
	}
	clone, err := object.Desired(o.DeepCopyObject())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, clone); diff != "" {
		t.Errorf("a copy is the same (-original, +copy):\n%s", diff)
	}
}

func dotted() dynamo.Component {
	return component(frontend(), func(c *dynamo.Component) { c.Name = "chat-front.v1" })
}

func TestIngress(t *testing.T) {
	cases := map[string]struct {
		reason string
		o      Outside
		want   string
	}{
		"Plain": {
			reason: "no certificate, no TLS",
			o:      Outside{Host: "chat.local", Class: "nginx"},
			want: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: chat-front-v1}
spec:
  ingressClassName: nginx
  rules:
  - host: chat.local
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: chat-front-v1, port: {number: 8000}}}}]}
`,
		},
		"Everything": {
			reason: "TLS is for the host; labels and annotations are the block's",
			o: Outside{
				Host: "chat.example.com", Class: "haproxy", TLSSecret: "cert",
				Labels: map[string]string{"exposed": "public"}, Annotations: map[string]string{"haproxy.org/timeout-server": "600s"},
			},
			want: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: chat-front-v1
  labels: {exposed: public}
  annotations: {haproxy.org/timeout-server: 600s}
spec:
  ingressClassName: haproxy
  rules:
  - host: chat.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: chat-front-v1, port: {number: 8000}}}}]}
  tls: [{hosts: [chat.example.com], secretName: cert}]
`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			assert(t, tc.reason, tc.want, Ingress(dotted(), tc.o))
		})
	}
}

func TestViaGateway(t *testing.T) {
	o := Outside{
		Host: "chat.example.com", Gateway: "istio-system/gw",
		Labels: map[string]string{"exposed": "public"}, Annotations: map[string]string{"a": "b"},
	}
	assert(t, "all requests of the host go to the Service", `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: chat-front-v1, labels: {exposed: public}, annotations: {a: b}}
spec:
  gateways: [istio-system/gw]
  hosts: [chat.example.com]
  http:
  - match: [{uri: {prefix: /}}]
    route: [{destination: {host: chat-front-v1, port: {number: 8000}}}]
`, ViaGateway(dotted(), o))
}

// TestVirtualServiceCopy: a copy shares nothing with the original.
func TestVirtualServiceCopy(t *testing.T) {
	original := ViaGateway(dotted(), Outside{Host: "chat.local", Gateway: "a/b", Labels: map[string]string{"a": "b"}})
	clone, ok := original.DeepCopyObject().(*VirtualService)
	if !ok {
		t.Fatalf("want a VirtualService, got %T", original.DeepCopyObject())
	}
	clone.Labels["a"], clone.Spec.Hosts[0], clone.Spec.Gateways[0] = "c", "c", "c"
	clone.Spec.HTTP[0].Match[0].URI.Prefix, clone.Spec.HTTP[0].Route[0].Destination.Host = "c", "c"
	if diff := cmp.Diff(ViaGateway(dotted(), Outside{Host: "chat.local", Gateway: "a/b", Labels: map[string]string{"a": "b"}}), original); diff != "" {
		t.Errorf("changing a copy changed the original (-before, +after):\n%s", diff)
	}
}

func TestModelService(t *testing.T) {
	serves := func(c *dynamo.Component) { c.Model = "meta-llama/Llama-3.1-8B-Instruct" }
	engine := func(c *dynamo.Component) { c.Engine.Declared = "vllm" }
	alone := func(c *dynamo.Component) { c.Standalone, c.Graph = true, c.Name }
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   string
	}{
		"Worker": {
			reason: "the hash of the model is that of the conformance cases; the pods are those of the component alone",
			c:      component(ofType(dynamo.TypePrefill, dynamo.TypePrefill), serves, engine),
			want: `
apiVersion: v1
kind: Service
metadata:
  name: dynamo-model-08a20b29-cf1ea9b8
  annotations: {nvidia.com/dynamo-base-model: meta-llama/Llama-3.1-8B-Instruct}
  labels:
    dynamo.fn.crossplane.io/backend-framework: vllm
    nvidia.com/dynamo-base-model-hash: 08a20b29
    nvidia.com/dynamo-component: Worker
    nvidia.com/dynamo-component-type: prefill
    nvidia.com/dynamo-graph-deployment-name: chat
    nvidia.com/dynamo-namespace: team-a-chat
    nvidia.com/dynamo-sub-component-type: prefill
spec:
  clusterIP: None
  ports: [{name: system, port: 9090, protocol: TCP, targetPort: 9090}]
  selector:
    nvidia.com/dynamo-base-model-hash: 08a20b29
    nvidia.com/dynamo-component: Worker
    nvidia.com/dynamo-component-type: prefill
    nvidia.com/dynamo-namespace: team-a-chat
`,
		},
		"StandaloneWithoutType": {
			reason: "without graph, type and engine there is nothing to say of them",
			c:      component(ofType("", ""), serves, alone),
			want: `
apiVersion: v1
kind: Service
metadata:
  name: dynamo-model-08a20b29-cf1ea9b8
  annotations: {nvidia.com/dynamo-base-model: meta-llama/Llama-3.1-8B-Instruct}
  labels:
    nvidia.com/dynamo-base-model-hash: 08a20b29
    nvidia.com/dynamo-component: Worker
    nvidia.com/dynamo-namespace: team-a-chat
spec:
  clusterIP: None
  ports: [{name: system, port: 9090, protocol: TCP, targetPort: 9090}]
  selector:
    nvidia.com/dynamo-base-model-hash: 08a20b29
    nvidia.com/dynamo-component: Worker
    nvidia.com/dynamo-namespace: team-a-chat
`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			assert(t, tc.reason, tc.want, ModelService(tc.c))
		})
	}
}

func TestPickerService(t *testing.T) {
	assert(t, "gateways have to speak HTTP/2 to a picker", `
apiVersion: v1
kind: Service
metadata:
  name: chat-worker
  annotations: {sidecar.istio.io/inject: "false"}
  labels:
    nvidia.com/dynamo-component: Worker
    nvidia.com/dynamo-discovery-backend: kubernetes
    nvidia.com/dynamo-discovery-enabled: "true"
    nvidia.com/dynamo-graph-deployment-name: chat
    nvidia.com/dynamo-namespace: team-a-chat
spec:
  ports: [{name: grpc, port: 9002, protocol: TCP, targetPort: 9002, appProtocol: http2}]
  selector:
    nvidia.com/dynamo-component: Worker
    nvidia.com/dynamo-component-type: epp
    nvidia.com/dynamo-namespace: team-a-chat
`, Service(component(ofType(dynamo.TypePicker, "")), kubernetes()))
}
