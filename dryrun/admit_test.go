package dryrun_test

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

func TestAdmit(t *testing.T) {
	type want struct {
		path   string
		value  any
		pruned []string
		faults []string
	}

	cases := map[string]struct {
		reason string
		args   changes
		want   want
	}{
		"Default": {
			reason: "a missing field with a default gets it",
			args:   changes{"spec/services/Worker/multinode": "{}"},
			want:   want{path: "spec.services.Worker.multinode.nodeCount", value: int64(2)},
		},
		"NullWithDefault": {
			reason: "null is as good as missing where there is a default",
			args:   changes{"spec/services/Worker/multinode": "{nodeCount: null}"},
			want:   want{path: "spec.services.Worker.multinode.nodeCount", value: int64(2)},
		},
		"Null": {
			reason: "null is dropped where null is no value",
			args:   changes{"spec/services/Worker/subComponentType": "null"},
			want:   want{path: "spec.services.Worker.subComponentType"},
		},
		"UnknownFields": {
			reason: "unknown fields are dropped and named in our notation, in maps and lists, too",
			args: changes{
				"spec/services/a.b/replica":  "3",
				"spec/services/a.b/envs":     "[{name: A, valeu: x}]",
				"spec/service":               "{}",
				"metadata/unknown":           "1",
				"spec/services/Worker/extra": "{a: {b: 1}}",
			},
			want: want{
				path: "spec.service",
				pruned: []string{
					"metadata.unknown", "spec.service", "spec.services[Worker].extra", "spec.services[a.b].envs[0].valeu", "spec.services[a.b].replica",
				},
			},
		},
		"FreeField": {
			reason: "nothing is dropped of a field that is free",
			args:   changes{"spec/services/Worker/failover": "{a: {b: [1]}}"},
			want:   want{path: "spec.services.Worker.failover.a", value: map[string]any{"b": []any{int64(1)}}},
		},
		"CoreField": {
			reason: "fields that crossplane adds are known",
			args:   changes{"spec/crossplane": "{compositionRef: {name: mine}}"},
			want:   want{path: "spec.crossplane.compositionRef.name", value: "mine"},
		},
		"TemplateLabels": {
			reason: "metadata inside of a pod spec keeps its labels",
			args: changes{"spec/services/Worker/extraPodSpec": `
volumes: [{name: scratch, ephemeral: {volumeClaimTemplate: {metadata: {labels: {a: b}}, spec: {}}}}]`},
			want: want{path: "metadata.name", value: "chat"},
		},
		"Status": {
			reason: "a manifest cannot set status",
			args:   changes{"status": "{state: successful}"},
			want:   want{path: "status"},
		},
		"FractionOfNothing": {
			reason: "a whole number is an integer however it is written",
			args:   changes{"spec/services/Worker/replicas": "2.0"},
			want:   want{path: "spec.services.Worker.replicas", value: int64(2)},
		},
		"NameOf63": {
			reason: "63 characters are the most: the name becomes a label",
			args:   changes{"metadata/name": letters(63)},
			want:   want{path: "metadata.name", value: letters(63)},
		},
		"NameOf64": {
			reason: "64 characters are too many",
			args:   changes{"metadata/name": letters(64)},
			want:   want{path: "metadata.name", value: letters(64), faults: []string{"metadata.name", "spec"}},
		},
		"NameWithUnderscore": {
			reason: "a name is a DNS subdomain",
			args:   changes{"metadata/name": "my_chat"},
			want:   want{path: "metadata.name", value: "my_chat", faults: []string{"metadata.name"}},
		},
		"NoName": {
			reason: "an object has a name",
			args:   changes{"metadata/name": ""},
			want:   want{path: "metadata.name", faults: []string{"metadata.name", "spec"}},
		},
		"GeneratedName": {
			reason: "a name may be left to the API server",
			args:   changes{"metadata/name": "", "metadata/generateName": "chat-"},
			want:   want{path: "metadata.name", value: "chat-xxxxx"},
		},
		"BadGeneratedName": {
			reason: "what is wrong with its beginning is told of once",
			args:   changes{"metadata/name": "", "metadata/generateName": "Chat-"},
			want:   want{path: "metadata.name", value: "Chat-xxxxx", faults: []string{"metadata.generateName"}},
		},
		"LongGeneratedName": {
			reason: "the API server cuts it, so that it is not too long with what is appended",
			args:   changes{"metadata/name": "", "metadata/generateName": letters(70)},
			want:   want{path: "metadata.name", value: letters(58) + "xxxxx"},
		},
		"LabelValue": {
			reason: "labels are checked",
			args:   changes{"metadata/labels": "{a: b c}"},
			want:   want{path: "metadata.name", value: "chat", faults: []string{"metadata.labels"}},
		},
		"MalformedMetadata": {
			reason: "metadata of the wrong shape is refused before all else",
			args:   changes{"metadata/labels": "[a]"},
			want:   want{path: "metadata.name", value: "chat", faults: []string{"metadata.labels"}},
		},
		"OtherKind": {
			reason: "an object of another kind is no object of this one",
			args:   changes{"kind": "DynamoModel"},
			want:   want{path: "kind", value: "DynamoModel", faults: []string{"kind"}},
		},
		"OtherVersion": {
			reason: "an object of another version is no object of this one",
			args:   changes{"apiVersion": "nvidia.com/v1beta1"},
			want:   want{path: "apiVersion", value: "nvidia.com/v1beta1", faults: []string{"apiVersion"}},
		},
	}

	s, err := dryrun.ForKinds().Lookup(v1alpha1.GroupVersion().WithKind(v1alpha1.GraphKind))
	if err != nil {
		t.Fatalf("Lookup(...): %v", err)
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := with(t, validGraph, tc.args)
			before := runtime.DeepCopyJSON(object)
			result := s.Admit(object)

			got := want{path: tc.want.path, value: at(result.Object, tc.want.path), pruned: result.Pruned}
			for _, err := range result.Errors {
				got.faults = append(got.faults, err.Field)
			}

			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nAdmit(...): -want, +got:\n%s\n%v", tc.reason, diff, result.Errors.ToAggregate())
			}

			if diff := cmp.Diff(before, object); diff != "" {
				t.Errorf("\nAdmit must not change its argument: -before, +after:\n%s", diff)
			}
		})
	}
}

func TestAdmitUpdateKeepsStatus(t *testing.T) {
	schemas := dryrun.ForKinds()
	before := with(t, validGraph, changes{"status": "{state: successful}"})
	after := with(t, validGraph, changes{"status": "{state: failed}", "spec/labels": "{a: b}"})

	result := lookup(t, schemas, before).AdmitUpdate(before, after)
	if err := result.Errors.ToAggregate(); err != nil {
		t.Fatalf("AdmitUpdate(...): %v", err)
	}

	want := map[string]any{"state": "successful"}
	if diff := cmp.Diff(want, result.Object["status"]); diff != "" {
		t.Errorf("\na manifest cannot change status: -want, +got:\n%s", diff)
	}
}

func TestErrorTexts(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
		want   []string
	}{
		"Type": {
			reason: "the text of a wrong type does not repeat the path",
			args:   changes{"spec/services/Worker/componentType": "5"},
			want: []string{
				"spec: Invalid value: its rules were not checked because of the other errors: correct those and try again",
				`spec.services[Worker].componentType: Invalid value: 5: must be a string, not an integer: put it in quotes`,
			},
		},
		"Rule": {
			reason: "the text of a rule names the service and the remedy",
			args:   changes{"spec/services/-a": "{}"},
			want: []string{
				"spec.services: Invalid value: a service name has at most 63 characters, letters, digits, dots, underscores or dashes, " +
					"and begins and ends with a letter or digit: rename services[-a]",
			},
		},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := with(t, validGraph, tc.args)

			var got []string
			for _, err := range lookup(t, schemas, object).Admit(object).Errors {
				got = append(got, err.Error())
			}

			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nAdmit(...): -want errors, +got errors:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLookup(t *testing.T) {
	schemas := dryrun.ForKinds()
	graph := v1alpha1.GroupVersion().WithKind(v1alpha1.GraphKind)

	first, err := schemas.Lookup(graph)
	if err != nil {
		t.Fatalf("Lookup(%s): %v", graph, err)
	}

	if again, err := schemas.Lookup(graph); err != nil || again != first {
		t.Errorf("Lookup(%s) again: want the same schema, got %p and %p, error %v", graph, first, again, err)
	}

	if _, err := schemas.Lookup(v1alpha1.GroupVersion().WithKind("DynamoNothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Lookup of an unknown kind: want fs.ErrNotExist, got %v", err)
	}

	later := graph
	later.Version = "v2"

	if _, err := schemas.Lookup(later); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Lookup(%s): want an error about the version, got %v", later, err)
	}
}

func TestNewRefusesBrokenDefinitions(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
	}{
		"NotYAML":   {reason: "a definition is YAML", args: "{"},
		"OtherKind": {reason: "a definition is a CompositeResourceDefinition", args: "kind: Composition"},
		"NoScope":   {reason: "the scope must be spelled out", args: "{kind: CompositeResourceDefinition, spec: {}}"},
		"NoSchema":  {reason: "a version has a schema", args: "{kind: CompositeResourceDefinition, spec: {scope: Namespaced, versions: [{name: v1}]}}"},
		"OtherName": {reason: "a file defines the kind that it is named after", args: "{kind: CompositeResourceDefinition, spec: {scope: Namespaced, names: {kind: Other}}}"},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{"definitions/dynamographdeployments.yaml": {Data: []byte(tc.args)}}
			if _, err := dryrun.New(files).Lookup(v1alpha1.GroupVersion().WithKind(v1alpha1.GraphKind)); err == nil {
				t.Errorf("\n%s\nLookup(...): want an error", tc.reason)
			}
		})
	}
}
