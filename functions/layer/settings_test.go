package layer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestAskForSettings(t *testing.T) {
	api := layer.API{APIVersion: "apiextensions.crossplane.io/v1beta1", Kind: "EnvironmentConfig"}
	cases := map[string]struct {
		reason string
		args   string
		want   map[string]layer.Selector
	}{
		"Namespace": {
			reason: "that of the cluster and that of the namespace, neither of which is in a namespace",
			args:   "team",
			want: map[string]layer.Selector{
				"environmentconfig/dynamo":      {API: api, Name: "dynamo"},
				"environmentconfig/dynamo.team": {API: api, Name: "dynamo.team"},
			},
		},
		"NoNamespace": {
			reason: "what is in no namespace has the cluster's alone",
			want:   map[string]layer.Selector{"environmentconfig/dynamo": {API: api, Name: "dynamo"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, layer.AskForSettings(tc.args)); diff != "" {
				t.Errorf("%s\nAskForSettings(%q): -want, +got:\n%s", tc.reason, tc.args, diff)
			}
		})
	}
}

func TestConfigs(t *testing.T) {
	const cluster, namespace = "environmentconfig/dynamo", "environmentconfig/dynamo.team"
	config := func(text string) []layer.Object {
		return []layer.Object{layer.Read(layertest.Object(t, "{data: "+text+"}"))}
	}
	type want struct {
		layers, faults []string
		known          bool
	}
	cases := map[string]struct {
		reason string
		args   map[string][]layer.Object
		want   want
	}{
		"Unanswered": {
			reason: "nothing is known before core has answered",
			want:   want{layers: []string{"built-in"}},
		},
		"HalfAnswered": {
			reason: "nor before it has answered all",
			args:   map[string][]layer.Object{cluster: config("{dynamo: {rbac: {pickerClusterRole: a}}}")},
			want:   want{layers: []string{"built-in", "dynamo"}},
		},
		"Absent": {
			reason: "objects that do not exist say nothing, and that is known",
			args:   map[string][]layer.Object{cluster: {}, namespace: {}},
			want:   want{layers: []string{"built-in"}, known: true},
		},
		"Both": {
			reason: "the one of the namespace is above the one of the cluster",
			args: map[string][]layer.Object{
				cluster: config("{dynamo: {rbac: {pickerClusterRole: a}}}"), namespace: config("{dynamo: {rbac: {pickerClusterRole: b}}}"),
			},
			want: want{layers: []string{"built-in", "dynamo", "dynamo.team"}, known: true},
		},
		"OtherKeys": {
			reason: "other keys are for others",
			args:   map[string][]layer.Object{cluster: config("{region: eu}"), namespace: config("null")},
			want:   want{layers: []string{"built-in"}, known: true},
		},
		"Faults": {
			reason: "faults name their object",
			args:   map[string][]layer.Object{cluster: config("{dynamo: {discovry: {}}}"), namespace: config("{dynamo: {discovery: {backend: consul}}}")},
			want: want{layers: []string{"built-in", "dynamo.team"}, known: true, faults: []string{
				"EnvironmentConfig[dynamo].data.dynamo.discovry", "EnvironmentConfig[dynamo.team].data.dynamo.discovery.backend",
			}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			sources, known := layer.Answers{Objects: tc.args}.Configs("team")
			s, faults := settings.Fold(settings.Default(), sources...)
			got := want{layers: s.Layers, known: known}
			for _, f := range faults {
				got.faults = append(got.faults, f.Field)
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s\nConfigs(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
