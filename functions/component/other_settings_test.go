package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Annotations of a graph on its components.
const (
	annotationSettings = "metadata/annotations/dynamo.fn.crossplane.io~1settings-hash"
	annotationOther    = "metadata/annotations/dynamo.fn.crossplane.io~1other-settings-hash"
)

func TestComposeOtherSettings(t *testing.T) {
	own := settings.Default().Hash()
	const warning = `spec.crossplane.compositionRef: composed with other settings than graph "chat": give the Compositions of both the same input`
	cases := map[string]struct {
		reason string
		args   changes
		want   string
	}{
		"NoGraph":    {reason: "nobody says anything of settings"},
		"Same":       {reason: "the graph has the same", args: changes{annotationSettings: own}},
		"Unseen":     {reason: "the graph has others, and may not have seen the component's yet", args: changes{annotationSettings: "0a23"}},
		"SeenOthers": {reason: "the graph has seen those that the component had before", args: changes{annotationSettings: "0a23", annotationOther: "4b67"}},
		"Seen":       {reason: "the graph has seen them and stays with its own", args: changes{annotationSettings: "0a23", annotationOther: own}, want: warning},
		"Followed":   {reason: "the graph has the same by now", args: changes{annotationSettings: own, annotationOther: own}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, layertest.In(layertest.Object(t, composed, tc.args)))
			valid := out.Found.Valid()
			if valid.Status != layer.True || valid.Message != tc.want {
				t.Errorf("\n%s\nCompose(...): want Valid True with message %q, got %+v", tc.reason, tc.want, valid)
			}
		})
	}
}

// TestComposeSettingsStatus: the status tells the graph which settings it was composed
// with, and which ones of the graph it had seen then.
func TestComposeSettingsStatus(t *testing.T) {
	type want struct{ settings, graph any }
	own := settings.Default().Hash()
	cases := map[string]struct {
		reason string
		args   changes
		want   want
	}{
		"Graph":   {reason: "both", args: changes{annotationSettings: "0a23"}, want: want{own, "0a23"}},
		"NoGraph": {reason: "nobody would read them"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			status := layertest.Status(t, compose(t, layertest.In(layertest.Object(t, composed, tc.args))))
			if got := (want{status["settingsHash"], status["graphSettingsHash"]}); got != tc.want {
				t.Errorf("\n%s\nCompose(...): want %v, got %v", tc.reason, tc.want, got)
			}
		})
	}
}

// TestHoldSettingsStatus: what a component at fault keeps was composed with the
// settings that it had before.
func TestHoldSettingsStatus(t *testing.T) {
	in := running(t, composed, "")
	in.SettingsFaults = field.ErrorList{field.Required(field.NewPath("input"), "broken")}
	status, _ := in.Composite["status"].(map[string]any)
	status["settingsHash"], status["graphSettingsHash"] = "0a23", "0a23"
	got := layertest.Status(t, compose(t, in))
	if got["settingsHash"] != "0a23" || got["graphSettingsHash"] != "0a23" {
		t.Errorf("Compose(...): want the hashes that the status has, got %v", got)
	}
}

// TestComposeNothingOfTheGraph: what a graph notes on its components reaches nothing
// that they compose.
func TestComposeNothingOfTheGraph(t *testing.T) {
	notes := changes{
		annotationSettings: "0a23", annotationOther: "4b67",
		"metadata/annotations/dynamo.fn.crossplane.io~1handed-down": "c,r,g",
		"spec/crossplane": "{compositionRef: {name: c}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: r}}",
	}
	want := layertest.Objects(t, compose(t, layertest.In(layertest.Object(t, composed))))
	got := layertest.Objects(t, compose(t, layertest.In(layertest.Object(t, composed, notes))))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Compose(...) with the graph's notes: -without, +with:\n%s", diff)
	}
}
