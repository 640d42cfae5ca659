package engine

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// inShell runs a line, as most manifests do.
func inShell(line string) *corev1.Container {
	return &corev1.Container{Command: []string{"/bin/sh", "-c"}, Args: []string{line}}
}

// command runs a program without a shell.
func command(words ...string) *corev1.Container {
	return &corev1.Container{Command: words}
}

// component is of a type and runs a line; an empty line is no main container.
func component(componentType, line string, hints dynamo.EngineChoice) dynamo.Component {
	c := dynamo.Component{Service: "Decode", Type: componentType, Engine: hints}
	if line != "" {
		c.Pod.Main = inShell(line)
	}
	return c
}

// Command lines that start one engine.
const (
	startVLLM   = "python3 -m dynamo.vllm --model Qwen/Qwen3-0.6B"
	startSGLang = "python3 -m dynamo.sglang --model-path Qwen/Qwen3-0.6B"
	startTRTLLM = "python3 -m dynamo.trtllm --model-path Qwen/Qwen3-0.6B"
)

func declared(e Engine) dynamo.EngineChoice { return dynamo.EngineChoice{Declared: string(e)} }

func sibling(e Engine) dynamo.EngineChoice { return dynamo.EngineChoice{Sibling: string(e)} }
