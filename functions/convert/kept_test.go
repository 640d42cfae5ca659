package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// TestKeptPaths: a fault of what is kept is told where it stands.
func TestKeptPaths(t *testing.T) {
	const kept = `{"services":{"A":{"labels":{"a b":"c"},"annotations":{"c d":"e"},"ingress":{"enabled":true,"host":"h"}}}}`
	_, g, err := DecodeGraph(composite(t, "DynamoGraphDeployment",
		"metadata: {name: chat, annotations: {nvidia.com/dgd-spec: '"+kept+"'}}\nspec: {components: [{name: A, podTemplate: {metadata: {labels: {x: z}}}}]}"))
	if err != nil {
		t.Fatalf("DecodeGraph(...): %v", err)
	}
	at, own := g.Components[0].At, "spec.components[A].podTemplate.metadata.labels"
	annotation := "metadata.annotations[nvidia.com/dgd-spec].services[A]."
	got := []string{
		at.Labels("a b").String(), at.Annotations("c d").String(), at.At(dynamo.FieldHost).String(), at.Word(dynamo.FieldHost),
		at.Labels("x").String(), at.Labels("none").String(), at.At(dynamo.FieldReplicas).String(),
	}
	want := []string{annotation + "labels", annotation + "annotations", annotation + "ingress.host", "host", own, own, "spec.components[A].replicas"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths (-want, +got):\n%s", diff)
	}
}

// TestKept: what the operator keeps of a spec of v1alpha1 is read as if it stood there.
func TestKept(t *testing.T) {
	decodeWith := func(annotation, spec string) dynamo.Graph {
		_, g, err := DecodeGraph(composite(t, "DynamoGraphDeployment",
			"metadata: {name: chat, namespace: team-a, annotations: {nvidia.com/dgd-spec: '"+annotation+"'}}\nspec: "+spec))
		if err != nil {
			t.Fatalf("DecodeGraph(...): %v", err)
		}
		return g
	}
	const old = "pvcs: [{name: made, create: true, size: 1Gi, storageClass: s, volumeAccessMode: ReadWriteMany}], labels: {a: graph, b: graph}, " +
		"services: {A: {labels: {a: service}, annotations: {c: d}, ingress: {enabled: true, host: h}}}"
	const kept = `{"pvcs":[{"name":"made","create":true,"size":"1Gi","storageClass":"s","volumeAccessMode":"ReadWriteMany"}],` +
		`"services":{"A":{"labels":{"a":"service"},"annotations":{"c":"d"},"ingress":{"enabled":true,"host":"h"}}}}`
	got := decodeWith(kept, "{labels: {a: graph, b: graph}, components: [{name: A}]}")
	if diff := cmp.Diff(decode(t, "{"+old+"}"), got, sameModel()); diff != "" {
		t.Errorf("DecodeGraph(...): -v1alpha1, +v1beta1 with what is kept:\n%s", diff)
	}
	if want := "metadata.annotations[nvidia.com/dgd-spec].pvcs"; got.At.PVCs.String() != want {
		t.Errorf("claims stand at %s, got %s", want, got.At.PVCs)
	}
	if got := decodeWith(kept, "{services: {A: {}}}"); len(got.PVCs) > 0 || got.Components[0].Ingress != nil {
		t.Errorf("a graph of v1alpha1 says all itself, got %v", got)
	}
	deprecated := decodeWith(`{"services":{"A":{"autoscaling":{"enabled":true},"dynamoNamespace":"own"},"Gone":{"dynamoNamespace":"own"}}}`, "{components: [{name: A}]}")
	at := "metadata.annotations[nvidia.com/dgd-spec].services[A]."
	if diff := cmp.Diff([]string{at + "autoscaling (deprecated)", at + "dynamoNamespace (deprecated)"}, deprecated.Components[0].Ignored); diff != "" {
		t.Errorf("what nothing acts on is named (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"metadata.annotations[nvidia.com/dgd-spec] (cannot be read as JSON)"}, decodeWith("{", "{components: [{name: A}]}").Ignored); diff != "" {
		t.Errorf("what cannot be read is named (-want, +got):\n%s", diff)
	}

	alone := decodeAlone(t, `metadata: {name: solo, annotations: {nvidia.com/dcd-spec: '{"labels":{"a":"b"},"ingress":{"enabled":true,"host":"h"}}'}}`+"\nspec: {type: worker}")
	want := decodeAlone(t, "metadata: {name: solo}\nspec: {componentType: worker, labels: {a: b}, ingress: {enabled: true, host: h}}")
	if diff := cmp.Diff(want, alone, sameModel(), cmpopts.IgnoreFields(dynamo.Component{}, "Service")); diff != "" {
		t.Errorf("DecodeComponent(...): -v1alpha1, +v1beta1 with what is kept:\n%s", diff)
	}
}

// TestKeptRequest: what the operator keeps of a request's spec of v1alpha1 is named, since
// a request of v1beta1 has no place for it.
func TestKeptRequest(t *testing.T) {
	const at = "metadata.annotations[nvidia.com/dgdr-spec]"
	cases := map[string]struct {
		reason, annotation string
		want               []string
	}{
		"Nothing": {reason: "it keeps nothing", annotation: "{}"},
		"Some": {
			reason:     "each field, in order",
			annotation: `{"profilingConfig":{"outputPVC":"p","configMapRef":{"name":"base"}},"enableGpuDiscovery":true,"deploymentOverrides":{"name":"a"}}`,
			want:       []string{at + ".deploymentOverrides.name", at + ".enableGpuDiscovery", at + ".profilingConfig.configMapRef", at + ".profilingConfig.outputPVC"},
		},
		"Garbage": {reason: "that it cannot be read", annotation: `[`, want: []string{at + " (cannot be read as JSON)"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, r, err := DecodeRequest(composite(t, "DynamoGraphDeploymentRequest",
				"metadata: {name: chat, annotations: {nvidia.com/dgdr-spec: '"+tc.annotation+"'}}\nspec: {model: m, overrides: {next: 1}}"))
			if err != nil {
				t.Fatalf("DecodeRequest(...): %v", err)
			}
			if diff := cmp.Diff(append(tc.want, "spec.overrides.next"), r.Search.Ignored); diff != "" {
				t.Errorf("\n%s\nDecodeRequest(...): what nothing acts on: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
