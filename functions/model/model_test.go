package model_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/model"
)

const base = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoModel
metadata: {name: chat, namespace: team, generation: 3}
spec: {modelName: acme/chat-3b, baseModelName: acme/chat-3b, modelType: base}
`

const lora = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoModel
metadata: {name: support, namespace: team, generation: 3}
spec: {modelName: acme/support r16, baseModelName: acme/chat-3b, modelType: lora, source: {uri: "s3://adapters/support"}}
`

// slice is an EndpointSlice of the model's own Service, with pods given as
// name:readiness.
func slice(t *testing.T, changes layertest.Changes, pods ...string) layer.Object {
	t.Helper()
	endpoints := []any{}
	for i, p := range pods {
		name, readiness, _ := strings.Cut(p, ":")
		conditions := map[string]any{"ready": readiness == "ready"}
		if readiness == "terminating" {
			conditions = map[string]any{"ready": true, "terminating": true}
		}
		if readiness == "unknown" {
			conditions = map[string]any{}
		}
		endpoints = append(endpoints, map[string]any{
			"addresses": []any{fmt.Sprintf("10.0.%d.%d", (i+1)/256, (i+1)%256)}, "conditions": conditions,
			"targetRef": map[string]any{"kind": "Pod", "name": name, "uid": "uid-" + name},
		})
	}
	o := layertest.Object(t, `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: s, labels: {kubernetes.io/service-name: dynamo-model-x}}
addressType: IPv4
ports: [{name: system, port: 9090, protocol: TCP}]
`)
	o["endpoints"] = endpoints
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return layer.Read(layertest.Object(t, string(raw), changes))
}

// compose runs the layer on a cluster that has provider-http, and these slices.
func compose(t *testing.T, in layer.In, found ...layer.Object) layer.Out {
	t.Helper()
	in.Answers = layer.Answers{
		Objects: map[string][]layer.Object{"endpointslices": append([]layer.Object{}, found...)},
		APIs:    map[string]bool{"request": true},
	}
	out, err := model.Compose(in)
	if err != nil {
		t.Fatalf("Compose(...): %v", err)
	}
	return out
}

// condition returns a condition as text.
func condition(out layer.Out, conditionType string) string {
	for _, c := range out.Conditions {
		if c.Type == conditionType {
			return strings.TrimSuffix(fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message), ": ")
		}
	}
	return ""
}

// endpoints returns the endpoints of a status as text.
func endpoints(t *testing.T, out layer.Out) []string {
	t.Helper()
	all, _ := layertest.Status(t, out)["endpoints"].([]any)
	texts := []string{}
	for _, e := range all {
		m, _ := e.(map[string]any)
		text := fmt.Sprintf("%v %v %v", m["podName"], m["address"], m["ready"])
		if m["loraFallbackCovered"] == true {
			text += " covered"
		}
		texts = append(texts, text)
	}
	return texts
}

func TestBase(t *testing.T) {
	cases := map[string]struct {
		reason    string
		slices    func(t *testing.T) []layer.Object
		endpoints []string
		ready     string
		services  string
	}{
		"None": {
			reason:    "nothing serves the model",
			slices:    func(*testing.T) []layer.Object { return nil },
			endpoints: []string{},
			ready:     `False NoEndpoints: no pod serves "acme/chat-3b": a component serves it whose modelRef.name is that`,
			services:  "False NoServicesFound",
		},
		"WithoutPods": {
			reason: "nor does a slice without pods, or with other targets",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				return []layer.Object{
					slice(t, nil),
					slice(t, layertest.Changes{"endpoints": `[{addresses: [10.0.0.9]}, {addresses: [10.0.0.8], targetRef: {kind: Node, name: node}}]`}),
				}
			},
			endpoints: []string{},
			ready:     `False NoEndpoints: no pod serves "acme/chat-3b": a component serves it whose modelRef.name is that`,
			services:  "False NoServicesFound",
		},
		"All": {
			reason: "pods are ready as their slices say; one that says nothing is",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				return []layer.Object{slice(t, nil, "b:ready", "a:unknown")}
			},
			endpoints: []string{"a http://10.0.0.2:9090 true", "b http://10.0.0.1:9090 true"},
			ready:     "True EndpointsDiscovered",
			services:  "True ServicesFound",
		},
		"Some": {
			reason: "a pod that ends serves no more",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				return []layer.Object{slice(t, nil, "a:ready", "b:no", "c:terminating")}
			},
			endpoints: []string{"a http://10.0.0.1:9090 true", "b http://10.0.0.2:9090 false", "c http://10.0.0.3:9090 false"},
			ready:     "False NotReady: 1 of 3 endpoints are ready; 2 of pods that are not ready themselves",
			services:  "True ServicesFound",
		},
		"NoneReady": {
			reason: "none is",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				return []layer.Object{slice(t, nil, "a:no")}
			},
			endpoints: []string{"a http://10.0.0.1:9090 false"},
			ready:     "False NotReady: 0 of 1 endpoints are ready; 1 of pods that are not ready themselves",
			services:  "True ServicesFound",
		},
		"DualStack": {
			reason: "a pod with addresses of both families counts once, by that of IPv4",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				six := layertest.Changes{"addressType": "IPv6", "endpoints": `[{addresses: ["fd00::1"], targetRef: {kind: Pod, name: a, uid: uid-a}}]`}
				return []layer.Object{slice(t, six), slice(t, nil, "a:ready")}
			},
			endpoints: []string{"a http://10.0.0.1:9090 true"},
			ready:     "True EndpointsDiscovered",
			services:  "True ServicesFound",
		},
		"IPv6": {
			reason: "addresses of IPv6 stand in brackets",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				six := layertest.Changes{"addressType": "IPv6", "endpoints": `[{addresses: ["fd00::1"], targetRef: {kind: Pod, name: a, uid: uid-a}}]`}
				return []layer.Object{slice(t, six)}
			},
			endpoints: []string{"a http://[fd00::1]:9090 true"},
			ready:     "True EndpointsDiscovered",
			services:  "True ServicesFound",
		},
		"TwoServices": {
			reason: "a pod of several Services counts once, by the port of the one that names it",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				own := layertest.Changes{"ports": "[{name: http, port: 8000}]"}
				moved := layertest.Changes{"ports": "[{name: system, port: 9191}]"}
				return []layer.Object{slice(t, own, "a:ready"), slice(t, moved, "a:ready"), slice(t, own, "a:ready")}
			},
			endpoints: []string{"a http://10.0.0.1:9191 true"},
			ready:     "True EndpointsDiscovered",
			services:  "True ServicesFound",
		},
		"OrderOfSlices": {
			reason: "of two slices that differ while they are written, the one in which the pod is ready counts",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				return []layer.Object{slice(t, nil, "a:no"), slice(t, nil, "a:ready"), slice(t, nil, "a:no")}
			},
			endpoints: []string{"a http://10.0.0.1:9090 true"},
			ready:     "True EndpointsDiscovered",
			services:  "True ServicesFound",
		},
		"WithoutUID": {
			reason: "an entry that does not say which pod it is, is that of its name",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				nameless := layertest.Changes{"endpoints": `[{addresses: [10.0.0.5], targetRef: {kind: Pod, name: a}}]`}
				return []layer.Object{slice(t, nameless), slice(t, nil, "a:ready"), slice(t, nameless)}
			},
			endpoints: []string{"a http://10.0.0.1:9090 true"},
			ready:     "True EndpointsDiscovered",
			services:  "True ServicesFound",
		},
		"Names": {
			reason: "nothing is called by a name, nor at what is no address",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				names := layertest.Changes{"addressType": "FQDN", "endpoints": `[{addresses: [metadata.internal, "10.0.0.1/x?y="], targetRef: {kind: Pod, name: a, uid: u}}]`}
				return []layer.Object{slice(t, names)}
			},
			endpoints: []string{},
			ready:     `False NoEndpoints: no pod serves "acme/chat-3b": a component serves it whose modelRef.name is that`,
			services:  "False NoServicesFound",
		},
		"WithoutService": {
			reason: "slices that people make belong to no Service, and nobody serves the model through them",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				return []layer.Object{slice(t, layertest.Changes{"metadata/labels": ""}, "a:ready")}
			},
			endpoints: []string{},
			ready:     `False NoEndpoints: no pod serves "acme/chat-3b": a component serves it whose modelRef.name is that`,
			services:  "False NoServicesFound",
		},
		"OtherService": {
			reason: "the model's own Service knows where its pods are, whatever others say",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				hash := ", nvidia.com/dynamo-base-model-hash: 0023fa9a}"
				own := layertest.Changes{"metadata/labels": "{kubernetes.io/service-name: dynamo-model-0023fa9a-1" + hash,
					"endpoints": `[{addresses: [10.0.9.9], targetRef: {kind: Pod, name: a, uid: uid-a}}]`}
				other := layertest.Changes{"metadata/labels": "{kubernetes.io/service-name: chat" + hash}
				return []layer.Object{slice(t, other, "a:ready"), slice(t, own)}
			},
			endpoints: []string{"a http://10.0.9.9:9090 true"},
			ready:     "True EndpointsDiscovered",
			services:  "True ServicesFound",
		},
		"OtherNamespace": {
			reason: "pods of other namespaces are others'",
			slices: func(t *testing.T) []layer.Object {
				t.Helper()
				return []layer.Object{slice(t, layertest.Changes{"metadata/namespace": "team",
					"endpoints": `[{addresses: [10.0.0.5], targetRef: {kind: Pod, namespace: kube-system, name: a, uid: u}},
  {addresses: [10.0.0.6], targetRef: {kind: Pod, namespace: team, name: b, uid: v}}]`})}
			},
			endpoints: []string{"b http://10.0.0.6:9090 true"},
			ready:     "True EndpointsDiscovered",
			services:  "True ServicesFound",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, layertest.In(layertest.Object(t, base)), tc.slices(t)...)
			if diff := cmp.Diff(tc.endpoints, endpoints(t, out)); diff != "" {
				t.Errorf("\n%s\nendpoints: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.ready, condition(out, model.TypeEndpointsReady)); diff != "" {
				t.Errorf("\n%s\nEndpointsReady: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.services, condition(out, model.TypeServicesFound)); diff != "" {
				t.Errorf("\n%s\nServicesFound: -want, +got:\n%s", tc.reason, diff)
			}
			if want := strings.HasPrefix(tc.ready, "True"); out.Ready != want || len(out.Children) > 0 {
				t.Errorf("\n%s\nwant ready %v and no children, got %v and %v", tc.reason, want, out.Ready, layertest.Keys(out))
			}
		})
	}
}

// TestMany: a model follows so many pods and no more, and says so.
func TestMany(t *testing.T) {
	pods := make([]string, 0, 501)
	for i := range 501 {
		pods = append(pods, fmt.Sprintf("p%03d:ready", i))
	}
	out := compose(t, layertest.In(layertest.Object(t, base)), slice(t, nil, pods...))
	status := layertest.Status(t, out)
	if status["totalEndpoints"] != int64(500) || len(endpoints(t, out)) != 500 {
		t.Errorf("want 500 endpoints, got %v", status["totalEndpoints"])
	}
	want := "True EndpointsDiscovered: a model follows 500 endpoints: 1 more are left out"
	if diff := cmp.Diff(want, condition(out, model.TypeEndpointsReady)); diff != "" {
		t.Errorf("want what is left out to be told: -want, +got:\n%s", diff)
	}
	if raw, _ := json.Marshal(status); len(raw) > 256<<10 {
		t.Errorf("the status has %d bytes, more than 256 KiB", len(raw))
	}
}

// TestUnanswered: while core has not answered, what is loaded stays loaded.
func TestUnanswered(t *testing.T) {
	in := layertest.In(layertest.Object(t, lora))
	first := compose(t, in, slice(t, nil, "a:ready"))
	next := layertest.Next(t, in, first, nil)
	next.Answers = layer.Answers{}
	out, err := model.Compose(next)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(layertest.Keys(first), layertest.Keys(out)); diff != "" {
		t.Errorf("unanswered: -want, +got:\n%s", diff)
	}
	if out.Ready || out.Fatal != "" {
		t.Errorf("unanswered: want neither ready nor fatal, got %v and %q", out.Ready, out.Fatal)
	}
}

// TestEvents are told when something changes.
func TestEvents(t *testing.T) {
	in := layertest.In(layertest.Object(t, base))
	var got []string
	for _, found := range [][]layer.Object{nil, nil, {slice(t, nil, "a:no")}, {slice(t, nil, "a:ready")}, {slice(t, nil, "a:ready", "b:ready")}} {
		out := compose(t, in, found...)
		reasons := []string{}
		for _, e := range out.Events {
			reasons = append(reasons, e.Reason)
		}
		got = append(got, strings.Join(reasons, ","))
		in = layertest.Next(t, in, out, nil)
	}
	want := []string{"NoEndpointsFound", "", "NotReady", "EndpointsDiscovered", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events: -want, +got:\n%s", diff)
	}
}

func sortedKeys(out layer.Out) []string {
	keys := layertest.Keys(out)
	slices.Sort(keys)
	return keys
}
