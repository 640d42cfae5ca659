package engine

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

func TestFound(t *testing.T) {
	cases := map[string]struct {
		reason string
		main   *corev1.Container
		want   []Engine
	}{
		"NoContainer":   {reason: "Without a main container nothing is started", main: nil},
		"NoCommand":     {reason: "An image alone says nothing", main: &corev1.Container{Image: "example.org/vllm:1"}},
		"Python":        {reason: "python is an interpreter", main: command("python", "-m", "dynamo.vllm"), want: []Engine{VLLM}},
		"Python3":       {reason: "python3 is an interpreter", main: command("python3", "-m", "dynamo.sglang"), want: []Engine{SGLang}},
		"PythonVersion": {reason: "So is one with a minor version", main: command("python3.11", "-m", "dynamo.trtllm"), want: []Engine{TRTLLM}},
		"Path":          {reason: "An interpreter may have a path", main: command("/opt/venv/bin/python3", "-m", "dynamo.vllm"), want: []Engine{VLLM}},
		"PythonLike":    {reason: "A program whose name goes on is no interpreter", main: command("python3-config", "-m", "dynamo.vllm")},
		"OtherProgram":  {reason: "The module alone is not enough", main: command("uv", "run", "-m", "dynamo.vllm")},
		"NoModule":      {reason: "Without -m no module is run", main: command("python3", "dynamo.vllm")},
		"ModuleOnly":    {reason: "The frontend is no engine", main: command("python3", "-m", "dynamo.frontend")},
		"CommandAndArgs": {
			reason: "The line goes on from the command to the arguments",
			main:   &corev1.Container{Command: []string{"python3"}, Args: []string{"-m", "dynamo.vllm", "--model", "x"}},
			want:   []Engine{VLLM},
		},
		"ArgsOnly": {
			reason: "Arguments alone are run by the default shell",
			main:   &corev1.Container{Args: []string{startTRTLLM}},
			want:   []Engine{TRTLLM},
		},
		"InterpreterOptions": {reason: "Options may come before -m", main: inShell("python3 -u -X dev -m dynamo.sglang"), want: []Engine{SGLang}},
		"Submodule":          {reason: "A module of the engine's package counts", main: inShell("python3 -m dynamo.sglang.worker"), want: []Engine{SGLang}},
		"OtherModule":        {reason: "The engine may be an argument of a launcher", main: inShell("python -m foo dynamo.vllm"), want: []Engine{VLLM}},
		"LongerName":         {reason: "A name that goes on is another module", main: inShell("python3 -m dynamo.vllmx")},
		"OtherPackage":       {reason: "An engine without Dynamo is none of ours", main: inShell("python3 -m vllm.entrypoints.openai.api_server")},
		"Script": {
			reason: "What a script does before is no hindrance",
			main:   inShell("pip install -q flash && cd /workspace && exec " + startVLLM + " --enforce-eager"),
			want:   []Engine{VLLM},
		},
		"Lines": {
			reason: "A command may go on over several lines",
			main:   inShell("set -e\nexec python3 \\\n  -m dynamo.vllm \\\n  --model x\n"),
			want:   []Engine{VLLM},
		},
		"Log":       {reason: "What is behind a pipe belongs to another program", main: inShell(startSGLang + " 2>&1 | tee /tmp/log"), want: []Engine{SGLang}},
		"Pipe":      {reason: "An interpreter does not reach over a pipe", main: inShell("python3 -c 1 | run -m dynamo.vllm")},
		"And":       {reason: "Nor over &&", main: inShell("python3 setup.py && run -m dynamo.vllm")},
		"Semicolon": {reason: "Nor over ;", main: inShell("python3 setup.py; run -m dynamo.vllm")},
		"Background": {
			reason: "Programs side by side are looked at each for itself",
			main:   inShell("python3 -m metrics & " + startTRTLLM),
			want:   []Engine{TRTLLM},
		},
		"Twice":         {reason: "One engine twice is one engine", main: inShell(startVLLM + " || " + startVLLM), want: []Engine{VLLM}},
		"Two":           {reason: "Two engines are both found, sorted", main: inShell(startVLLM + " || " + startSGLang), want: []Engine{SGLang, VLLM}},
		"TwoInOneCall":  {reason: "Two modules behind one -m are both found", main: inShell("python3 -m launch dynamo.vllm dynamo.trtllm"), want: []Engine{TRTLLM, VLLM}},
		"ModelOfEngine": {reason: "A model's name does not start an engine", main: inShell("python3 -m dynamo.frontend --model acme/dynamo-vllm")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Found(tc.main)); diff != "" {
				t.Errorf("%s: Found(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFoundKeepsCommand has room behind the command, which an append to it would
// write to.
func TestFoundKeepsCommand(t *testing.T) {
	words := []string{"python3", "-m", "dynamo.vllm", "behind"}
	Found(&corev1.Container{Command: words[:3], Args: []string{"--model"}})
	if words[3] != "behind" {
		t.Errorf("Found(...) wrote %q behind the command", words[3])
	}
}

func TestOf(t *testing.T) {
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   Engine
	}{
		"Found":          {reason: "The command line says it", c: component(dynamo.TypeWorker, startVLLM, dynamo.EngineChoice{}), want: VLLM},
		"Prefill":        {reason: "Prefill workers run engines", c: component(dynamo.TypePrefill, startVLLM, dynamo.EngineChoice{}), want: VLLM},
		"Decode":         {reason: "So do decode workers", c: component(dynamo.TypeDecode, startSGLang, dynamo.EngineChoice{}), want: SGLang},
		"Frontend":       {reason: "A frontend runs none, whatever is said", c: component(dynamo.TypeFrontend, startVLLM, dynamo.EngineChoice{Declared: "vllm", Sibling: "vllm"})},
		"OtherType":      {reason: "Nor does a type that we do not know", c: component("reranker", startVLLM, declared(VLLM))},
		"NoType":         {reason: "Nor a component without a type", c: component("", startVLLM, declared(VLLM))},
		"Declared":       {reason: "With nothing found the declaration says it", c: component(dynamo.TypeWorker, "serve.sh", declared(TRTLLM)), want: TRTLLM},
		"NoContainer":    {reason: "Also without a main container", c: component(dynamo.TypeWorker, "", declared(TRTLLM)), want: TRTLLM},
		"Sibling":        {reason: "With nothing said the siblings say it", c: component(dynamo.TypeWorker, "serve.sh", sibling(SGLang)), want: SGLang},
		"FoundFirst":     {reason: "What is found wins over both", c: component(dynamo.TypeWorker, startVLLM, dynamo.EngineChoice{Declared: "trtllm", Sibling: "sglang"}), want: VLLM},
		"DeclaredSecond": {reason: "What is declared wins over siblings", c: component(dynamo.TypeWorker, "serve.sh", dynamo.EngineChoice{Declared: "trtllm", Sibling: "sglang"}), want: TRTLLM},
		"TwoDeclared":    {reason: "Of two engines found the declaration says which", c: component(dynamo.TypeWorker, startVLLM+" || "+startSGLang, declared(SGLang)), want: SGLang},
		"TwoSibling":     {reason: "Or else the siblings", c: component(dynamo.TypeWorker, startVLLM+" || "+startSGLang, sibling(VLLM)), want: VLLM},
		"Nothing":        {reason: "With no hint at all there is no engine", c: component(dynamo.TypeWorker, "serve.sh", dynamo.EngineChoice{}), want: None},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Of(tc.c)); diff != "" {
				t.Errorf("%s: Of(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSibling(t *testing.T) {
	worker := func(line string) dynamo.Component {
		return component(dynamo.TypeWorker, line, dynamo.EngineChoice{})
	}
	cases := map[string]struct {
		reason string
		graph  []dynamo.Component
		want   Engine
	}{
		"Empty":      {reason: "A graph without components has no engine"},
		"One":        {reason: "The engine of the one worker", graph: []dynamo.Component{worker(startVLLM)}, want: VLLM},
		"Agree":      {reason: "Workers that agree", graph: []dynamo.Component{worker(startVLLM), worker("serve.sh"), component(dynamo.TypeDecode, startVLLM, dynamo.EngineChoice{})}, want: VLLM},
		"Disagree":   {reason: "Workers that do not agree say nothing", graph: []dynamo.Component{worker(startVLLM), worker(startSGLang)}},
		"TwoInOne":   {reason: "A worker that starts two engines says nothing", graph: []dynamo.Component{worker(startVLLM + " || " + startSGLang)}},
		"TwoAndOne":  {reason: "And does not keep the others from saying it", graph: []dynamo.Component{worker(startVLLM + " || " + startSGLang), worker(startTRTLLM)}, want: TRTLLM},
		"NoWorker":   {reason: "Only workers count", graph: []dynamo.Component{component(dynamo.TypeFrontend, startVLLM, dynamo.EngineChoice{})}},
		"Unknown":    {reason: "Workers that say nothing", graph: []dynamo.Component{worker("serve.sh"), worker("")}},
		"OfDeclared": {reason: "What is declared is not found", graph: []dynamo.Component{component(dynamo.TypeWorker, "serve.sh", declared(VLLM))}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Sibling(tc.graph)); diff != "" {
				t.Errorf("%s: Sibling(...) (-want, +got):\n%s", tc.reason, diff)
			}
			backwards := slices.Clone(tc.graph)
			slices.Reverse(backwards)
			if diff := cmp.Diff(tc.want, Sibling(backwards)); diff != "" {
				t.Errorf("%s: Sibling(...) of the graph backwards (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	at := Paths{Framework: field.NewPath("spec", "backendFramework"), Main: field.NewPath("spec", "main")}
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   []string
	}{
		"Agree":       {reason: "Found and declared alike", c: component(dynamo.TypeWorker, startVLLM, declared(VLLM))},
		"OnlyFound":   {reason: "Nothing declared", c: component(dynamo.TypeWorker, startVLLM, dynamo.EngineChoice{})},
		"NothingSaid": {reason: "A worker may run anything", c: component(dynamo.TypeWorker, "serve.sh", dynamo.EngineChoice{})},
		"Sibling":     {reason: "Graphs may mix engines", c: component(dynamo.TypeWorker, startVLLM, sibling(SGLang))},
		"NoWorker":    {reason: "A frontend may start what it likes", c: component(dynamo.TypeFrontend, startVLLM, declared(SGLang))},
		"TwoDeclared": {reason: "A declaration says which of two", c: component(dynamo.TypeWorker, startVLLM+" || "+startSGLang, declared(VLLM))},
		"Contradiction": {
			reason: "Declared one, found another",
			c:      component(dynamo.TypeDecode, startVLLM, declared(SGLang)),
			want: []string{`spec.backendFramework: Invalid value: "sglang": spec.main of service "Decode" starts dynamo.vllm: ` +
				`change one of the two`},
		},
		"Two": {
			reason: "Two found, none declared",
			c:      component(dynamo.TypeWorker, startVLLM+" || "+startSGLang, dynamo.EngineChoice{}),
			want: []string{`spec.main: Invalid value: "sglang, vllm": the command line starts several engines: ` +
				`start one, or say which with backendFramework`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range Faults(tc.c, at) {
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
