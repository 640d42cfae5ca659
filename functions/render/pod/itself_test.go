package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
)

// TestWarningsOfMadeLines: what a command line that is made of an engine and a model
// leaves open is told.
func TestWarningsOfMadeLines(t *testing.T) {
	revision := func(c *dynamo.Component) { c.Model, c.ModelRevision = "org/m", "v2" }
	old := func(c *dynamo.Component) { c.RuntimeOverride = "1.0.0" }
	gpus := func(n string) podtest.Option { return podtest.Limits(dynamo.Amounts{GPU: n}) }
	prefill := podtest.OfType(dynamo.TypePrefill, "")
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    []string
	}{
		"Model":    {reason: "a model on one GPU is whole", options: []podtest.Option{declared(dynamo.EngineVLLM), serving("org/m"), gpus("1")}},
		"Revision": {reason: "an engine that takes a revision gets it", options: []podtest.Option{declared(dynamo.EngineSGLang), revision}},
		"NoModel": {
			reason: "an engine has some model", options: []podtest.Option{declared(dynamo.EngineVLLM)},
			want: []string{"spec.modelRef: without it and without a command line the engine serves its own default model: name the model"},
		},
		"NoRevision": {
			reason: "one that takes none serves another", options: []podtest.Option{declared(dynamo.EngineTRTLLM), revision},
			want: []string{`spec.modelRef: trtllm takes no revision of a model, and serves the newest: download revision "v2", and name its path in a command line`},
		},
		"GPUs": {
			reason: "GPUs stay idle", options: []podtest.Option{declared(dynamo.EngineVLLM), serving("org/m"), gpus("4")},
			want: []string{"spec.extraPodSpec.mainContainer: the command line that is made for it has no sizes, so that the engine uses one of 4 GPUs: write command and args, with --tensor-parallel-size 4"},
		},
		"OldPart": {
			reason: "the parts had other flags", options: []podtest.Option{declared(dynamo.EngineVLLM), serving("org/m"), prefill, old},
			want: []string{"spec.extraPodSpec.mainContainer: runtime 1.0.0 knows other flags for prefill workers than the command line that is made for them, which is that of 1.1 and later: write command and args"},
		},
		"OldWhole":    {reason: "a whole worker had not", options: []podtest.Option{declared(dynamo.EngineVLLM), serving("org/m"), old}},
		"UnknownPart": {reason: "of an image that does not tell nothing is known", options: []podtest.Option{declared(dynamo.EngineVLLM), serving("org/m"), prefill}},
		"OwnLine":     {reason: "who writes a command line knows", options: []podtest.Option{podtest.Running("dynamo.vllm"), gpus("4")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := podtest.Warnings(t, append([]podtest.Option{siteImages}, tc.options...)...)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nWarnings(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
