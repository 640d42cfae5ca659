package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeHeldConditions looks at every condition of a component under each kind of
// fault, with and without children. What was said before is the contrary of each.
func TestComposeHeldConditions(t *testing.T) {
	broken := field.ErrorList{field.Invalid(field.NewPath("input"), "Settings", "broken")}
	invalid := map[string]string{"Valid": "False InvalidSpec"}
	noImage := changes{"spec/extraPodSpec/mainContainer/image": ""}
	short := map[string]string{"Available": "False FailedCreate", "DynamoComponentReady": "False ComponentNotReady"}
	cases := map[string]struct {
		reason   string
		args     changes
		settings field.ErrorList
		status   string
		nothing  bool
		want     map[string]string
	}{
		"SpecServes":      {reason: "what runs serves", args: noImage, status: rollout(2, 2, 2, 2, "True"), want: with(serving, invalid)},
		"SpecStarts":      {reason: "it does not", args: noImage, status: rollout(2, 2, 1, 1, "False"), want: with(notServing, invalid)},
		"SpecFails":       {reason: "and cannot", args: noImage, status: failing, want: with(with(fine, short), invalid)},
		"SpecNothing":     {reason: "nothing runs", args: noImage, nothing: true, want: with(notServing, invalid)},
		"SettingsServes":  {reason: "what runs serves", settings: broken, status: rollout(2, 2, 2, 2, "True"), want: with(serving, invalid)},
		"SettingsStarts":  {reason: "it does not", settings: broken, status: rollout(2, 2, 1, 1, "False"), want: with(notServing, invalid)},
		"SettingsNothing": {reason: "nothing runs", settings: broken, nothing: true, want: with(notServing, invalid)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := running(t, composed, tc.status, tc.args)
			if tc.nothing {
				in.Observed = layer.Observed{}
			}
			was := "True"
			if tc.want["Available"] == serving["Available"] {
				was = "False"
			}
			in.Composite["status"] = layertest.Object(t, `conditions: [{type: Available, status: "`+was+`"}, {type: DynamoComponentReady, status: "`+was+`"}, {type: Valid, status: "True"}]`)
			in.SettingsFaults = tc.settings

			out := compose(t, in)

			if diff := cmp.Diff(tc.want, conditionsOf(out)); diff != "" {
				t.Errorf("%s: Compose(...): -want conditions, +got:\n%s", tc.reason, diff)
			}
			if (out.Fatal != "") != tc.nothing || out.Ready {
				t.Errorf("%s: Compose(...): want fatal %t and not ready, got %q and %t", tc.reason, tc.nothing, out.Fatal, out.Ready)
			}
		})
	}
}
