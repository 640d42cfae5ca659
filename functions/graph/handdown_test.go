package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Blocks spec.crossplane of the stock Composition, with either policy.
const (
	automatic = "{compositionRef: {name: dynamographdeployments.nvidia.com}, compositionUpdatePolicy: Automatic, compositionRevisionRef: {name: g1}}"
	manual    = "{compositionRef: {name: dynamographdeployments.nvidia.com}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: g1}}"
)

// crossplaneOf returns what a child is told of its Composition, and what is noted on it.
func crossplaneOf(t *testing.T, out layer.Out, key string) (any, map[string]any) {
	t.Helper()
	o := layertest.Objects(t, out)[key]
	spec, _ := o["spec"].(map[string]any)
	metadata, _ := o["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	return spec["crossplane"], annotations
}

func TestComposeHandsDown(t *testing.T) {
	type want struct{ Crossplane, Note any }
	named := func(composition string) any { return layertest.Object(t, "{compositionRef: {name: "+composition+"}}") }
	cases := map[string]struct {
		reason     string
		crossplane string
		want       map[string]want
	}{
		"Nothing": {
			reason: "a graph that no cluster has seen chooses nothing for its children",
			want:   map[string]want{"component/Frontend": {}, "component/Worker": {}, "scalingadapter/Worker": {}},
		},
		"Stock": {
			reason:     "components and adapters are born with their Composition, which core need not write then",
			crossplane: automatic,
			want: map[string]want{
				"component/Frontend":    {named("dynamocomponentdeployments.nvidia.com"), "dynamocomponentdeployments.nvidia.com"},
				"component/Worker":      {named("dynamocomponentdeployments.nvidia.com"), "dynamocomponentdeployments.nvidia.com"},
				"scalingadapter/Worker": {named("dynamographdeploymentscalingadapters.nvidia.com"), "dynamographdeploymentscalingadapters.nvidia.com"},
			},
		},
		"OtherWithoutPair": {
			reason:     "what goes with another Composition is not known",
			crossplane: "{compositionRef: {name: site}}",
			want:       map[string]want{"component/Frontend": {}, "component/Worker": {}, "scalingadapter/Worker": {}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, in(t, changes{"spec/crossplane": tc.crossplane, worker + "scalingAdapter": "{enabled: true}"}))
			for key, w := range tc.want {
				crossplane, annotations := crossplaneOf(t, out, key)
				if diff := cmp.Diff(w, want{crossplane, annotations["dynamo.fn.crossplane.io/handed-down"]}); diff != "" {
					t.Errorf("\n%s\n%s: -want, +got:\n%s", tc.reason, key, diff)
				}
			}
		})
	}
}

// TestComposeSpecHashOfSettings: a change of settings is for components to render: to
// their graph it is no change of them.
func TestComposeSpecHashOfSettings(t *testing.T) {
	was, is := in(t), in(t)
	is.Settings.NATSAddress = "nats"
	_, want := crossplaneOf(t, compose(t, was), "component/Worker")
	_, got := crossplaneOf(t, compose(t, is), "component/Worker")
	if hash := "dynamo.fn.crossplane.io/spec-hash"; got[hash] != want[hash] {
		t.Errorf("with other settings the spec hash is %v, want %v", got[hash], want[hash])
	}
	if hash := "dynamo.fn.crossplane.io/settings-hash"; got[hash] == want[hash] {
		t.Errorf("with other settings their hash is %v still", got[hash])
	}
}

// TestComposeManual: a graph that stays with a revision asks for those of its
// components, and hands down the one that has its settings.
func TestComposeManual(t *testing.T) {
	const revision = "{metadata: {name: c7}, spec: {revision: 7, pipeline: [{step: dynamo, input: {apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, podDefaults: {labels: {a: LABEL}}}}]}}"
	type want struct {
		Crossplane any
		Warning    string
	}
	cases := map[string]struct {
		reason string
		label  string
		want   want
	}{
		"Suits": {
			reason: "the same settings", label: "b",
			want: want{Crossplane: layertest.Object(t, "{compositionRef: {name: dynamocomponentdeployments.nvidia.com}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: c7}}")},
		},
		"SuitsNot": {
			reason: "other settings", label: "c",
			want: want{
				Crossplane: layertest.Object(t, "{compositionRef: {name: dynamocomponentdeployments.nvidia.com}, compositionUpdatePolicy: Manual}"),
				Warning: `spec.crossplane.compositionRevisionRef: no revision of the components' Composition has the settings of "g1": ` +
					"the components stay with the revision that they have; give both Compositions the same input",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			told := in(t, changes{"spec/crossplane": manual})
			told.Input = []byte(`{"podDefaults":{"labels":{"a":"b"}}}`)
			told.Answers.Objects = map[string][]layer.Object{"revisions": {layer.Read(layertest.Object(t, strings.ReplaceAll(revision, "LABEL", tc.label)))}}
			out := compose(t, told)
			if _, ok := out.Needs.Objects["revisions"]; !ok {
				t.Errorf("Compose(...): want revisions among the needs, got %v", out.Needs.Objects)
			}
			crossplane, _ := crossplaneOf(t, out, "component/Worker")
			if diff := cmp.Diff(tc.want, want{crossplane, out.Found.Valid().Message}); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	needs := compose(t, in(t, changes{"spec/crossplane": automatic})).Needs.Objects
	if _, asked := needs["revisions"]; asked {
		t.Errorf("Compose(...) with policy Automatic: want no revisions among the needs, got %v", needs)
	}
}

// TestComposeSettingsHash: components learn which settings their graph has, and that
// it has seen theirs.
func TestComposeSettingsHash(t *testing.T) {
	own := settings.Default().Hash()
	cases := map[string]struct {
		reason string
		status string
		want   any
	}{
		"NoStatus":  {reason: "the component has not been composed", status: "{}"},
		"Same":      {reason: "it has the graph's", status: "{settingsHash: " + own + ", graphSettingsHash: " + own + "}"},
		"Unseen":    {reason: "it has not seen the graph's yet", status: "{settingsHash: '0123', graphSettingsHash: '0123'}"},
		"Different": {reason: "it has seen them, and was composed with others", status: "{settingsHash: '0123', graphSettingsHash: " + own + "}", want: "0123"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := in(t)
			next := layertest.Next(t, before, compose(t, before), map[string]string{"component/Worker": tc.status})
			_, got := crossplaneOf(t, compose(t, next), "component/Worker")
			if got["dynamo.fn.crossplane.io/settings-hash"] != own || got["dynamo.fn.crossplane.io/other-settings-hash"] != tc.want {
				t.Errorf("\n%s\nCompose(...): want hash %s, others %v, got %v", tc.reason, own, tc.want, got)
			}
		})
	}
}
