package commandline

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestWithInScripts(t *testing.T) {
	cases := map[string]struct {
		reason string
		script string
		want   string
	}{
		"Bare":       {reason: "behind the module", script: "python3 -m dynamo.vllm", want: "python3 -m dynamo.vllm -F"},
		"Submodule":  {reason: "behind its whole word", script: "python3 -m dynamo.vllm.worker --a", want: "python3 -m dynamo.vllm.worker -F --a"},
		"Model":      {reason: "behind the last word with the engine's name", script: "python3 -m dynamo.vllm --model x/vllm-y --a", want: "python3 -m dynamo.vllm --model x/vllm-y -F --a"},
		"Quoted":     {reason: "but not inside of quotes", script: `python3 -m dynamo.vllm --c '{"a": "vllm b"}'`, want: `python3 -m dynamo.vllm -F --c '{"a": "vllm b"}'`},
		"Escaped":    {reason: "an escaped quote opens nothing", script: `python3 -m dynamo.vllm --c \" vllm`, want: `python3 -m dynamo.vllm --c \" vllm -F`},
		"Comment":    {reason: "nor does one in a comment", script: "# it's vLLM's\npython3 -m dynamo.vllm --a", want: "# it's vLLM's\npython3 -m dynamo.vllm -F --a"},
		"Pipe":       {reason: "what is behind a pipe is another program", script: "python3 -m dynamo.vllm --a | grep vllm", want: "python3 -m dynamo.vllm -F --a | grep vllm"},
		"Second":     {reason: "what is before the engine too", script: "pip install vllm && python3 -m dynamo.vllm", want: "pip install vllm && python3 -m dynamo.vllm -F"},
		"Background": {reason: "other programs are left alone", script: "python3 -m metrics & python3 -m dynamo.vllm; echo vllm", want: "python3 -m metrics & python3 -m dynamo.vllm -F; echo vllm"},
		"NoEngine":   {reason: "a line without the engine stays", script: "python3 -m dynamo.frontend --a vllm", want: "python3 -m dynamo.frontend --a vllm"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			args := []string{"-x", tc.script}
			if diff := cmp.Diff([]string{"-x", tc.want}, Read(run(words("sh", "-c"), args...), "vllm").With("-F")); diff != "" {
				t.Errorf("%s: With(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff([]string{"-x", tc.script}, args); diff != "" {
				t.Errorf("With(...) changed its argument:\n%s", diff)
			}
		})
	}
}

// TestPlace is where flags go of words that are no script, and of scripts in
// which the text alone does not tell.
func TestPlace(t *testing.T) {
	python := words("python3", "-m", "dynamo.vllm")
	type want struct {
		args         []string
		takes, shell bool
	}
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   want
	}{
		"Program":    {reason: "behind a program's arguments", main: run(python, "-a"), want: want{args: words("-a", "-F"), takes: true, shell: true}},
		"Path":       {reason: "whatever its path", main: run(words("/opt/venv/bin/python3.11", "-m", "dynamo.vllm")), want: want{args: words("-F"), takes: true, shell: true}},
		"Unseen":     {reason: "also where an interpreter does not show the engine", main: run(words("python3", "/launch.py"), "-a"), want: want{args: words("-a", "-F"), takes: true, shell: true}},
		"Wrapped":    {reason: "and where a wrapper starts it", main: run(append(words("env", "A=1"), python...), "-a"), want: want{args: words("-a", "-F"), takes: true, shell: true}},
		"AllInArgs":  {reason: "with all words in args", main: run(words("numactl", "-l"), append(python, "-a")...), want: want{args: append(python, "-a", "-F"), takes: true, shell: true}},
		"NoCommand":  {reason: "or without a command", main: run(nil, append(python, "-a")...), want: want{args: append(python, "-a", "-F"), takes: true, shell: true}},
		"Entrypoint": {reason: "a script that runs its arguments", main: run(words("/entrypoint.sh"), append(python, "-a")...), want: want{args: append(python, "-a", "-F"), takes: true, shell: true}},
		"WrappedScript": {
			reason: "a shell behind a wrapper", main: run(words("tini", "--", "sh", "-c"), "python3 -m dynamo.vllm -a"),
			want: want{args: words("python3 -m dynamo.vllm -F -a"), takes: true},
		},
		"OtherEngine": {reason: "another engine's words", main: run(words("env", "python3", "-m", "dynamo.sglang"), "-a"), want: want{args: words("-a")}},
		"NoModule":    {reason: "an engine's name without -m", main: run(words("env", "python3", "dynamo.vllm"), "-a"), want: want{args: words("-a")}},
		"File":        {reason: "a file that nobody sees", main: run(words("/bin/bash"), "/start.sh"), want: want{args: words("/start.sh")}},
		"InCommand":   {reason: "a script in the command stays", main: run(words("sh", "-c", "python3 -m dynamo.vllm"), "-a"), want: want{args: words("-a")}},
		"Nested":      {reason: "a script inside of one too", main: inShell("bash -c 'python3 -m dynamo.vllm -a'"), want: want{args: words("bash -c 'python3 -m dynamo.vllm -a'")}},
		"Second":      {reason: "the first script that starts the engine", main: run(words("sh", "-c"), "true", "python3 -m dynamo.vllm"), want: want{args: words("true", "python3 -m dynamo.vllm -F"), takes: true}},

		"QuotedModule": {reason: "a quoted module has a place too", main: inShell(`python3 -m "dynamo.vllm" -a`), want: want{args: words(`python3 -m "dynamo.vllm" -F -a`), takes: true}},
		"Brackets":     {reason: "inside of brackets, not behind them", main: inShell("(python3 -m dynamo.vllm)"), want: want{args: words("(python3 -m dynamo.vllm -F)"), takes: true}},
		"Comment":      {reason: "in the command, not in a comment on it", main: inShell("# python3 -m dynamo.vllm; it serves\npython3 -m dynamo.vllm -a"), want: want{args: words("# python3 -m dynamo.vllm; it serves\npython3 -m dynamo.vllm -F -a"), takes: true}},
		"Backslash":    {reason: "not behind a backslash", main: inShell(`python3 -m dynamo.vllm --model /vllm\ x`), want: want{args: words(`python3 -m dynamo.vllm -F --model /vllm\ x`), takes: true}},
		"Substitution": {reason: "with the engine, not with what prints its model", main: inShell("python3 -m dynamo.vllm --model $(head -1 /vllm/model | cut -c1)"), want: want{args: words("python3 -m dynamo.vllm -F --model $(head -1 /vllm/model | cut -c1)"), takes: true}},
		"Redirected":   {reason: "behind a file of the engine's name", main: inShell("python3 -m dynamo.vllm -a >/log/vllm.log"), want: want{args: words("python3 -m dynamo.vllm -a >/log/vllm.log -F"), takes: true}},
		"Touching":     {reason: "where output goes is no flag's business", main: inShell("python3 -m dynamo.vllm> log"), want: want{args: words("python3 -m dynamo.vllm -F > log"), takes: true}},
		"Heredoc":      {reason: "a script that is written first is the one that runs", main: inShell("cat <<E >f\npython3 -m dynamo.vllm -a\nE\nsh f"), want: want{args: words("cat <<E >f\npython3 -m dynamo.vllm -F -a\nE\nsh f"), takes: true}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := tc.main.DeepCopy()
			line := Read(tc.main, "vllm")
			got := want{args: line.With("-F"), takes: line.TakesFlags(), shell: line.NeedsShell()}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: With(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(*before, tc.main); diff != "" {
				t.Errorf("%s: the container changed (-before, +after):\n%s", tc.reason, diff)
			}
		})
	}
}
