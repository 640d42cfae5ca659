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
	if c.ModelRevision != "" && TakesRevision(c.Engine.Name) {
		out = append(out, "--revision", c.ModelRevision)
	}
	if HasPart(c) {
		out = append(append(out, "--disaggregation-mode", c.Type), part...)
	}
	return out
}

// HasPart says whether a worker does one part of the work alone.
func HasPart(c dynamo.Component) bool {
	return c.Type == dynamo.TypePrefill || c.Type == dynamo.TypeDecode
}

// TakesRevision says whether the Dynamo module of an engine takes a revision of a model.
// That of TensorRT-LLM has such a flag for models that make pictures alone.
func TakesRevision(e Engine) bool { return e == VLLM || e == SGLang }

// SizeFlag is by which the module of each engine takes the number of GPUs that share a model.
const SizeFlag = "--tensor-parallel-size"
