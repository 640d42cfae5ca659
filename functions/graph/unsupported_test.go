package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

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
		"Ingress": {
			reason: "what a component has no use for with the settings of the site",
			args:   changes{frontend + "ingress": "{enabled: true, host: chat}"},
			want:   want{layer.True, prefix + "spec.services[Frontend].ingress (neither it nor the settings name a class or a gateway: give one)"},
		},
		"OfServices": {
			reason: "each service is named",
			args: changes{
				frontend + "minAvailable": "1", frontend + "checkpoint": "{a: b}", frontend + "topologyConstraint": "{packDomain: rack}",
				worker + "failover": "{a: b}", worker + "gpuMemoryService": "{a: b}", worker + "providerOverride": "{a: b}",
			},
			want: want{layer.True, prefix + "spec.services[Frontend].checkpoint, spec.services[Frontend].minAvailable, spec.services[Frontend].topologyConstraint, " +
				"spec.services[Worker].failover, spec.services[Worker].gpuMemoryService, spec.services[Worker].providerOverride"},
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
