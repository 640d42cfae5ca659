package engine

import "github.com/crossplane-contrib/function-dynamo/functions/dynamo"

// CommandLine is what a worker runs of which the user says the engine alone: the Dynamo module
// of its engine, for the model that it serves and for the part that its type has. The engine
// chooses a model where the component names none.
func CommandLine(c dynamo.Component) (command, args []string) {
	args = []string{"-m", "dynamo." + string(c.Engine.Name)}
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
		args = append(args, model, c.Model)
	}
	if c.Type == dynamo.TypePrefill || c.Type == dynamo.TypeDecode {
		args = append(append(args, "--disaggregation-mode", c.Type), part...)
	}
	return []string{"python3"}, args
}
