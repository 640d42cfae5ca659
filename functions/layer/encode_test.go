package layer_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

func secret(name string, annotations map[string]string) *corev1.Secret {
	return &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations},
	}
}

// configured is a child of our own kinds, with the value of an annotation.
func configured(name, annotation string) *v1alpha1.DynamoGraphDeploymentScalingAdapter {
	out := &v1alpha1.DynamoGraphDeploymentScalingAdapter{
		TypeMeta:   metav1.TypeMeta{APIVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeploymentScalingAdapter"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       v1alpha1.DynamoGraphDeploymentScalingAdapterSpec{DGDRef: v1alpha1.ServiceReference{Name: "g", ServiceName: "s"}},
	}
	if annotation != "" {
		out.Annotations = map[string]string{"a": annotation}
	}
	return out
}

func TestEncode(t *testing.T) {
	account := &corev1.ServiceAccount{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"}, ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	type want struct {
		encoded []layer.Encoded
		err     string
	}
	cases := map[string]struct {
		reason string
		args   []layer.Child
		want   want
	}{
		"Nothing": {reason: "no children", want: want{encoded: []layer.Encoded{}}},
		"InOrder": {
			reason: "children keep their order; a hash becomes an annotation beside the others",
			args: []layer.Child{
				{Key: "secret/b", Object: secret("b", map[string]string{"a": "b"}), Hash: "h", Ready: true},
				{Key: "secret/a", Object: secret("a", nil)},
				{Key: "serviceaccount/a", Object: account},
			},
			want: want{encoded: []layer.Encoded{
				{Key: "secret/b", Object: layertest.Object(t, "{apiVersion: v1, kind: Secret, metadata: {name: b, annotations: {a: b, dynamo.fn.crossplane.io/spec-hash: h}}}"), Ready: true},
				{Key: "secret/a", Object: layertest.Object(t, "{apiVersion: v1, kind: Secret, metadata: {name: a}}")},
				{Key: "serviceaccount/a", Object: layertest.Object(t, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}")},
			}},
		},
		"BesideTheHash": {
			reason: "what a parent keeps in mind stands beside the child's own annotations, and what core composes it with in its spec",
			args: []layer.Child{
				{Key: "a", Object: configured("a", "b"), Annotations: map[string]string{"note": "kept"}, Selection: layer.Selection{Composition: "c", Policy: "Manual", Revision: "r"}},
				{Key: "b", Object: configured("b", ""), Annotations: map[string]string{"note": "kept"}, Selection: layer.Selection{Composition: "c"}},
			},
			want: want{encoded: []layer.Encoded{
				{Key: "a", Object: layertest.Object(t, "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, metadata: {name: a, annotations: {a: b, note: kept}}, "+
					"spec: {dgdRef: {name: g, serviceName: s}, crossplane: {compositionRef: {name: c}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: r}}}}")},
				{Key: "b", Object: layertest.Object(t, "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, metadata: {name: b, annotations: {note: kept}}, "+
					"spec: {dgdRef: {name: g, serviceName: s}, crossplane: {compositionRef: {name: c}}}}")},
			}},
		},
		"OneObjectTwice": {
			reason: "core would fight itself for ever",
			args:   []layer.Child{{Key: "secret/a", Object: secret("a", nil)}, {Key: "secret/b", Object: secret("a", nil)}},
			want:   want{err: "secret/a and secret/b are both v1 Secret a: one of them needs another name"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := layer.Encode(tc.args)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if diff := cmp.Diff(tc.want, want{got, text}, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nEncode(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAllReady(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []layer.Child
		want   bool
	}{
		"None": {reason: "nothing to wait for", want: true},
		"All":  {reason: "every child is", args: []layer.Child{{Ready: true}, {Ready: true}}, want: true},
		"Some": {reason: "one is not", args: []layer.Child{{Ready: true}, {}}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := layer.AllReady(tc.args); got != tc.want {
				t.Errorf("\n%s\nAllReady(...): want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}

func TestPaceFor(t *testing.T) {
	there, gone := layer.Observed{"a": {}, "b": {}}, layer.Observed{"a": {}}
	type args struct {
		ready    bool
		observed layer.Observed
		settled  bool
	}
	cases := map[string]struct {
		reason string
		args   args
		want   time.Duration
	}{
		"Ready":     {reason: "nothing is expected", args: args{ready: true, observed: there, settled: true}, want: 10 * time.Minute},
		"Starting":  {reason: "watches tell of what starts", args: args{observed: there, settled: true}, want: 5 * time.Minute},
		"NotSeen":   {reason: "a child may not come to be", args: args{observed: gone, settled: true}, want: time.Minute},
		"Unsettled": {reason: "it waits for what no watch tells of", args: args{observed: there}, want: time.Minute},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := layer.Out{Ready: tc.args.ready, Children: []layer.Child{{Key: "a"}, {Key: "b"}}}
			if got := layer.PaceFor(out, tc.args.observed, tc.args.settled); got != tc.want {
				t.Errorf("\n%s\nPaceFor(...): want %s, got %s", tc.reason, tc.want, got)
			}
		})
	}
}

// kept is a child that stays as it is observed.
func kept(key string, annotations, labels map[string]any) layer.Child {
	return layer.Child{Key: key, Lifetime: layer.Kept, Ready: true, Fields: map[string]any{
		"metadata": map[string]any{"annotations": annotations, "labels": labels},
	}}
}

func TestTellReady(t *testing.T) {
	type args struct {
		ready    bool
		children []layer.Child
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []bool
	}{
		"Nothing":     {reason: "there is nothing to tell of"},
		"AllReady":    {reason: "all are", args: args{ready: true, children: []layer.Child{{Ready: true}, {Ready: true, Inert: true}}}, want: []bool{true, true}},
		"Starting":    {reason: "what runs something tells the truth of itself, for those that wait for it", args: args{children: []layer.Child{{}, {Ready: true}, {}}}, want: []bool{false, true, false}},
		"InertBeside": {reason: "an inert one adds nothing to that", args: args{children: []layer.Child{{Inert: true}, {}, {Inert: true}}}, want: []bool{true, false, true}},
		"InertAlone":  {reason: "but one of them is told where no other child says that the composite is not ready", args: args{children: []layer.Child{{Ready: true}, {Inert: true}, {Inert: true}}}, want: []bool{true, false, true}},
		"ReadyOnly":   {reason: "a composite at fault keeps children that are all ready, and a later step drops its own readiness", args: args{children: []layer.Child{{Ready: true}, {Ready: true}}}, want: []bool{false, true}},
		"Kept": {
			reason: "of what is kept, it is one that we made and that no step behind ours waits for or adds again",
			args: args{children: []layer.Child{
				kept("certificate/site", nil, nil),
				kept("component/a", map[string]any{"dynamo.fn.crossplane.io/spec-hash": "1"}, map[string]any{"nvidia.com/dynamo-component": "a"}),
				kept("rolebinding/discovery", nil, map[string]any{"app.kubernetes.io/managed-by": "function-dynamo"}),
				kept("serviceaccount/site", nil, map[string]any{"app.kubernetes.io/managed-by": "Helm"}),
			}},
			want: []bool{true, true, false, true},
		},
		"KeptService": {
			reason: "a Service of a component is one",
			args: args{children: []layer.Child{
				kept("deployment/main", map[string]any{"dynamo.fn.crossplane.io/spec-hash": "1"}, nil),
				kept("service/main", nil, map[string]any{"nvidia.com/dynamo-component": "a"}),
			}},
			want: []bool{true, false},
		},
		"KeptComponents": {
			reason: "where there is none, a component is better than what a step adds",
			args: args{children: []layer.Child{
				kept("certificate/site", nil, nil),
				kept("component/a", map[string]any{"dynamo.fn.crossplane.io/spec-hash": "1"}, nil),
			}},
			want: []bool{true, false},
		},
		"Passing": {reason: "what comes and goes is told as it is, also where the composite is ready", args: args{ready: true, children: []layer.Child{{Ready: true}, {Lifetime: layer.Passing}}}, want: []bool{true, false}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []bool
			for _, c := range layer.TellReady(layer.Out{Ready: tc.args.ready, Children: tc.args.children}) {
				got = append(got, c.Ready)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nTellReady(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestHashed(t *testing.T) {
	labelled := secret("a", nil)
	labelled.Labels = map[string]string{"a": "b"}
	cases := map[string]struct {
		reason string
		args   *corev1.Secret
		want   bool
	}{
		"Equal":      {reason: "equal objects have equal hashes", args: secret("a", map[string]string{"a": "b", "c": "d"}), want: true},
		"OtherName":  {reason: "a name never changes", args: secret("b", map[string]string{"c": "d", "a": "b"}), want: true},
		"Annotation": {reason: "annotations count", args: secret("a", map[string]string{"a": "c", "c": "d"})},
		"Label":      {reason: "labels count", args: labelled},
	}

	base, err := layer.Hashed("secret/a", secret("a", map[string]string{"c": "d", "a": "b"}))
	if err != nil {
		t.Fatalf("Hashed(...): %v", err)
	}
	if base.Key != "secret/a" || base.Ready || len(base.Hash) != 16 {
		t.Errorf("Hashed(...): want its key, not ready and a hash of 16 digits, got %+v", base)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := layer.Hashed("secret/a", tc.args)
			if err != nil {
				t.Fatalf("\n%s\nHashed(...): %v", tc.reason, err)
			}
			if (got.Hash == base.Hash) != tc.want {
				t.Errorf("\n%s\nHashed(...): want the same hash: %t, got %s and %s", tc.reason, tc.want, base.Hash, got.Hash)
			}
		})
	}

	for range 2 { // Encoding is no part of what is hashed, however often it is done.
		encoded, err := layer.Encode([]layer.Child{base})
		if err != nil {
			t.Fatalf("Encode(...): %v", err)
		}
		want := layertest.Object(t, "{apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {a: b, c: d, dynamo.fn.crossplane.io/spec-hash: "+base.Hash+"}}}")
		if diff := cmp.Diff(want, encoded[0].Object); diff != "" {
			t.Errorf("Encode(...): -want, +got:\n%s", diff)
		}
	}
}
