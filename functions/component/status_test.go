package component_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// fine are the conditions that speak of no fault.
var fine = map[string]string{"Valid": "True Valid", "UnsupportedFields": "False NoFieldsIgnored"}

var (
	serving    = with(fine, map[string]string{"Available": "True Available", "DynamoComponentReady": "True ComponentReady"})
	notServing = with(fine, map[string]string{"Available": "False DeploymentNotReady", "DynamoComponentReady": "False ComponentNotReady"})
)

func TestComposeStatus(t *testing.T) {
	type args struct {
		status  string
		changes changes
	}
	type want struct {
		service    string
		available  bool
		ready      bool
		conditions map[string]string
		pace       time.Duration
	}
	const head = "componentKind: Deployment, componentName: chat-worker, componentNames: [chat-worker], runtimeNamespace: team-chat, "
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"NoStatus": {
			reason: "the Deployment has not been looked at",
			want:   want{"{" + head + "replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0}", false, false, notServing, 5 * time.Minute},
		},
		"RollingOut": {
			reason: "counts are the workload's",
			args:   args{status: rollout(3, 1, 2, 2, "True")},
			want:   want{"{" + head + "replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2}", false, false, notServing, 5 * time.Minute},
		},
		"Available": {
			reason: "all replicas serve what is desired now",
			args:   args{status: rollout(2, 2, 2, 2, "True")},
			want:   want{"{" + head + "replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}", true, true, serving, 10 * time.Minute},
		},
		"ConditionFalse": {
			reason: "the Deployment says that it is not available",
			args:   args{status: rollout(2, 2, 2, 2, "False")},
			want:   want{"{" + head + "replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}", false, false, notServing, 5 * time.Minute},
		},
		"Surplus": {
			reason: "an old pod still runs",
			args:   args{status: rollout(3, 2, 2, 2, "True")},
			want:   want{"{" + head + "replicas: 3, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}", false, false, notServing, 5 * time.Minute},
		},
		"OlderGeneration": {
			reason: "the Deployment's controller has not seen the last change",
			args:   args{status: "{observedGeneration: 0, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, conditions: [{type: Available, status: \"True\"}]}"},
			want:   want{"{" + head + "replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}", false, false, notServing, 5 * time.Minute},
		},
		"OlderSpec": {
			reason: "the Deployment still carries the hash of an older spec",
			args:   args{status: rollout(2, 2, 2, 2, "True"), changes: changes{"spec/envs": "[{name: A, value: new}]"}},
			want:   want{"{" + head + "replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}", false, false, notServing, 5 * time.Minute},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, running(t, composed, tc.args.status, tc.args.changes))

			status := layertest.Object(t, `
observedGeneration: 2
observedSpecHash: 0123456789abcdef
podSelector: {nvidia.com/selector: chat-worker}
settings: [built-in]
service: `+tc.want.service)
			if tc.want.available {
				status["availableSpecHash"] = "0123456789abcdef"
			}
			if diff := cmp.Diff(status, layertest.StatusOf(t, out)); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want status, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want.conditions, conditionsOf(out)); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want conditions, +got:\n%s", tc.reason, diff)
			}
			if out.Ready != tc.want.ready || out.Pace != tc.want.pace {
				t.Errorf("\n%s\nCompose(...): want ready %t and pace %s, got %t and %s", tc.reason, tc.want.ready, tc.want.pace, out.Ready, out.Pace)
			}
		})
	}
}

func TestComposeStatusBeforeAnythingExists(t *testing.T) {
	out := compose(t, layertest.In(layertest.Object(t, standalone)))

	want := layertest.Object(t, `
observedGeneration: 1
podSelector: {nvidia.com/selector: solo}
settings: [built-in]
service: {componentKind: Deployment, componentName: solo, componentNames: [solo], runtimeNamespace: team-solo, replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0}
`)
	if diff := cmp.Diff(want, layertest.StatusOf(t, out)); diff != "" {
		t.Errorf("Compose(...): -want status, as it is once the Deployment is there, +got:\n%s", diff)
	}
	if out.Ready || out.Pace != time.Minute {
		t.Errorf("Compose(...): want not ready and to look again in a minute, got %t and %s", out.Ready, out.Pace)
	}
}

func TestComposeParked(t *testing.T) {
	out := compose(t, running(t, standalone, "", changes{"spec/replicas": "1"}))
	if out.Ready {
		t.Error("Compose(...): a Deployment without status is not available")
	}

	first := layertest.In(layertest.Object(t, standalone, changes{"spec/replicas": "0"}))
	next := layertest.Next(t, first, compose(t, first), map[string]string{"deployment/main": "{observedGeneration: 1}"})
	if got := compose(t, next); !got.Ready {
		t.Errorf("Compose(...): a parked component is available at once, got %v", got.Conditions)
	}
}

// TestComposeReadyNeedsEveryChild takes one child away from a component whose
// workload serves.
func TestComposeReadyNeedsEveryChild(t *testing.T) {
	for _, key := range []string{"service/main", "serviceaccount/discovery", "rolebinding/discovery"} {
		in := running(t, standalone, rollout(1, 1, 1, 1, "True"))
		if !compose(t, in).Ready {
			t.Fatal("with every child: want ready")
		}
		delete(in.Observed, key)

		out := compose(t, in)

		if out.Ready {
			t.Errorf("without %s: want not ready", key)
		}
		if conditionsOf(out)["Available"] != "True Available" {
			t.Errorf("without %s: want Available=True, since the workload serves", key)
		}
		for _, c := range out.Children {
			if c.Ready != (c.Key != key) {
				t.Errorf("without %s: child %s: got ready %t", key, c.Key, c.Ready)
			}
		}
	}
}

func TestComposeHashes(t *testing.T) {
	deployment := layertest.Objects(t, compose(t, layertest.In(layertest.Object(t, composed))))["deployment/main"]
	annotations := at(deployment, "metadata", "annotations")
	if hash, _ := annotations["dynamo.fn.crossplane.io/spec-hash"].(string); len(hash) != 16 || hash == "0123456789abcdef" {
		t.Errorf("Deployment: want a hash of its own, got %q", hash)
	}
	if at(deployment, "spec", "template", "metadata", "annotations")["dynamo.fn.crossplane.io/spec-hash"] != nil {
		t.Error("pod template: want no hash")
	}
}

func TestComposeKeep(t *testing.T) {
	type want struct {
		message    string
		conditions map[string]string
	}
	invalid := map[string]string{"Valid": "False InvalidSpec"}
	cases := map[string]struct {
		reason string
		args   changes
		want   want
	}{
		"Invalid": {
			reason: "a fault",
			args:   changes{"spec/extraPodSpec/mainContainer/image": ""},
			want:   want{"spec.extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings", invalid},
		},
		"ServiceName": {
			reason: "the service name becomes a label value",
			args:   changes{"spec/serviceName": "a b"},
			want: want{`spec.serviceName: Invalid value: "a b": becomes a label value: a valid label must be an empty string or consist of alphanumeric characters, ` +
				`'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation ` +
				`is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`, invalid},
		},
		"MetadataAnnotation": {
			reason: "an annotation of its metadata",
			args:   changes{"metadata/annotations": "{nvidia.com/dynamo-kube-discovery-mode: node}"},
			want:   want{`metadata.annotations[nvidia.com/dynamo-kube-discovery-mode]: Unsupported value: "node": supported values: "pod", "container"`, invalid},
		},
		"SpecAnnotation": {
			reason: "an annotation of its spec",
			args:   changes{"metadata/annotations": "{nvidia.com/dynamo-kube-discovery-mode: pod}", "spec/annotations": "{nvidia.com/dynamo-kube-discovery-mode: node}"},
			want:   want{`spec.annotations[nvidia.com/dynamo-kube-discovery-mode]: Unsupported value: "node": supported values: "pod", "container"`, invalid},
		},
		"PodAnnotation": {
			reason: "an annotation of its pods",
			args:   changes{"spec/extraPodMetadata": "{annotations: {nvidia.com/deployment-rolling-update-max-unavailable: most}}"},
			want: want{`spec.extraPodMetadata.annotations[nvidia.com/deployment-rolling-update-max-unavailable]: Invalid value: "most": ` +
				`must be a number of pods or a percentage, such as 1 or 25%`, invalid},
		},
		"Engine": {
			reason: "the engine is declared in the component's own spec",
			args:   changes{"spec/backendFramework": "sglang"},
			want:   want{`spec.backendFramework: Invalid value: "sglang": spec.extraPodSpec.mainContainer of service "solo" starts dynamo.vllm: change one of the two`, invalid},
		},
		"Name": {
			reason: "Services are named after a standalone component",
			args:   changes{"metadata/name": "1solo"},
			want:   want{`metadata.name: Invalid value: "1solo": must begin with a letter, since Services are named after it: choose another name`, invalid},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Run("Running", func(t *testing.T) {
				in := running(t, standalone, rollout(1, 1, 1, 1, "True"))
				in = layertest.Next(t, in, compose(t, in), map[string]string{"deployment/main": rollout(1, 1, 1, 1, "True")})
				status := in.Composite["status"]
				in.Composite = layertest.Object(t, standalone, tc.args)
				in.Composite["status"] = status

				out := compose(t, in)

				if out.Fatal != "" || out.Ready {
					t.Errorf("\n%s\nCompose(...): want it neither fatal nor ready, got %q, ready %t", tc.reason, out.Fatal, out.Ready)
				}
				if diff := cmp.Diff(with(serving, tc.want.conditions), conditionsOf(out)); diff != "" {
					t.Errorf("\n%s\nCompose(...): what runs goes on running: -want conditions, +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(slices.Sorted(maps.Keys(in.Observed)), layertest.Keys(out)); diff != "" {
					t.Errorf("\n%s\nCompose(...): -want all children, +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(map[string]any{"ready": int64(1), "available": int64(1)}, servedCounts(t, out)); diff != "" {
					t.Errorf("\n%s\nCompose(...): -want counts, +got:\n%s", tc.reason, diff)
				}
			})
			t.Run("NothingComposed", func(t *testing.T) {
				out := compose(t, layertest.In(layertest.Object(t, standalone, tc.args)))

				if out.Fatal != tc.want.message || out.Ready || len(out.Children) > 0 {
					t.Errorf("\n%s\nCompose(...): want nothing, fatal and not ready, got %v, fatal %q, ready %t", tc.reason, layertest.Keys(out), out.Fatal, out.Ready)
				}
				if diff := cmp.Diff(with(notServing, tc.want.conditions), conditionsOf(out)); diff != "" {
					t.Errorf("\n%s\nCompose(...): -want conditions, +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff([]layer.Event{{Warning: true, Reason: "InvalidSpec", Message: tc.want.message}}, out.Events); diff != "" {
					t.Errorf("\n%s\nCompose(...): -want events, +got:\n%s", tc.reason, diff)
				}
				status := layertest.Status(t, out)
				if status["service"] != nil || status["observedSpecHash"] != nil || status["availableSpecHash"] != nil {
					t.Errorf("\n%s\nCompose(...): want no workload in the status, got %v", tc.reason, status)
				}
			})
		})
	}
}

// servedCounts are the replicas that serve, as the status says.
func servedCounts(t *testing.T, out layer.Out) map[string]any {
	t.Helper()
	service, _ := layertest.Status(t, out)["service"].(map[string]any)
	return map[string]any{"ready": service["readyReplicas"], "available": service["availableReplicas"]}
}

// TestComposeKeepScales has a component at fault scale what runs.
func TestComposeKeepScales(t *testing.T) {
	in := running(t, standalone, rollout(1, 1, 1, 1, "True"), changes{"spec/replicas": "4", "spec/extraPodSpec/mainContainer/image": ""})
	deployment := layertest.Objects(t, compose(t, in))["deployment/main"]
	if got := at(deployment, "spec")["replicas"]; got != int64(4) {
		t.Errorf("Compose(...): want a kept Deployment of 4 replicas, got %v", got)
	}
	if got := at(in.Observed["deployment/main"].Whole(), "spec")["replicas"]; got != int64(1) {
		t.Errorf("Compose(...) changed what is observed: replicas %v", got)
	}
}
