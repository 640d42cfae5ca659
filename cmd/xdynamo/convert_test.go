package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestConvert prints manifests in the form of v1beta1, and renders what it prints.
func TestConvert(t *testing.T) {
	const old = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    Worker:
      componentType: worker
      ingress: {enabled: true, host: h}
      extraPodSpec: {mainContainer: {image: "example.org/dynamo:1", command: [python3, -m, dynamo.vllm]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
`
	const recent = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: chat
spec:
  components:
  - name: Worker
    podTemplate:
      spec:
        containers:
        - command:
          - python3
          - -m
          - dynamo.vllm
          image: example.org/dynamo:1
          name: main
    type: worker
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
`
	cases := map[string]struct {
		reason string
		in     string
		want   result
	}{
		"Stream": {
			reason: "what has no place is named, and what is no Dynamo manifest stays",
			in:     old,
			want: result{out: recent, err: "DynamoGraphDeployment/chat: warning: spec.services[Worker].ingress: " +
				"no component of v1beta1 has one: expose its Service yourself, or let the settings do it\n"},
		},
		"Recent": {reason: "what has the form stays", in: recent, want: result{out: recent}},
		"Printed": {
			reason: "kubectl get prints either form in either version, and the form stays",
			in:     strings.Replace(recent, "v1beta1", "v1alpha1", 1), want: result{out: recent},
		},
		"Slip": {
			reason: "a field that nobody knows is named",
			in:     strings.Replace(old, "ingress: {enabled: true, host: h}", "replica: 3", 1),
			want: result{out: recent, err: "DynamoGraphDeployment/chat: warning: spec.services[Worker].replica: " +
				"unknown field: it is left out, as the API server does: did you mean replicas?\n"},
		},
		"Lost": {
			reason: "a limit that is none would vanish",
			in:     strings.Replace(old, "ingress: {enabled: true, host: h}", "resources: {limits: {cpu: abc}}", 1),
			want: result{code: exitUsage, err: `xdynamo: error: cannot convert: DynamoGraphDeployment "chat": correct it first: ` +
				"spec.services[Worker].resources.limits.cpu: Invalid value: \"abc\": is no quantity: write a number with a unit, such as 500m or 64Gi\n"},
		},
		"Unreadable": {
			reason: "what cannot be read is an error",
			in:     strings.Replace(old, "services:", "services: 5\n  x:", 1),
			want: result{code: exitUsage, err: `xdynamo: error: cannot convert: DynamoGraphDeployment "chat": cannot read its fields: ` +
				"json: cannot unmarshal number into Go struct field DynamoGraphDeploymentSpec.spec.services of type map[string]v1alpha1.DynamoComponentDeploymentSharedSpec\n"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, runWith(tc.in, "convert", "-"), cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("\n%s\nrun(convert): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if got := runWith(recent, "render", "-"); got.code != exitOK || !strings.Contains(got.out, "kind: Deployment") {
		t.Errorf("what is printed renders: got %d\n%s%s", got.code, got.out, got.err)
	}
	if got := runWith(recent, "validate", "-"); got.code != exitOK || got.out != "" {
		t.Errorf("and has nothing wrong: got %d\n%s%s", got.code, got.out, got.err)
	}
}
