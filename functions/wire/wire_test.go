package wire_test

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// message is what structpb itself makes of JSON types.
func message(t *testing.T, m map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMap(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     map[string]any
		skip   []string
		want   map[string]any
	}{
		"Empty":    {reason: "nothing is an empty map", want: map[string]any{}},
		"Integers": {reason: "whole numbers are integers, as Kubernetes' types want them", in: map[string]any{"n": 3, "zero": 0, "minus": -7}, want: map[string]any{"n": int64(3), "zero": int64(0), "minus": int64(-7)}},
		"Fraction": {reason: "a fraction stays one", in: map[string]any{"n": 0.5}, want: map[string]any{"n": 0.5}},
		"Huge":     {reason: "what a double holds only roughly stays a double", in: map[string]any{"n": 1e300, "m": float64(1 << 53)}, want: map[string]any{"n": 1e300, "m": int64(1 << 53)}},
		"Nested": {
			reason: "maps and lists are read through",
			in:     map[string]any{"a": map[string]any{"b": []any{"x", 1, true, nil, map[string]any{"c": "d"}, []any{}}}},
			want:   map[string]any{"a": map[string]any{"b": []any{"x", int64(1), true, nil, map[string]any{"c": "d"}, []any{}}}},
		},
		"Skip": {
			reason: "skipped fields are left out at the top only",
			in:     map[string]any{"a": 1, "b": map[string]any{"a": 2}},
			skip:   []string{"a"},
			want:   map[string]any{"b": map[string]any{"a": int64(2)}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, wire.Map(message(t, tc.in), tc.skip...)); diff != "" {
				t.Errorf("%s\nMap(...): -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestStruct(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     map[string]any
		want   map[string]any
		err    string
	}{
		"Values": {
			reason: "all JSON types arrive as structpb would have them",
			in:     map[string]any{"s": "x", "e": "", "i": int64(5), "f": 0.25, "t": true, "n": nil, "m": map[string]any{}, "l": []any{}},
			want:   map[string]any{"s": "x", "e": "", "i": 5, "f": 0.25, "t": true, "n": nil, "m": map[string]any{}, "l": []any{}},
		},
		"Nested": {
			reason: "maps and lists are written through",
			in:     map[string]any{"a": map[string]any{"b": []any{int64(1), map[string]any{"c": []any{"d"}}}}},
			want:   map[string]any{"a": map[string]any{"b": []any{1, map[string]any{"c": []any{"d"}}}}},
		},
		"NotJSON":     {reason: "what JSON has no type for is named by its path", in: map[string]any{"a": []any{"x", struct{}{}}}, err: "a: [1]: "},
		"NotUnicode":  {reason: "protobuf's texts are UTF-8", in: map[string]any{"a": map[string]any{"b": "\xff"}}, err: "a: b: "},
		"OtherNumber": {reason: "numbers of other sizes are numbers too", in: map[string]any{"n": int32(4)}, want: map[string]any{"n": 4}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := wire.Struct(tc.in)
			if tc.err != "" {
				if err == nil || len(err.Error()) < len(tc.err) || err.Error()[:len(tc.err)] != tc.err {
					t.Errorf("%s\nStruct(...): want an error that begins with %q, got %v", tc.reason, tc.err, err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s\nStruct(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(message(t, tc.want), got, protocmp.Transform()); diff != "" {
				t.Errorf("%s\nStruct(...): -want +got:\n%s", tc.reason, diff)
			}
			if _, err := proto.Marshal(got); err != nil {
				t.Errorf("%s\nMarshal(...): %v", tc.reason, err)
			}
		})
	}
}

// TestRoundTrip finds that nothing is lost between the two directions.
func TestRoundTrip(t *testing.T) {
	want := map[string]any{"a": []any{map[string]any{"n": int64(1), "s": "x"}, nil, false, 1.5}, "b": map[string]any{}}
	s, err := wire.Struct(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, wire.Map(s)); diff != "" {
		t.Errorf("Map(Struct(...)): -want +got:\n%s", diff)
	}
}

func observedAdapter() map[string]any {
	return map[string]any{
		"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoGraphDeploymentScalingAdapter",
		"metadata": map[string]any{
			"name": "chat-worker", "generation": 3, "resourceVersion": "7",
			"annotations":   map[string]any{"a": "b"},
			"managedFields": []any{map[string]any{"manager": "m", "fieldsV1": map[string]any{"f:spec": map[string]any{"f:replicas": map[string]any{}}}}},
		},
		"spec": map[string]any{"replicas": 2},
	}
}

func TestComposite(t *testing.T) {
	want := map[string]any{
		"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoGraphDeploymentScalingAdapter",
		"metadata": map[string]any{"name": "chat-worker", "generation": int64(3), "resourceVersion": "7", "annotations": map[string]any{"a": "b"}},
		"spec":     map[string]any{"replicas": int64(2)},
	}
	if diff := cmp.Diff(want, wire.Composite(message(t, observedAdapter()))); diff != "" {
		t.Errorf("a composite comes without managed fields: -want +got:\n%s", diff)
	}
}

func TestObserved(t *testing.T) {
	got := wire.Observed(map[string]*fnv1.Resource{"scalingadapter/Worker": {Resource: message(t, observedAdapter())}})
	o, ok := got["scalingadapter/Worker"]
	if !ok || len(got) != 1 {
		t.Fatalf("want the one child under its key, got %v", got)
	}
	type facts struct {
		APIVersion, Kind, Name string
		Generation             int64
		Annotations            map[string]string
		Spec, Status           map[string]any
		Managers               []layer.Manager
		ResourceVersion        string
	}
	want := facts{
		APIVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeploymentScalingAdapter", Name: "chat-worker", Generation: 3,
		Annotations: map[string]string{"a": "b"}, Spec: map[string]any{"replicas": int64(2)},
		Managers: []layer.Manager{{Name: "m"}}, ResourceVersion: "7",
	}
	seen := facts{
		APIVersion: o.APIVersion, Kind: o.Kind, Name: o.Name, Generation: o.Generation, Annotations: o.Annotations,
		Spec: o.Spec(), Status: o.Status(), Managers: o.Managers("spec", "replicas"), ResourceVersion: o.Metadata("resourceVersion"),
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("Observed(...): -want +got:\n%s", diff)
	}
}

func TestAnswers(t *testing.T) {
	got := wire.Answers(&fnv1.RunFunctionRequest{
		RequiredResources: map[string]*fnv1.Resources{
			"found":  {Items: []*fnv1.Resource{{Resource: message(t, observedAdapter())}}},
			"absent": {},
		},
		RequiredSchemas: map[string]*fnv1.Schema{"there": {OpenapiV3: &structpb.Struct{}}, "missing": {}},
	})
	names := map[string][]string{}
	for name, objects := range got.Objects {
		names[name] = []string{}
		for _, o := range objects {
			names[name] = append(names[name], o.Name)
		}
	}
	if diff := cmp.Diff(map[string][]string{"found": {"chat-worker"}, "absent": {}}, names); diff != "" {
		t.Errorf("an empty answer is an answer: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{"there": true, "missing": false}, got.APIs); diff != "" {
		t.Errorf("an empty schema means that the API is missing: -want +got:\n%s", diff)
	}
}

func TestRequirements(t *testing.T) {
	graph := layer.API{APIVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeployment"}
	cases := map[string]struct {
		reason string
		needs  layer.Needs
		want   *fnv1.Requirements
	}{
		"Nothing": {reason: "without needs there are no requirements"},
		"ByName": {
			reason: "one object of a namespace",
			needs:  layer.Needs{Objects: map[string]layer.Selector{"g": {API: graph, Namespace: "team", Name: "chat"}}},
			want: &fnv1.Requirements{Resources: map[string]*fnv1.ResourceSelector{"g": {
				ApiVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeployment", Namespace: proto.String("team"),
				Match: &fnv1.ResourceSelector_MatchName{MatchName: "chat"},
			}}},
		},
		"AllOfANamespace": {
			reason: "without a name all with the labels, which may be none",
			needs:  layer.Needs{Objects: map[string]layer.Selector{"g": {API: graph, Namespace: "team"}}},
			want: &fnv1.Requirements{Resources: map[string]*fnv1.ResourceSelector{"g": {
				ApiVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeployment", Namespace: proto.String("team"),
				Match: &fnv1.ResourceSelector_MatchLabels{MatchLabels: &fnv1.MatchLabels{}},
			}}},
		},
		"ClusterScoped": {
			reason: "an empty namespace is left out",
			needs:  layer.Needs{Objects: map[string]layer.Selector{"g": {API: graph, Labels: map[string]string{"a": "b"}}}},
			want: &fnv1.Requirements{Resources: map[string]*fnv1.ResourceSelector{"g": {
				ApiVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeployment",
				Match: &fnv1.ResourceSelector_MatchLabels{MatchLabels: &fnv1.MatchLabels{Labels: map[string]string{"a": "b"}}},
			}}},
		},
		"API": {
			reason: "APIs that may be missing are asked for by their schema",
			needs:  layer.Needs{APIs: map[string]layer.API{"a": graph}},
			want: &fnv1.Requirements{Schemas: map[string]*fnv1.SchemaSelector{"a": {
				ApiVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeployment",
			}}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, wire.Requirements(tc.needs), protocmp.Transform()); diff != "" {
				t.Errorf("%s\nRequirements(...): -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
