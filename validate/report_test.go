package validate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

func TestReport(t *testing.T) {
	object := map[string]any{"kind": "K", "metadata": map[string]any{"name": "n"}}
	composed := func(kind, service string) map[string]any {
		return map[string]any{"kind": kind, "metadata": map[string]any{"name": "c", "labels": map[string]any{"nvidia.com/dynamo-component": service}}}
	}
	of := func(r preview.Result) preview.Node { return preview.Node{Object: object, Result: &r} }
	valid := layer.Condition{Type: "Valid", Status: layer.True, Reason: "Valid"}
	invalid := layer.Condition{Type: "Valid", Status: layer.False, Reason: "InvalidSpec", Message: "spec.a: Required value: m"}
	faults := func(path ...string) field.ErrorList {
		return field.ErrorList{field.Required(field.NewPath(path[0], path[1:]...), "m")}
	}
	type want struct {
		text    string
		refused bool
	}
	cases := map[string]struct {
		reason  string
		args    preview.Node
		verbose bool
		want    want
	}{
		"Composed": {reason: "an object that is composed has nothing to say", args: preview.Node{Key: "k", Object: object}},
		"Fine":     {reason: "no news is good news", args: of(preview.Result{Conditions: []layer.Condition{valid}})},
		"Foreign":  {reason: "a manifest that is left alone is named", args: preview.Node{Object: object}, want: want{text: "K/n: note: no Dynamo kind, left as it is\n"}},
		"Config": {
			reason: "an EnvironmentConfig is left as it is, too, and not without being read",
			args:   preview.Node{Object: map[string]any{"apiVersion": "apiextensions.crossplane.io/v1beta1", "kind": "EnvironmentConfig", "metadata": map[string]any{"name": "dynamo.team"}}},
			want:   want{text: "EnvironmentConfig/dynamo.team: note: read for the settings of namespace team\n"},
		},
		"Nameless": {
			reason: "an object is called what it can be",
			args:   preview.Node{Object: map[string]any{}, Result: &preview.Result{Refused: faults("kind")}},
			want:   want{text: "manifest: error: kind: Required value: m\n", refused: true},
		},
		"Warnings": {
			reason: "warnings keep nothing from being composed, and events tell of what happens",
			args: of(preview.Result{
				Pruned: []string{"spec.a"}, Found: layer.Findings{Warnings: []string{"spec.b: w"}, Ignored: []string{"spec.c (deprecated)"}},
				Events:     []layer.Event{{Warning: true, Reason: "R", Message: "m"}, {Reason: "S", Message: "n"}},
				Conditions: []layer.Condition{valid},
			}),
			want: want{text: "K/n: warning: spec.a: unknown field, dropped by the API server\nK/n: warning: spec.b: w\n" +
				"K/n: warning: spec.c: accepted, and not acted on (deprecated)\nK/n: warning: m\nK/n: note: n\n"},
		},
		"OwnWords": {
			reason: "also where its layer has a reason of its own, which may tell of other things, too",
			args: of(preview.Result{
				Found: layer.Findings{Faults: append(faults("spec", "a"), faults("spec", "b")...)},
				Events: []layer.Event{
					{Warning: true, Reason: "ValidationFailed", Message: "spec.a: Required value: m; spec.b: Required value: m"},
					{Warning: true, Reason: "ValidationFailed", Message: "spec.c: ConfigMap team/base not found"},
				},
			}),
			want: want{text: "K/n: error: spec.a: Required value: m\nK/n: error: spec.b: Required value: m\n" +
				"K/n: warning: spec.c: ConfigMap team/base not found\n", refused: true},
		},
		"Invalid": {
			reason: "a fault is told once: as a finding, not as an event or a condition",
			args: of(preview.Result{
				Found:  layer.Findings{Faults: faults("spec", "a")},
				Events: []layer.Event{{Warning: true, Reason: "InvalidSpec", Message: "spec.a: Required value: m"}}, Conditions: []layer.Condition{invalid},
			}),
			want: want{text: "K/n: error: spec.a: Required value: m\n", refused: true},
		},
		"Verbose": {
			reason:  "the conditions of all layers, without the words that stand above",
			verbose: true,
			args: of(preview.Result{
				Found:      layer.Findings{Faults: faults("spec", "a")},
				Events:     []layer.Event{{Warning: true, Reason: "B", Message: "not bound"}},
				Conditions: []layer.Condition{invalid, {Type: "Bound", Status: layer.False, Reason: "B", Message: "not bound"}},
				Children: []preview.Node{{Key: "k", Object: composed("D", "W"), Result: &preview.Result{Conditions: []layer.Condition{
					{Type: "Available", Status: layer.False, Reason: "R", Message: "soon"},
				}}}},
			}),
			want: want{
				text: "K/n: error: spec.a: Required value: m\nK/n: warning: not bound\n" +
					"K/n: condition: Valid=False (InvalidSpec)\nK/n: condition: Bound=False (B)\nD/c: condition: Available=False (R): soon\n",
				refused: true,
			},
		},
		"Pods": {
			reason:  "that a cluster has no pods of a model is no fault of its manifest, and stands in the condition alone",
			verbose: true,
			args: of(preview.Result{
				Events:     []layer.Event{{Warning: true, Reason: "NoEndpointsFound", Message: "no pod"}},
				Conditions: []layer.Condition{{Type: "EndpointsReady", Status: layer.False, Reason: "NoEndpoints", Message: "no pod"}},
			}),
			want: want{text: "K/n: condition: EndpointsReady=False (NoEndpoints): no pod\n"},
		},
		"Frozen": {
			reason: "that nothing of it changes is good to know",
			args:   of(preview.Result{Found: layer.Findings{Faults: faults("spec", "a")}, Fatal: "spec.a: Required value: m"}),
			want:   want{text: "K/n: error: spec.a: Required value: m\nK/n: note: nothing of it is composed: what exists stays as it is\n", refused: true},
		},
		"Fatal": {
			reason: "a layer that fails says why",
			args:   of(preview.Result{Fatal: "f"}),
			want:   want{text: "K/n: error: f\nK/n: note: nothing of it is composed: what exists stays as it is\n", refused: true},
		},
		"Refused": {
			reason: "so is what the API server does not take, on one line",
			args:   of(preview.Result{Refused: field.ErrorList{field.Invalid(field.NewPath("spec"), field.OmitValueType{}, "a\nb")}}),
			want:   want{text: "K/n: error: spec: Invalid value: a b\nK/n: warning: spec: what becomes of it was not checked because of the errors: correct those and try again\n", refused: true},
		},
		"Below": {
			reason: "what a component says is told of its service, and what the graph said, too, is told once",
			args: of(preview.Result{
				Found: layer.Findings{Warnings: []string{"spec.services[W].a: w"}},
				Children: []preview.Node{{Key: "k", Object: composed("D", "W"), Result: &preview.Result{
					Found: layer.Findings{Warnings: []string{"spec.a: w"}, Faults: faults("spec", "b")},
				}}},
			}),
			want: want{text: "K/n: warning: spec.services[W].a: w\nK/n: error: spec.services[W].b: Required value: m\n", refused: true},
		},
		"BelowRequest": {
			reason: "also of a graph in the other form that a request makes",
			args: of(preview.Result{Children: []preview.Node{{
				Key: "graph/main",
				Object: map[string]any{"kind": "DynamoGraphDeployment", "metadata": map[string]any{"name": "g"}, "spec": map[string]any{
					"components": []any{map[string]any{"name": "W", "podTemplate": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "main"}}}}}},
				}},
				Result: &preview.Result{
					Found: layer.Findings{Warnings: []string{"spec.components[W].podTemplate.spec.containers[main].args: w"}},
					Children: []preview.Node{{Key: "k", Object: composed("D", "W"), Result: &preview.Result{
						Found: layer.Findings{Warnings: []string{"spec.extraPodSpec.mainContainer.args: w"}},
					}}},
				},
			}}}),
			want: want{text: "K/n: warning: spec.components[W].podTemplate.spec.containers[main].args: w\n"},
		},
		"Inherited": {
			reason: "services that inherit one fault share it",
			args:   of(preview.Result{Found: layer.Findings{Faults: append(faults("input", "a"), faults("input", "a")...)}}),
			want:   want{text: "K/n: error: input.a: Required value: m\n", refused: true},
		},
		"Generated": {
			reason: "a name that the API server completes",
			args:   preview.Node{Object: map[string]any{"kind": "K", "metadata": map[string]any{"name": "n-xxxxx", "generateName": "n-"}}, Result: &preview.Result{}},
			want:   want{text: "K/n-xxxxx: note: metadata.generateName: kubectl create takes it, kubectl apply does not; xxxxx stands for what the API server puts there\n"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := &strings.Builder{}
			got := want{refused: validate.Report(b, []preview.Node{tc.args}, tc.verbose)}
			got.text = b.String()
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nReport(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
