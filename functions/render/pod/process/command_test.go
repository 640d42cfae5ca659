package process_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestCommandLine has the command lines that users write, what runs, and what is
// said of those that cannot.
func TestCommandLine(t *testing.T) {
	const (
		mainArgs = "spec.extraPodSpec.mainContainer.args: "
		module   = "[python3, -m, dynamo.vllm]"
		whole    = ", without what follows: write the whole line as one entry"
	)
	sh := []string{"/bin/sh", "-c"}
	words := strings.Fields
	type args struct {
		of            string
		command, args []string
	}
	type want struct {
		command, args []string
		warning       string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"WorkerWords": {
			reason: "words run as they stand: a shell would run the first alone",
			args:   args{of: "worker", args: words("python3 -m dynamo.sglang --model-path m")},
			want:   want{command: []string{"python3"}, args: words("-m dynamo.sglang --model-path m")},
		},
		"FreeTypeWords": {
			reason: "whatever the type",
			args:   args{of: "main", args: words("numactl -N 0 python3 -m dynamo.frontend")},
			want:   want{command: []string{"numactl"}, args: words("-N 0 python3 -m dynamo.frontend")},
		},
		"PlannerShell": {
			reason: "a shell with its line is such words",
			args:   args{of: "planner", args: []string{"bash", "-c", "exec python3 -m dynamo.planner"}},
			want:   want{command: []string{"bash"}, args: []string{"-c", "exec python3 -m dynamo.planner"}},
		},
		"WorkerLine": {
			reason: "a line is what the shell is for",
			args:   args{of: "worker", args: []string{"python3 -m dynamo.vllm --model m"}},
			want:   want{command: sh, args: []string{"python3 -m dynamo.vllm --model m"}},
		},
		"WorkerWord": {
			reason: "also one of a single word",
			args:   args{of: "worker", args: []string{"./run.sh"}},
			want:   want{command: sh, args: []string{"./run.sh"}},
		},
		"WorkerLineAndMore": {
			reason: "what follows a line is for the line",
			args:   args{of: "worker", args: []string{"python3 -m $0", "dynamo.vllm"}},
			want:   want{command: sh, args: []string{"python3 -m $0", "dynamo.vllm"}},
		},
		"WorkerOptions": {
			reason: "the shell takes another -c",
			args:   args{of: "worker", args: []string{"-ec", "python3 -m dynamo.vllm"}},
			want:   want{command: sh, args: []string{"-ec", "python3 -m dynamo.vllm"}},
		},
		"WorkerFlags": {
			reason: "flags alone are nothing to run",
			args:   args{of: "worker", args: words("--model m")},
			want:   want{command: sh, args: words("--model m"), warning: mainArgs + "/bin/sh -c takes --model for an option of its own: write command, such as " + module},
		},
		"WorkerFlagLine": {
			reason: "nor are they in one line",
			args:   args{of: "worker", args: []string{"-m dynamo.vllm"}},
			want:   want{command: sh, args: []string{"-m dynamo.vllm"}, warning: mainArgs + "/bin/sh -c takes -m for an option of its own: write command, such as " + module},
		},
		"WorkerPieces": {
			reason: "words that only shells know make pieces of a line",
			args:   args{of: "worker", args: words("cd /workspace && python3 -m dynamo.vllm")},
			want:   want{command: sh, args: words("cd /workspace && python3 -m dynamo.vllm"), warning: mainArgs + `/bin/sh -c runs "cd" alone` + whole},
		},
		"WorkerAssignment": {
			reason: "so does a variable in front of a program",
			args:   args{of: "worker", args: words("A=1 python3 -m dynamo.vllm")},
			want:   want{command: sh, args: words("A=1 python3 -m dynamo.vllm"), warning: mainArgs + `/bin/sh -c runs "A=1" alone` + whole},
		},
		"WorkerNothing": {
			reason: "an image alone starts nothing",
			args:   args{of: "worker"},
			want: want{command: sh, warning: mainArgs + "/bin/sh -c has no line to run, so that the container ends at once: write command, such as " +
				module + ", or a line for the shell into args"},
		},
		"FreeTypeNothing": {
			reason: "of no type with a shell",
			args:   args{of: "reranker"},
			want: want{command: sh, warning: mainArgs + "/bin/sh -c has no line to run, so that the container ends at once: " +
				"write command, such as [python3, -m, your.module], or a line for the shell into args"},
		},
		"WorkerCommand": {
			reason: "with a command the words are its arguments",
			args:   args{of: "worker", command: words("python3 -m dynamo.vllm"), args: words("--model m")},
			want:   want{command: words("python3 -m dynamo.vllm"), args: words("--model m")},
		},
		"ShellWords": {
			reason: "one that the user chose is left alone, and told of",
			args:   args{of: "worker", command: []string{"bash", "-lc"}, args: words("python3 -m dynamo.vllm")},
			want:   want{command: []string{"bash", "-lc"}, args: words("python3 -m dynamo.vllm"), warning: mainArgs + `bash -lc runs "python3" alone` + whole},
		},
		"ShellVariable": {
			reason: "what a variable holds nobody knows",
			args:   args{of: "worker", command: sh, args: []string{"$RUN", "x"}},
			want:   want{command: sh, args: []string{"$RUN", "x"}},
		},
		"ShellScript": {
			reason: "a shell with a script has its line",
			args:   args{of: "worker", command: []string{"bash", "-c", "python3 -m dynamo.vllm"}},
			want:   want{command: []string{"bash", "-c", "python3 -m dynamo.vllm"}},
		},
		"FrontendArgs": {
			reason: "flags of the interpreter are its own",
			args:   args{of: "frontend", args: words("-m dynamo.frontend --http-port 8000")},
			want:   want{command: []string{"python3"}, args: words("-m dynamo.frontend --http-port 8000")},
		},
		"FrontendWords": {
			reason: "an interpreter is not run by another",
			args:   args{of: "frontend", args: words("/usr/bin/python3.12 -m dynamo.frontend")},
			want:   want{command: []string{"/usr/bin/python3.12"}, args: words("-m dynamo.frontend")},
		},
		"FrontendShell": {
			reason: "nor is a shell",
			args:   args{of: "frontend", args: []string{"/bin/bash", "-c", "python3 -m dynamo.frontend"}},
			want:   want{command: []string{"/bin/bash"}, args: []string{"-c", "python3 -m dynamo.frontend"}},
		},
		"FrontendProgram": {
			reason: "nor is another program",
			args:   args{of: "frontend", args: words("opentelemetry-instrument python3 -m dynamo.frontend")},
			want:   want{command: []string{"opentelemetry-instrument"}, args: words("python3 -m dynamo.frontend")},
		},
		"FrontendScript": {
			reason: "a script is",
			args:   args{of: "frontend", args: words("server.py --port 8000")},
			want:   want{command: []string{"python3"}, args: words("server.py --port 8000")},
		},
		"FrontendPath": {
			reason: "also one without an ending, by its path",
			args:   args{of: "frontend", args: words("/app/server --port 8000")},
			want:   want{command: []string{"python3"}, args: words("/app/server --port 8000")},
		},
		"FrontendLine": {
			reason: "a line goes to a shell",
			args:   args{of: "frontend", args: []string{"python3 -m dynamo.frontend --router-mode kv"}},
			want:   want{command: sh, args: []string{"python3 -m dynamo.frontend --router-mode kv"}},
		},
		"FrontendFlagLine": {
			reason: "behind the interpreter where it has its flags only",
			args:   args{of: "frontend", args: []string{"-m dynamo.frontend --router-mode kv"}},
			want:   want{command: sh, args: []string{"python3 -m dynamo.frontend --router-mode kv"}},
		},
		"FrontendCode": {
			reason: "the text of a program is no such line",
			args:   args{of: "frontend", args: []string{"-c", "import dynamo.frontend"}},
			want:   want{command: []string{"python3"}, args: []string{"-c", "import dynamo.frontend"}},
		},
		"FrontendTwoPythons": {
			reason: "two that the user wrote are told of",
			args:   args{of: "frontend", command: []string{"python3"}, args: words("python3 -m dynamo.frontend")},
			want: want{
				command: []string{"python3"}, args: words("python3 -m dynamo.frontend"),
				warning: mainArgs + `python3 looks for a file called "python3": leave this word out`,
			},
		},
		"FrontendOneWord": {
			reason: "so is a line for one",
			args:   args{of: "frontend", command: []string{"python3"}, args: []string{"-m dynamo.frontend --x"}},
			want: want{
				command: []string{"python3"}, args: []string{"-m dynamo.frontend --x"},
				warning: mainArgs + `python3 takes this line for one word: write each word, from "-m" on, as an entry of its own`,
			},
		},
		"FrontendPieces": {
			reason: "and a word that only shells know",
			args:   args{of: "frontend", args: words("exec python3 -m dynamo.frontend")},
			want: want{
				command: []string{"python3"}, args: words("exec python3 -m dynamo.frontend"),
				warning: mainArgs + `python3 looks for a file called "exec": leave this word out`,
			},
		},
		"FrontendShellAlone": {
			reason: "a shell gets the interpreter's default arguments, which are no line",
			args:   args{of: "frontend", command: sh},
			want: want{
				command: sh, args: words("-m dynamo.frontend"),
				warning: mainArgs + "/bin/sh -c takes -m for an option of its own: write command, such as [python3, -m, dynamo.frontend]",
			},
		},
		"WorkerLines": {
			reason: "a line in several entries is a line in pieces",
			args:   args{of: "worker", args: []string{"python3 -m dynamo.vllm", "--model m"}},
			want:   want{command: sh, args: []string{"python3 -m dynamo.vllm", "--model m"}, warning: mainArgs + `/bin/sh -c runs "python3 -m dynamo.vllm" alone` + whole},
		},
		"WorkerLinePieces": {
			reason: "also with words of shells between",
			args:   args{of: "worker", args: []string{"cd /w", "&&", "python3 -m dynamo.vllm"}},
			want:   want{command: sh, args: []string{"cd /w", "&&", "python3 -m dynamo.vllm"}, warning: mainArgs + `/bin/sh -c runs "cd /w" alone` + whole},
		},
		"WorkerContinued": {
			reason: "no line goes on in another entry",
			args:   args{of: "worker", command: sh, args: []string{"python3 -m dynamo.vllm \\", "--model m"}},
			want:   want{command: sh, args: []string{"python3 -m dynamo.vllm \\", "--model m"}, warning: mainArgs + `/bin/sh -c runs "python3 -m dynamo.vllm \\" alone` + whole},
		},
		"LineInCommand": {
			reason: "what follows a line in the command is lost as well",
			args:   args{of: "worker", command: []string{"/bin/bash", "-c", "python3 -m dynamo.vllm"}, args: words("--model m")},
			want:   want{command: []string{"/bin/bash", "-c", "python3 -m dynamo.vllm"}, args: words("--model m"), warning: mainArgs + `/bin/bash -c runs "python3 -m dynamo.vllm" alone` + whole},
		},
		"LongLine": {
			reason: "a long line is shown by its beginning",
			args:   args{of: "worker", args: []string{"python3 -m dynamo.vllm \\\n  --model a/model --served-model-name a/name --x", "--tp 2"}},
			want: want{
				command: sh, args: []string{"python3 -m dynamo.vllm \\\n  --model a/model --served-model-name a/name --x", "--tp 2"},
				warning: mainArgs + `/bin/sh -c runs "python3 -m dynamo.vllm \\ --model a/model …" alone` + whole,
			},
		},
		"LineWithArguments": {
			reason: "a script may take what follows",
			args:   args{of: "worker", command: []string{"sh", "-c", `exec python3 -m dynamo.vllm "$@"`}, args: words("sh --model m")},
			want:   want{command: []string{"sh", "-c", `exec python3 -m dynamo.vllm "$@"`}, args: words("sh --model m")},
		},
		"LineWithLoop": {
			reason: "a loop does without saying so",
			args:   args{of: "worker", command: sh, args: []string{"for a; do echo $a; done", "sh", "x"}},
			want:   want{command: sh, args: []string{"for a; do echo $a; done", "sh", "x"}},
		},
		"LineWithShift": {
			reason: "and so do words that read arguments",
			args:   args{of: "worker", command: sh, args: []string{"shift 1; run", "sh", "x"}},
			want:   want{command: sh, args: []string{"shift 1; run", "sh", "x"}},
		},
		"LineWithName": {
			reason: "a name for the shell is nothing that is lost",
			args:   args{of: "worker", command: []string{"bash", "-c"}, args: []string{"python3 -m dynamo.vllm", "bash"}},
			want:   want{command: []string{"bash", "-c"}, args: []string{"python3 -m dynamo.vllm", "bash"}},
		},
		"EmptyLine": {
			reason: "an empty line is none",
			args:   args{of: "worker", args: []string{""}},
			want: want{command: sh, args: []string{""}, warning: mainArgs + "/bin/sh -c has no line to run, so that the container ends at once: write command, such as " +
				module + ", or a line for the shell into args"},
		},
		"InterpreterAlone": {
			reason: "an interpreter alone runs nothing",
			args:   args{of: "worker", args: []string{"python3"}},
			want:   want{command: sh, args: []string{"python3"}, warning: mainArgs + "/bin/sh -c starts python3 with nothing to run, so that the container ends at once: write the whole line as one entry"},
		},
		"ShellFile": {
			reason: "a shell without -c reads a file",
			args:   args{of: "worker", command: []string{"bash"}, args: words("python3 -m dynamo.vllm")},
			want: want{command: []string{"bash"}, args: words("python3 -m dynamo.vllm"), warning: mainArgs +
				`bash looks for a script called "python3": write -c in front, and the whole line as one entry, or command, such as ` + module},
		},
		"ShellFileLine": {
			reason: "that no line is",
			args:   args{of: "worker", command: []string{"bash", "-e", "python3 -m dynamo.vllm"}},
			want: want{command: []string{"bash", "-e", "python3 -m dynamo.vllm"}, warning: `spec.extraPodSpec.mainContainer.command: ` +
				`bash -e looks for a script called "python3 -m dynamo.vllm": write -c in front, and the whole line as one entry, or command, such as ` + module},
		},
		"ShellFileDefault": {
			reason: "nor is the module of the default",
			args:   args{of: "frontend", command: []string{"bash"}},
			want: want{command: []string{"bash"}, args: words("-m dynamo.frontend"), warning: mainArgs +
				"bash takes -m for an option of its own: write command, such as [python3, -m, dynamo.frontend]"},
		},
		"ShellScriptFile": {
			reason: "a script is one, with all options that shells have",
			args:   args{of: "worker", command: words("/bin/bash --login -eu -o pipefail"), args: words("/opt/run.sh --model m")},
			want:   want{command: words("/bin/bash --login -eu -o pipefail"), args: words("/opt/run.sh --model m")},
		},
		"ShellScriptBehindDashes": {
			reason: "also behind the end of them",
			args:   args{of: "worker", command: words("bash --"), args: words("run.sh")},
			want:   want{command: words("bash --"), args: words("run.sh")},
		},
		"ShellAlone": {
			reason: "a shell alone ends at once",
			args:   args{of: "worker", command: []string{"bash"}},
			want: want{command: []string{"bash"}, warning: mainArgs + "bash has no line to run, so that the container ends at once: write command, such as " +
				module + ", or a line for the shell into args"},
		},
		"OptionsBeforeLine": {
			reason: "options of a shell may stand in front of its line",
			args:   args{of: "worker", command: words("bash -o pipefail -x -c"), args: []string{"python3 -m dynamo.vllm | tee log"}},
			want:   want{command: words("bash -o pipefail -x -c"), args: []string{"python3 -m dynamo.vllm | tee log"}},
		},
		"CommandLine": {
			reason: "a line is no program",
			args:   args{of: "worker", command: []string{"python3 -m dynamo.vllm --model m"}},
			want: want{command: []string{"python3 -m dynamo.vllm --model m"}, warning: `spec.extraPodSpec.mainContainer.command: ` +
				`"python3 -m dynamo.vllm --model m" is taken for the name of one program: write each word as an entry of its own, or write command [/bin/sh, -c], and the whole line as one entry of args`},
		},
		"CommandPath": {
			reason: "though a program may have a blank in its name",
			args:   args{of: "worker", command: []string{"/opt/my tools/run"}},
			want:   want{command: []string{"/opt/my tools/run"}},
		},
		"CommandFlags": {
			reason: "flags are no program either",
			args:   args{of: "worker", command: words("--model m")},
			want: want{command: words("--model m"), warning: `spec.extraPodSpec.mainContainer.command: ` +
				`"--model" is taken for the name of a program: write the program in front of its flags`},
		},
		"CommandForShells": {
			reason: "nor are words of shells",
			args:   args{of: "worker", command: words("exec python3 -m dynamo.vllm")},
			want: want{command: words("exec python3 -m dynamo.vllm"), warning: `spec.extraPodSpec.mainContainer.command: ` +
				`there is no program called "exec", which only shells know: write command [/bin/sh, -c], and the whole line as one entry of args`},
		},
		"CommandAssignment": {
			reason: "nor are variables",
			args:   args{of: "worker", command: words("A=1 python3 -m dynamo.vllm")},
			want: want{command: words("A=1 python3 -m dynamo.vllm"), warning: `spec.extraPodSpec.mainContainer.command: ` +
				`there is no program called "A=1", which only shells know: write command [/bin/sh, -c], and the whole line as one entry of args`},
		},
		"CommandModule": {
			reason: "an option and its module are two words",
			args:   args{of: "worker", command: []string{"python3", "-m dynamo.vllm"}},
			want: want{command: []string{"python3", "-m dynamo.vllm"}, warning: `spec.extraPodSpec.mainContainer.command: ` +
				`python3 takes this line for one word: write each word, from "-m" on, as an entry of its own`},
		},
		"ModuleLine": {
			reason: "so are a module and its flags",
			args:   args{of: "worker", command: []string{"python3", "-u", "-m"}, args: []string{"dynamo.vllm --model m"}},
			want: want{command: []string{"python3", "-u", "-m"}, args: []string{"dynamo.vllm --model m"}, warning: mainArgs +
				`python3 -u -m takes this line for the name of a module: write each word, from "dynamo.vllm" on, as an entry of its own`},
		},
		"ModuleMissing": {
			reason: "there must be one",
			args:   args{of: "worker", command: []string{"python3", "-m"}},
			want:   want{command: []string{"python3", "-m"}, warning: "spec.extraPodSpec.mainContainer.command: python3 has no module behind -m: write command, such as " + module},
		},
		"PythonAlone": {
			reason: "or another program",
			args:   args{of: "worker", command: []string{"python3"}},
			want:   want{command: []string{"python3"}, warning: mainArgs + "python3 has nothing to run, so that the container ends at once: write command, such as " + module},
		},
		"PythonOptions": {
			reason: "behind whatever options",
			args:   args{of: "worker", command: words("python3 -X dev -W ignore -Xfrozen_modules=off -u"), args: words("-m dynamo.vllm --model m")},
			want:   want{command: words("python3 -X dev -W ignore -Xfrozen_modules=off -u"), args: words("-m dynamo.vllm --model m")},
		},
		"PythonVersion": {
			reason: "some need none",
			args:   args{of: "worker", command: words("python3 --version")},
			want:   want{command: words("python3 --version")},
		},
		"FrontendFlags": {
			reason: "flags of a frontend are none of the interpreter's",
			args:   args{of: "frontend", args: words("--router-mode kv")},
			want: want{command: []string{"python3"}, args: words("--router-mode kv"), warning: mainArgs +
				"python3 takes --router-mode for an option of its own: write command, such as [python3, -m, dynamo.frontend]"},
		},
		"FrontendFlagsLine": {
			reason: "also in one word",
			args:   args{of: "frontend", args: []string{"--router-mode kv --x"}},
			want: want{command: []string{"python3"}, args: []string{"--router-mode kv --x"}, warning: mainArgs +
				"python3 takes --router-mode for an option of its own: write command, such as [python3, -m, dynamo.frontend]"},
		},
		"FrontendInterpreter": {
			reason: "an interpreter alone replaces the default, and runs nothing",
			args:   args{of: "frontend", args: []string{"python3"}},
			want: want{command: []string{"python3"}, args: []string{}, warning: mainArgs +
				"python3 has nothing to run, so that the container ends at once: write command, such as [python3, -m, dynamo.frontend]"},
		},
		"FrontendEmpty": {
			reason: "nor does an empty word",
			args:   args{of: "frontend", args: []string{""}},
			want:   want{command: []string{"python3"}, args: []string{""}, warning: mainArgs + `python3 looks for a file called "": leave this word out`},
		},
		"FrontendScriptLine": {
			reason: "a script and its flags are several words",
			args:   args{of: "frontend", args: []string{"server.py --port 8000"}},
			want: want{command: []string{"python3"}, args: []string{"server.py --port 8000"}, warning: mainArgs +
				`python3 takes this line for one word: write each word, from "server.py" on, as an entry of its own`},
		},
		"Picker": {
			reason: "a picker's image knows what to run",
			args:   args{of: "epp", args: words("--pool-name mine")},
			want:   want{args: words("--pool-name mine")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := []podtest.Option{podtest.OfType(tc.args.of, ""), podtest.Given(tc.args.command, tc.args.args)}
			main := podtest.RenderMain(t, settings.Settings{}, options...)
			got := want{command: main.Command, args: main.Args, warning: strings.Join(podtest.Warnings(t, options...), "; ")}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: command line (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestCommandLineOfTerminal has interpreters that somebody talks to.
func TestCommandLineOfTerminal(t *testing.T) {
	for _, command := range [][]string{{"bash"}, {"python3"}, {"/bin/sh", "-c", "bash"}, {"bash", "-s"}} {
		open := podtest.WithMain(func(c *corev1.Container) { c.Stdin = true })
		if diff := cmp.Diff([]string(nil), podtest.Warnings(t, podtest.Given(command, nil), open)); diff != "" {
			t.Errorf("Warnings(...) of %v (-want, +got):\n%s", command, diff)
		}
	}
}

// TestCommandLineExample names the engine where it is known.
func TestCommandLineExample(t *testing.T) {
	const want = "spec.extraPodSpec.mainContainer.args: /bin/sh -c takes --model for an option of its own: " +
		"write command, such as [python3, -m, dynamo.trtllm]"
	got := podtest.Warnings(t, podtest.Given(nil, []string{"--model", "m"}), func(c *dynamo.Component) { c.Engine.Declared = "trtllm" })
	if diff := cmp.Diff([]string{want}, got); diff != "" {
		t.Errorf("Warnings(...) (-want, +got):\n%s", diff)
	}
}

// TestCommandLineOfSidecar has the args of a frontend beside the main container.
func TestCommandLineOfSidecar(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
		want   [][]string
	}{
		"Default": {reason: "none is the default", want: [][]string{{"python3"}, {"-m", "dynamo.frontend"}}},
		"Words":   {reason: "an interpreter is not run by another", args: []string{"python3", "-m", "dynamo.frontend"}, want: [][]string{{"python3"}, {"-m", "dynamo.frontend"}}},
		"Line":    {reason: "a line goes to a shell", args: []string{"python3 -m dynamo.frontend"}, want: [][]string{{"/bin/sh", "-c"}, {"python3 -m dynamo.frontend"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			containers := podtest.Render(t, settings.Settings{}, podtest.WithPod(func(p *dynamo.Pod) {
				p.Sidecar = &dynamo.Sidecar{Image: "f:1", Args: slices.Clone(tc.args)}
			})).Spec.Containers
			got := containers[len(containers)-1]
			if diff := cmp.Diff(tc.want, [][]string{got.Command, got.Args}); diff != "" {
				t.Errorf("%s: command line of the sidecar (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestCommandLineOverNodes lets words without a command have their engine's
// flags as any others.
func TestCommandLineOverNodes(t *testing.T) {
	args := strings.Fields("python3 -m dynamo.sglang --model-path m --tp 16")
	c := podtest.Component(podtest.Given(nil, args), func(c *dynamo.Component) { c.Nodes = 2; c.Pod.Resources.Limits.GPU = "8" })
	got := pod.Template(c, settings.Settings{}, dynamo.RoleLeader).Spec.Containers[0]
	want := strings.Fields("-m dynamo.sglang --model-path m --tp 16 --dist-init-addr $(LWS_LEADER_ADDRESS):29500 --nnodes 2 --node-rank 0")
	if diff := cmp.Diff(append([]string{"python3"}, want...), append(got.Command, got.Args...)); diff != "" {
		t.Errorf("command line of the leader (-want, +got):\n%s", diff)
	}
}
