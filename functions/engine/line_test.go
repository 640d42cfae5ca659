package engine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

func TestCommandLine(t *testing.T) {
	cases := map[string]struct {
		reason string
		engine Engine
		of     string
		model  string
		// revision of the model.
		revision string
		want     string
	}{
		"VLLM":      {reason: "an engine alone serves its own default", engine: VLLM, of: dynamo.TypeWorker, want: "python3 -m dynamo.vllm"},
		"VLLMModel": {reason: "or the model that the component says it serves", engine: VLLM, of: dynamo.TypeWorker, model: "org/m", want: "python3 -m dynamo.vllm --model org/m"},
		"SGLang":    {reason: "by the flag of each", engine: SGLang, of: dynamo.TypeWorker, model: "org/m", want: "python3 -m dynamo.sglang --model-path org/m"},
		"Revision":  {reason: "of the revision that it says", engine: VLLM, of: dynamo.TypeWorker, model: "org/m", revision: "v2", want: "python3 -m dynamo.vllm --model org/m --revision v2"},
		"SGLangRevision": {
			reason: "which stands behind the model", engine: SGLang, of: dynamo.TypeDecode, model: "m", revision: "v2",
			want: "python3 -m dynamo.sglang --model-path m --revision v2 --disaggregation-mode decode --disaggregation-transfer-backend nixl --host 0.0.0.0",
		},
		"TRTLLMRevision": {reason: "where the engine takes one", engine: TRTLLM, of: dynamo.TypeWorker, model: "m", revision: "v2", want: "python3 -m dynamo.trtllm --model-path m"},
		"TRTLLM":         {reason: "by the flag of each", engine: TRTLLM, of: dynamo.TypeWorker, model: "org/m", want: "python3 -m dynamo.trtllm --model-path org/m"},
		"Prefill":        {reason: "a part of it says which", engine: TRTLLM, of: dynamo.TypePrefill, want: "python3 -m dynamo.trtllm --disaggregation-mode prefill"},
		"Decode":         {reason: "and how caches come from the other one", engine: SGLang, of: dynamo.TypeDecode, want: "python3 -m dynamo.sglang --disaggregation-mode decode --disaggregation-transfer-backend nixl --host 0.0.0.0"},
		"VLLMPrefill":    {reason: "in each engine's words", engine: VLLM, of: dynamo.TypePrefill, model: "m", want: `python3 -m dynamo.vllm --model m --disaggregation-mode prefill --kv-transfer-config {"kv_connector":"NixlConnector","kv_role":"kv_both"}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := dynamo.Component{Type: tc.of, Model: tc.model, ModelRevision: tc.revision, Engine: dynamo.EngineChoice{Name: tc.engine}}
			line := CommandLine(c)
			if diff := cmp.Diff(tc.want, strings.Join(line, " ")); diff != "" {
				t.Errorf("%s\nCommandLine(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff([]Engine{tc.engine}, Found(&corev1.Container{Command: line[:1], Args: line[1:]})); diff != "" {
				t.Errorf("%s\nFound(CommandLine(...)): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
