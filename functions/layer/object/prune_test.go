package object_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// written is what no field of a typed object holds for long: everything of it
// would be pruned.
const written = `{"resources":{},"strategy":{},"status":{},"metadata":{},"limit":null,"list":[null,{"status":{},"x":null}]}`

// writeFreely sets every field below v that takes anything, and says how many
// there are. Fields of Kubernetes' own types are left alone.
func writeFreely(v reflect.Value) int {
	n := 0
	for _, f := range v.Fields() {
		if f.Type() == reflect.TypeFor[*runtime.RawExtension]() {
			f.Set(reflect.ValueOf(&runtime.RawExtension{Raw: []byte(written)}))
			n++
			continue
		}
		at := f.Type()
		if at.Kind() == reflect.Pointer {
			at = at.Elem()
		}
		ours := strings.HasSuffix(at.PkgPath(), "/apis/v1alpha1")
		if at.Kind() != reflect.Struct || !ours {
			continue
		}
		if f.Kind() == reflect.Pointer {
			f.Set(reflect.New(at))
			f = f.Elem()
		}
		n += writeFreely(f)
	}
	return n
}

// count how often the written text is in a value as it was written.
func count(t *testing.T, v any) int {
	t.Helper()
	want := map[string]any{
		"resources": map[string]any{}, "strategy": map[string]any{}, "status": map[string]any{}, "metadata": map[string]any{},
		"limit": nil, "list": []any{nil, map[string]any{"status": map[string]any{}, "x": nil}},
	}
	if cmp.Equal(want, v) {
		return 1
	}
	n := 0
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			n += count(t, e)
		}
	case []any:
		for _, e := range v {
			n += count(t, e)
		}
	}
	return n
}

// TestDesiredKeepsFreeForm finds every field of our kinds that takes anything,
// those that are added later too.
func TestDesiredKeepsFreeForm(t *testing.T) {
	dcd := &v1alpha1.DynamoComponentDeployment{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ComponentKind},
	}
	dgd := &v1alpha1.DynamoGraphDeployment{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.GraphKind},
	}
	service := v1alpha1.DynamoComponentDeploymentSharedSpec{}
	cases := map[string]struct {
		reason string
		in     runtime.Object
		want   int
	}{
		"Component": {reason: "of a component", in: dcd, want: writeFreely(reflect.ValueOf(&dcd.Spec).Elem())},
		"Graph": {
			reason: "of a graph and its services",
			in:     dgd, want: writeFreely(reflect.ValueOf(&dgd.Spec).Elem()) + 2*writeFreely(reflect.ValueOf(&service).Elem()),
		},
	}
	// A service may be called as what is pruned elsewhere.
	dgd.Spec.Services = map[string]v1alpha1.DynamoComponentDeploymentSharedSpec{"W": service, "status": service}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := object.Desired(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if n := count(t, got); n != tc.want || n < 8 {
				t.Errorf("%s: %d of %d fields are as they were written: %v", tc.reason, n, tc.want, got)
			}
		})
	}
}

// TestDesiredPrunesBeside the fields that a user writes freely.
func TestDesiredPrunesBeside(t *testing.T) {
	got, err := object.Desired(&v1alpha1.DynamoComponentDeployment{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ComponentKind},
		Spec: v1alpha1.DynamoComponentDeploymentSpec{DynamoComponentDeploymentSharedSpec: v1alpha1.DynamoComponentDeploymentSharedSpec{
			Checkpoint:   &runtime.RawExtension{Raw: []byte(`{"x":null}`)},
			ExtraPodSpec: &v1alpha1.ExtraPodSpec{MainContainer: &corev1.Container{Name: "main"}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"checkpoint":   map[string]any{"x": nil},
		"extraPodSpec": map[string]any{"mainContainer": map[string]any{"name": "main"}},
	}
	if diff := cmp.Diff(want, got["spec"]); diff != "" {
		t.Errorf("Desired(...): -want +got:\n%s", diff)
	}
}
