package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// missing are services that need a feature which is not there, and what is said
// of them. A feature that comes takes its line out of here.
func missing() map[string]struct{ args, want string } {
	return map[string]struct{ args, want string }{
		"Ingress":  {args: "{componentType: frontend, ingress: {enabled: true, host: chat}}", want: "spec.services[Extra].ingress"},
		"ModelRef": {args: "{componentType: worker, modelRef: {name: example/model}}", want: "spec.services[Extra].modelRef"},
		"Picker":   {args: "{componentType: epp}", want: "spec.services[Extra].componentType"},
		"Planner":  {args: "{componentType: planner}", want: "spec.services[Extra].componentType"},
	}
}

func TestComposeMissingFeature(t *testing.T) {
	for name, tc := range missing() {
		t.Run(name, func(t *testing.T) {
			out := compose(t, in(t, changes{"spec/services/Extra": tc.args}))

			keys := []string{"component/Frontend", "component/Worker", "serviceaccount/discovery", "role/discovery", "rolebinding/discovery"}
			if diff := cmp.Diff(keys, layertest.Keys(out)); diff != "" {
				t.Errorf("the other services go on: -want keys, +got:\n%s", diff)
			}
			want := layer.Condition{
				Type: "UnsupportedFields", Status: layer.True, Reason: "FieldsIgnored",
				Message: "accepted, and not acted on: " + tc.want + " (not available yet: the service is not rendered)",
			}
			if diff := cmp.Diff(want, condition(t, out, "UnsupportedFields")); diff != "" {
				t.Errorf("the service is named: -want, +got:\n%s", diff)
			}
			if got := condition(t, out, "Valid"); got.Status != layer.True {
				t.Errorf("a missing feature is no fault: want Valid=True, got %v", got)
			}
			ready := condition(t, out, "ServicesReady")
			if out.Ready || ready.Status != layer.False || ready.Message != "chat-extra: NotRendered, chat-frontend: NotCreated, chat-worker: NotCreated" {
				t.Errorf("a graph without one of its services is not ready: got %t, %v", out.Ready, ready)
			}
			services, _ := layertest.Status(t, out)["services"].(map[string]any)
			if _, ok := services["Extra"]; ok || len(services) != 2 {
				t.Errorf("what is not rendered has no replicas to count: got %v", services)
			}
		})
	}
}

func TestComposeMissingFeatureOfRunningService(t *testing.T) {
	for name, tc := range missing() {
		t.Run(name, func(t *testing.T) {
			before := in(t, changes{"spec/services/Extra": plain})
			after := layertest.Next(t, before, compose(t, before), nil)
			status := after.Composite["status"]
			after.Composite = layertest.Object(t, chat, changes{"spec/services/Extra": tc.args})
			after.Composite["status"] = status

			out := compose(t, after)

			want := "accepted, and not acted on: " + tc.want + " (not available yet: the service is not rendered)"
			if diff := cmp.Diff(want, out.Freeze); diff != "" {
				t.Errorf("a running service is never dropped: -want freeze, +got:\n%s", diff)
			}
			if got := condition(t, out, "ServicesReady"); got.Message != "chat-extra: NotCreated, chat-frontend: NotCreated, chat-worker: NotCreated" {
				t.Errorf("conditions are kept, got %v", got)
			}
			if got := condition(t, out, "Valid"); got.Status != layer.True {
				t.Errorf("a missing feature is no fault: want Valid=True, got %v", got)
			}
		})
	}
}

func TestComposeNothingButMissing(t *testing.T) {
	out := compose(t, in(t, changes{"spec/services": "{Extra: {componentType: planner}}"}))

	if out.Ready || layertest.Status(t, out)["state"] == "successful" {
		t.Errorf("a graph that renders no service is neither ready nor successful: got %t, %v", out.Ready, layertest.Status(t, out))
	}
}

func TestComposeUnsupportedFields(t *testing.T) {
	type want struct {
		status  layer.Status
		message string
	}
	const prefix = "accepted, and not acted on: "
	cases := map[string]struct {
		reason string
		args   changes
		want   want
	}{
		"None": {reason: "nothing to name", want: want{status: layer.False}},
		"OfTheGraph": {
			reason: "fields of the graph come first, in the order of the alphabet",
			args: changes{
				"spec/topologyConstraint": "{packDomain: rack}", "spec/priorityClassName": "high",
				"spec/experimental": "{a: b}", "spec/providerOverride": "{a: b}",
			},
			want: want{layer.True, prefix + "spec.experimental, spec.priorityClassName, spec.providerOverride, spec.topologyConstraint"},
		},
		"OfServices": {
			reason: "each service is named",
			args: changes{
				frontend + "minAvailable": "1", frontend + "checkpoint": "{a: b}", frontend + "topologyConstraint": "{packDomain: rack}",
				worker + "failover": "{a: b}", worker + "gpuMemoryService": "{a: b}", worker + "runtimeVersionOverride": "1.2.3", worker + "providerOverride": "{a: b}",
			},
			want: want{layer.True, prefix + "spec.services[Frontend].checkpoint, spec.services[Frontend].minAvailable, spec.services[Frontend].topologyConstraint, " +
				"spec.services[Worker].failover, spec.services[Worker].gpuMemoryService, spec.services[Worker].providerOverride, spec.services[Worker].runtimeVersionOverride"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := condition(t, compose(t, in(t, tc.args)), "UnsupportedFields")
			if diff := cmp.Diff(tc.want, want{got.Status, got.Message}, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestComposeWarnings(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
		want   string
	}{
		"UnknownVolume": {
			reason: "a mount of nothing known is mounted as a claim",
			args:   changes{worker + "volumeMounts": "[{name: known, mountPoint: /a}, {name: pod, mountPoint: /b}, {name: nowhere, mountPoint: /c}]", "spec/pvcs": "[{name: known}]", worker + "extraPodSpec/volumes": "[{name: pod, emptyDir: {}}]"},
			want:   `spec.services[Worker].volumeMounts[2].name: "nowhere" is neither in spec.pvcs nor a volume of the pod: it is mounted as an existing PersistentVolumeClaim`,
		},
		"KnownVolumes": {
			reason: "a claim of the graph is known",
			args:   changes{worker + "volumeMounts": "[{name: known, mountPoint: /a}]", "spec/pvcs": "[{name: known}]"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, in(t, tc.args))

			if diff := cmp.Diff(layer.Condition{Type: "Valid", Status: layer.True, Reason: "Valid", Message: tc.want}, condition(t, out, "Valid")); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
			if len(out.Children) == 0 {
				t.Errorf("\n%s\nCompose(...): a warning keeps nothing from being composed", tc.reason)
			}
		})
	}
}
