package object_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// component of a spec in YAML.
func component(t *testing.T, spec string) *v1alpha1.DynamoComponentDeployment {
	t.Helper()
	out := &v1alpha1.DynamoComponentDeployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ComponentKind},
		ObjectMeta: metav1.ObjectMeta{Name: "a"},
	}
	if err := yaml.UnmarshalStrict([]byte(spec), &out.Spec); err != nil {
		t.Fatalf("cannot parse %q: %v", spec, err)
	}
	return out
}

// TestEmptyBlocks writes components and reads them back.
func TestEmptyBlocks(t *testing.T) {
	type want struct{ spec, named string }
	cases := map[string]struct {
		reason string
		in     string
		want   want
	}{
		"None": {
			reason: "a component without empty blocks has no annotation",
			in:     "{replicas: 1, extraPodSpec: {volumes: [{name: a, emptyDir: {medium: Memory}}]}}",
			want:   want{spec: "{replicas: 1, extraPodSpec: {volumes: [{name: a, emptyDir: {medium: Memory}}]}}"},
		},
		"Block": {
			reason: "an empty block is left out, beside what is not empty",
			in:     "{replicas: 1, extraPodSpec: {hostNetwork: true, securityContext: {}}}",
			want:   want{spec: "{replicas: 1, extraPodSpec: {hostNetwork: true}}", named: "extraPodSpec/securityContext"},
		},
		"Around": {
			reason: "so are those around it in which nothing else is; the innermost is named",
			in:     "{extraPodSpec: {affinity: {nodeAffinity: {}}}, livenessProbe: {exec: {}}}",
			want:   want{spec: "{}", named: "extraPodSpec/affinity/nodeAffinity,livenessProbe/exec"},
		},
		"Items": {
			reason: "an item of a list stays, and is named by its name",
			in:     "{extraPodSpec: {volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]}}",
			want: want{
				spec:  "{extraPodSpec: {volumes: [{name: a}, {name: b}]}}",
				named: "extraPodSpec/volumes[a]/emptyDir,extraPodSpec/volumes[b]/emptyDir",
			},
		},
		"Nameless": {
			reason: "or by its place",
			in:     "{extraPodSpec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway}, {maxSkew: 1, topologyKey: b, whenUnsatisfiable: ScheduleAnyway, labelSelector: {}}]}}",
			want: want{
				spec:  "{extraPodSpec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway}, {maxSkew: 1, topologyKey: b, whenUnsatisfiable: ScheduleAnyway}]}}",
				named: "extraPodSpec/topologySpreadConstraints[1]/labelSelector",
			},
		},
		"Required": {
			reason: "a block without which the rest is refused stays",
			in:     "{extraPodSpec: {affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {}}]}}}}",
			want:   want{spec: "{extraPodSpec: {affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {}}]}}}}"},
		},
		"Free": {
			reason: "a document is written as it is",
			in:     "{eppConfig: {config: {}}}",
			want:   want{spec: "{eppConfig: {config: {}}}"},
		},
		"Ingress": {
			reason: "a block that is there says whether it is on",
			in:     "{ingress: {}}",
			want:   want{spec: "{ingress: {enabled: false}}"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := component(t, tc.in)
			fields, err := object.Desired(in)
			if err != nil {
				t.Fatal(err)
			}
			metadata, _ := fields["metadata"].(map[string]any)
			annotations, _ := metadata["annotations"].(map[string]any)
			named, _ := annotations["dynamo.fn.crossplane.io/empty-fields"].(string)
			if diff := cmp.Diff(layertest.Object(t, tc.want.spec), fields["spec"]); diff != "" || named != tc.want.named {
				t.Errorf("%s\nDesired(...): named %q, want %q; spec: -want, +got:\n%s", tc.reason, named, tc.want.named, diff)
			}

			before := runtime.DeepCopyJSON(fields)
			got := &v1alpha1.DynamoComponentDeployment{}
			if err := object.Into(fields, got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(in.Spec, got.Spec, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s\nInto(Desired(...)): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(before, fields); diff != "" {
				t.Errorf("Into(...) changed its argument:\n%s", diff)
			}
		})
	}
}

// TestNamedBlocks reads components whose annotation does not fit their spec, since
// somebody else has changed either.
func TestNamedBlocks(t *testing.T) {
	const kind, other = "DynamoComponentDeployment", "DynamoGraphDeployment"
	cases := map[string]struct {
		reason string
		kind   string
		spec   string
		named  string
		want   string
	}{
		"Filled":      {reason: "what has something in it stays", kind: kind, spec: "{extraPodSpec: {securityContext: {fsGroup: 1}}}", named: "extraPodSpec/securityContext", want: "{extraPodSpec: {securityContext: {fsGroup: 1}}}"},
		"OtherOrder":  {reason: "items are found by their names", kind: kind, spec: "{extraPodSpec: {volumes: [{name: b, hostPath: {path: /b}}, {name: a}]}}", named: "extraPodSpec/volumes[a]/emptyDir", want: "{extraPodSpec: {volumes: [{name: b, hostPath: {path: /b}}, {name: a, emptyDir: {}}]}}"},
		"ItemGone":    {reason: "an item that is gone does not come back", kind: kind, spec: "{extraPodSpec: {volumes: [{name: b}]}}", named: "extraPodSpec/volumes[a]/emptyDir", want: "{extraPodSpec: {volumes: [{name: b}]}}"},
		"ListGone":    {reason: "nor does a list", kind: kind, spec: "{extraPodSpec: {hostNetwork: true}}", named: "extraPodSpec/volumes[a]/emptyDir", want: "{extraPodSpec: {hostNetwork: true}}"},
		"NoBlock":     {reason: "a path through a text leads nowhere", kind: kind, spec: "{serviceName: a}", named: "serviceName/x", want: "{serviceName: a}"},
		"UnknownName": {reason: "a field that is not known is passed over", kind: kind, spec: "{serviceName: a}", named: ",/,[x]/y,unknown/x", want: "{serviceName: a}"},
		"OtherKind":   {reason: "only components are written so", kind: other, spec: "{serviceName: a}", named: "extraPodSpec", want: "{serviceName: a}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := &v1alpha1.DynamoComponentDeployment{}
			err := object.Into(map[string]any{
				"apiVersion": "nvidia.com/v1alpha1", "kind": tc.kind,
				"metadata": map[string]any{"annotations": map[string]any{"dynamo.fn.crossplane.io/empty-fields": tc.named}},
				"spec":     layertest.Object(t, tc.spec),
			}, got)
			if diff := cmp.Diff(component(t, tc.want).Spec, got.Spec); err != nil || diff != "" {
				t.Errorf("%s\nInto(...): %v; -want, +got:\n%s", tc.reason, err, diff)
			}
		})
	}
}

// TestRequiredBlocks finds all blocks that the definition of components requires in
// others: without one of them a component would be refused.
func TestRequiredBlocks(t *testing.T) {
	raw, err := fs.ReadFile(apis.Files, apis.DefinitionsFolder+"/dynamocomponentdeployments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	definition := map[string]any{}
	if err := yaml.Unmarshal(raw, &definition); err != nil {
		t.Fatal(err)
	}
	got := slices.Compact(slices.Sorted(slices.Values(listRequired(definition, ""))))
	want := []string{
		"preferredDuringSchedulingIgnoredDuringExecution[]/podAffinityTerm", // Never empty: it has a topologyKey.
		"preferredDuringSchedulingIgnoredDuringExecution[]/preference",
		"scaleIO/secretRef",
		"volumeClaimTemplate/spec",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("required blocks: -want, +got: a new one belongs into required of empty.go\n%s", diff)
	}
}

// listRequired lists the objects that schemas below v require, each with the block that
// requires it.
func listRequired(v any, at string) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		properties, _ := v["properties"].(map[string]any)
		required, _ := v["required"].([]any)
		for _, name := range required {
			p, _ := properties[name.(string)].(map[string]any)
			if parent := at[strings.LastIndex(at, "/")+1:]; p["type"] == "object" && parent != "openAPIV3Schema" {
				out = append(out, parent+"/"+name.(string))
			}
		}
		for name, p := range properties {
			out = append(out, listRequired(p, at+"/"+name)...)
		}
		for _, below := range []string{"spec", "versions", "schema", "openAPIV3Schema", "items"} {
			end := map[string]string{"items": "[]", "openAPIV3Schema": "/openAPIV3Schema"}[below]
			out = append(out, listRequired(v[below], at+end)...)
		}
	case []any:
		for _, e := range v {
			out = append(out, listRequired(e, at)...)
		}
	}
	return out
}

// TestStatusWithoutEmptyBlocks: a status is applied by the same rules.
func TestStatusWithoutEmptyBlocks(t *testing.T) {
	got, err := object.Status(&v1alpha1.DynamoGraphDeploymentStatus{State: "pending", Restart: &v1alpha1.RestartStatus{}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"state": "pending"}, got); diff != "" {
		t.Errorf("Status(...): -want, +got:\n%s", diff)
	}
}

// TestEmptyBlocksElsewhere stay: the pods of a workload that runs have them.
func TestEmptyBlocksElsewhere(t *testing.T) {
	got, err := object.Desired(&corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: "a"},
		Spec:       corev1.PodSpec{Affinity: &corev1.Affinity{}},
	})
	want := map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "a"}, "spec": map[string]any{"affinity": map[string]any{}}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreMapEntries(func(k string, _ any) bool { return k == "containers" })); err != nil || diff != "" {
		t.Errorf("Desired(...): %v; -want, +got:\n%s", err, diff)
	}
}
