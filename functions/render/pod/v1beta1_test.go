package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// renderListed renders the component of a graph of v1beta1.
func renderListed(t *testing.T, spec string) corev1.PodSpec {
	t.Helper()
	_, g, err := convert.DecodeGraph(layertest.Object(t, "{metadata: {name: chat, namespace: team}, spec: "+spec+"}"))
	if err != nil {
		t.Fatal(err)
	}
	return pod.Template(g.Components[0], settings.Settings{}, dynamo.RoleSingle).Spec
}

// TestEnvOfBoth: a variable of the main container replaces the graph's as a whole, whether
// it has a value or a source.
func TestEnvOfBoth(t *testing.T) {
	spec := renderListed(t, "{env: [{name: A, value: graph}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}, {name: C, value: graph}], "+
		"components: [{name: W, podTemplate: {spec: {containers: [{name: main, image: i, env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}, {name: B, value: main}]}]}}}]}")
	got := map[string]corev1.EnvVar{}
	for _, v := range spec.Containers[0].Env {
		got[v.Name] = v
	}
	source := &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.uid"}}
	for _, want := range []corev1.EnvVar{{Name: "A", ValueFrom: source}, {Name: "B", Value: "main"}, {Name: "C", Value: "graph"}} {
		if diff := cmp.Diff(want, got[want.Name]); diff != "" {
			t.Errorf("variable %s (-want, +got):\n%s", want.Name, diff)
		}
	}
}

// TestMountsOfMain: a mount is of the volume with its name where the pod has one, and of
// the claim with its name elsewhere.
func TestMountsOfMain(t *testing.T) {
	spec := renderListed(t, "{components: [{name: W, sharedMemorySize: 0, podTemplate: {spec: {volumes: [{name: a, emptyDir: {}}], "+
		"containers: [{name: main, image: i, volumeMounts: [{name: claim, mountPath: /c, subPath: s, readOnly: true}, {name: a, mountPath: /a}]}]}}}]}")
	if diff := cmp.Diff([]corev1.Volume{podtest.Claim("claim"), podtest.EmptyDir("a")}, spec.Volumes); diff != "" {
		t.Errorf("volumes (-want, +got):\n%s", diff)
	}
	want := []corev1.VolumeMount{{Name: "claim", MountPath: "/c", SubPath: "s", ReadOnly: true}, podtest.Mount("a", "/a")}
	if diff := cmp.Diff(want, spec.Containers[0].VolumeMounts); diff != "" {
		t.Errorf("mounts (-want, +got):\n%s", diff)
	}
}

// TestBareComponents: what a graph gives to all is enough for a component of which its user
// says nothing.
func TestBareComponents(t *testing.T) {
	spec := renderListed(t, "{env: [{name: A, value: graph}], components: [{name: W, type: worker}]}")
	if v := podtest.Values(spec.Containers[0].Env); spec.Containers[0].Name != "main" || v["A"] != "graph" {
		t.Errorf("want a main container with the graph's variables, got %v", spec.Containers[0])
	}
}
