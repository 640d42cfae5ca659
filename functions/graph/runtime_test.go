package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeRuntime: a component gets what its service says of its runtime. What the site
// says it reads itself, from the same settings as the graph.
func TestComposeRuntime(t *testing.T) {
	in := in(t, changes{worker + "runtimeVersionOverride": "1.5.0"})
	in.Settings.RuntimeVersion = version.Version{Major: 1, Minor: 6}
	objects := layertest.Objects(t, compose(t, in))
	for key, want := range map[string]any{"component/Worker": "1.5.0", "component/Frontend": nil} {
		spec, _ := objects[key]["spec"].(map[string]any)
		if diff := cmp.Diff(want, spec["runtimeVersionOverride"]); diff != "" {
			t.Errorf("%s: the version of its runtime (-want, +got):\n%s", key, diff)
		}
	}
}

// TestComposePickerOfSite: whether a picker needs a configuration follows from what the site
// says, too: the graph must not complain of a component that does not.
func TestComposePickerOfSite(t *testing.T) {
	for want, site := range map[layer.Status]version.Version{layer.True: {Major: 1, Minor: 6}, layer.False: {}} {
		in := in(t, changes{"spec/services/Picker": "{componentType: epp, extraPodSpec: {mainContainer: {image: example.org/frontend}}}"})
		in.Settings.RuntimeVersion = site
		if got := condition(t, compose(t, in), "Valid"); got.Status != want {
			t.Errorf("a picker without a configuration, where the site says %s: want Valid %s, got %s: %s", site, want, got.Status, got.Message)
		}
	}
}
