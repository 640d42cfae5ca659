package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

func TestDesired(t *testing.T) {
	type m = map[string]any
	named := metav1.ObjectMeta{Name: "a"}
	cases := map[string]struct {
		reason string
		in     runtime.Object
		want   m
	}{
		"Deployment": {
			reason: "what nobody set is left out: status, creation times, and the stubs of types that always write a field",
			in: &appsv1.Deployment{
				TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}, ObjectMeta: named,
				Spec: appsv1.DeploymentSpec{
					Replicas: ptr.To[int32](0),
					Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"x": "y"}},
					Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
						Containers: []corev1.Container{{Name: "main", Resources: corev1.ResourceRequirements{}}},
						Volumes:    []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
					}},
				},
				Status: appsv1.DeploymentStatus{Replicas: 3},
			},
			want: m{
				"apiVersion": "apps/v1", "kind": "Deployment", "metadata": m{"name": "a"},
				"spec": m{
					"replicas": int64(0),
					"selector": m{"matchLabels": m{"x": "y"}},
					"template": m{"spec": m{
						"containers": []any{m{"name": "main"}},
						"volumes":    []any{m{"name": "v", "emptyDir": m{}}},
					}},
				},
			},
		},
		"EmptySelectors": {
			reason: "an empty selector selects everything: it is not nothing",
			in: &networkingv1.NetworkPolicy{
				TypeMeta: metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}, ObjectMeta: named,
				Spec: networkingv1.NetworkPolicySpec{Ingress: []networkingv1.NetworkPolicyIngressRule{{
					From: []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{}}},
				}}},
			},
			want: m{
				"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": m{"name": "a"},
				"spec": m{
					"podSelector": m{},
					"ingress":     []any{m{"from": []any{m{"namespaceSelector": m{}}}}},
				},
			},
		},
		"Quantities": {
			reason: "amounts are written as Kubernetes writes them",
			in: &corev1.PersistentVolumeClaim{
				TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, ObjectMeta: named,
				Spec: corev1.PersistentVolumeClaimSpec{
					StorageClassName: ptr.To(""),
					Resources:        corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{"storage": resource.MustParse("100Gi")}},
				},
			},
			want: m{
				"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": m{"name": "a"},
				"spec": m{"storageClassName": "", "resources": m{"requests": m{"storage": "100Gi"}}},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := tc.in.DeepCopyObject()
			got, err := object.Desired(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nDesired(...): -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(before, tc.in); diff != "" {
				t.Errorf("Desired(...) changed its argument:\n%s", diff)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	got, err := object.Status(&appsv1.DeploymentStatus{Replicas: 2, CollisionCount: ptr.To[int32](0)})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"replicas": int64(2), "collisionCount": int64(0)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts of zero that were set stay: -want +got:\n%s", diff)
	}
}

func TestInto(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     map[string]any
		want   corev1.Service
		fails  bool
	}{
		"Fields":    {reason: "known fields are read", in: map[string]any{"spec": map[string]any{"healthCheckNodePort": int64(7)}}, want: corev1.Service{Spec: corev1.ServiceSpec{HealthCheckNodePort: 7}}},
		"Unknown":   {reason: "unknown fields are passed over: the schema has seen to them", in: map[string]any{"shape": "round"}},
		"WrongType": {reason: "a field of another type is an error", in: map[string]any{"spec": "round"}, fails: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := corev1.Service{}
			err := object.Into(tc.in, &got)
			if (err != nil) != tc.fails {
				t.Fatalf("%s\nInto(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got); err == nil && diff != "" {
				t.Errorf("%s\nInto(...): -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestIntoTellsTheFirstFault: a message that changes from call to call would be
// news each time.
func TestIntoTellsTheFirstFault(t *testing.T) {
	in := map[string]any{}
	for _, key := range []string{"b", "a", "d", "c", "e"} {
		in[key] = map[string]any{"x": "fine"}
	}
	in["c"], in["d"], in["e"] = "text", true, []any{}
	for range 50 {
		got := struct {
			Data map[string]map[string]string `json:"data"`
		}{}
		err := object.Into(map[string]any{"data": in}, &got)
		if err == nil || !strings.HasPrefix(err.Error(), "cannot read its fields: json: cannot unmarshal string into Go struct field .data") {
			t.Fatalf("Into(...): want the fault of data.c, got %v", err)
		}
	}
}

func TestIdentify(t *testing.T) {
	one := map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "a"}}
	other := map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a"}}
	if object.Identify(one) == object.Identify(other) {
		t.Error("objects of two kinds are two objects, whatever their names")
	}
	if got, want := object.Identify(one), "v1 Secret a"; got != want {
		t.Errorf("Identify(...): want %q, got %q", want, got)
	}
}
