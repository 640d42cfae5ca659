package dynamo

// Engine is an inference engine, by the name of its Dynamo module.
type Engine string

// The engines.
const (
	EngineNone   Engine = ""
	EngineVLLM   Engine = "vllm"
	EngineSGLang Engine = "sglang"
	EngineTRTLLM Engine = "trtllm"
)

// EngineChoice is the engine of a component, and what it was chosen by beside
// the command line.
type EngineChoice struct {
	// Name of the engine that counts; EngineNone for components that are no
	// workers, and where nothing tells.
	Name Engine
	// Declared is backendFramework; empty when not given.
	Declared string
	// Sibling is the one engine found on the graph's other workers; empty where
	// the component does not need it.
	Sibling string
}
