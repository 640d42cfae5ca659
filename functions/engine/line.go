package engine

import "github.com/crossplane-contrib/function-dynamo/functions/dynamo"

// CommandLine is what a worker runs of which the user says the engine alone: the Dynamo module
// of its engine, for the model that it serves and for the part that its type has. The engine
// chooses a model where the component names none. The first word is the command.
func CommandLine(c dynamo.Component) []string {
	out := []string{"python3", "-m", "dynamo." + string(c.Engine.Name)}
	model, part := "--model-path", []string{}
	switch c.Engine.Name {
	case VLLM:
		model = "--model"
		part = []string{"--kv-transfer-config", `{"kv_connector":"NixlConnector","kv_role":"kv_both"}`}
	case SGLang:
		part = []string{"--disaggregation-transfer-backend", "nixl", "--host", "0.0.0.0"}
	case TRTLLM, None:
	}
	if c.Model != "" {
		out = append(out, model, c.Model)
	}
	if c.Type == dynamo.TypePrefill || c.Type == dynamo.TypeDecode {
		out = append(append(out, "--disaggregation-mode", c.Type), part...)
	}
	return out
}
