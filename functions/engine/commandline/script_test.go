package commandline

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
)

// start begins the commands that start the engine.
const start = "python3 -m dynamo.vllm "

// received are scripts with what an engine gets in them.
func scripts() map[string]struct {
	reason string
	main   corev1.Container
	want   []string
} {
	return map[string]struct {
		reason string
		main   corev1.Container
		want   []string
	}{
		"Words":     {reason: "words at blanks", main: inShell(start + "-a  b\tc"), want: words("-a", "b", "c")},
		"Single":    {reason: "single quotes keep all", main: inShell(start + `-a 'b "c" $D \e'`), want: words("-a", `b "c" $D \e`)},
		"Double":    {reason: "double quotes keep blanks", main: inShell(start + `-a "b 'c' \"d\" \e"`), want: words("-a", `b 'c' "d" \e`)},
		"Mixed":     {reason: "quotes within a word", main: inShell(start + `--a='{"b": 1}'"c"d`), want: words(`--a={"b": 1}cd`)},
		"Escaped":   {reason: "a backslash keeps one character", main: inShell(start + `-a b\ c \$D`), want: words("-a", "b c", "$D")},
		"Continued": {reason: "a backslash at the end of a line goes on with it", main: inShell(start + "-a \\\n  16 \\\n  -b"), want: words("-a", "16", "-b")},
		"Comment":   {reason: "a comment is nothing", main: inShell("# " + start + "-x; more\n" + start + "-a # -b\n"), want: words("-a")},
		"Redirect":  {reason: "nor is where output goes", main: inShell(start + "-a >/dev/null 2>&1"), want: words("-a")},
		"Pipe":      {reason: "the next program gets its own words", main: inShell(start + "-a | cat -b"), want: words("-a")},
		"And":       {reason: "what is before is others'", main: inShell("true -x && " + start + "-a; true -y"), want: words("-a")},
		"Exec":      {reason: "exec stands in front", main: inShell("set -e\nexec " + start + "-a"), want: words("-a")},
		"Wrapped":   {reason: "and so does env", main: inShell("env X=1 " + start + "-a"), want: words("-a")},
		"Subshell":  {reason: "in brackets", main: inShell("(true; " + start + "-a)"), want: words("-a")},
		"Braces":    {reason: "in braces", main: inShell("{ " + start + "-a; }"), want: words("-a")},
		"If":        {reason: "in a branch", main: inShell("if true; then " + start + "-a; else true; fi"), want: words("-a")},
		"Function":  {reason: "in a function", main: inShell("f() { " + start + "-a; }; f"), want: words("-a")},
		"Module":    {reason: "the module may be quoted", main: inShell(`python3 -m "dynamo.vllm" -a`), want: words("-a")},
		"Option":    {reason: "options of the interpreter are its own", main: inShell("python3 -u -m dynamo.vllm -a"), want: words("-a")},

		"Variable":        {reason: "a variable of the container", main: with(inShell(start+"-a $TP"), "TP", "16"), want: words("-a", "16")},
		"VariableBraces":  {reason: "in braces", main: with(inShell(start+"-a ${TP}0"), "TP", "16"), want: words("-a", "160")},
		"VariableQuoted":  {reason: "in quotes", main: with(inShell(start+`-a "$TP"`), "TP", "1 6"), want: words("-a", "1 6")},
		"VariableSplit":   {reason: "without quotes it is split", main: with(inShell(start+"$ARGS -b"), "ARGS", " -a  '1 6' "), want: words("-a", "'1", "6'", "-b")},
		"VariableJoined":  {reason: "and joined to what touches it", main: with(inShell(start+"x${ARGS}y"), "ARGS", "1 6"), want: words("x1", "6y")},
		"VariableEmpty":   {reason: "an empty one is no word", main: with(inShell(start+"-a $NO"), "NO", ""), want: words("-a")},
		"VariableNoBlank": {reason: "an empty one in quotes is", main: with(inShell(start+`-a "$NO"`), "NO", ""), want: words("-a", "")},
		"Reference":       {reason: "Kubernetes puts a reference in before a shell reads it", main: with(inShell(start+"-a $(TP)"), "TP", "1 6"), want: words("-a", "1", "6")},
		"ReferenceQuoted": {reason: "quotes of a value are then a shell's", main: with(inShell(start+"$(ARGS)"), "ARGS", `-a "1 6"`), want: words("-a", "1 6")},
		"Escape":          {reason: "two dollars are a shell's one", main: with(inShell(start+"-a $$TP"), "TP", "16"), want: words("-a", "16")},
		"Default":         {reason: "a default", main: inShell(start + `-a ${NO_SUCH:-16} ${NO_SUCH-"1 7"}`), want: words("-a", "16", "1 7")},
		"DefaultUnused":   {reason: "of what is set", main: with(inShell(start+"-a ${TP:-16}"), "TP", "8"), want: words("-a", "8")},
		"DefaultEmpty":    {reason: "an empty value takes one with a colon", main: with(inShell(start+`-a ${TP:-16} "${TP-17}"`), "TP", ""), want: words("-a", "16", "")},

		"Assigned":       {reason: "a variable of the script", main: inShell("TP=16; " + start + "-a $TP"), want: words("-a", "16")},
		"Exported":       {reason: "also exported", main: inShell("export TP=16 && " + start + "-a $TP"), want: words("-a", "16")},
		"AssignedOver":   {reason: "over one of the container", main: with(inShell("TP=16\n"+start+"-a $TP"), "TP", "8"), want: words("-a", "16")},
		"AssignedTwice":  {reason: "the last one before the engine", main: inShell("TP=8\nTP=${TP}0\n" + start + "-a $TP\nTP=1"), want: words("-a", "80")},
		"AssignedBefore": {reason: "an assignment in front of a program comes too late for its words", main: with(inShell("TP=16 "+start+"-a $TP"), "TP", "8"), want: words("-a", "8")},

		"Arguments":     {reason: "arguments of the script", main: inShell(start+`"$@"`, "sh", "-a", "1 6"), want: words("-a", "1 6")},
		"ArgumentsNone": {reason: "of which there may be none", main: inShell(start + `-a "$@"`), want: words("-a")},
		"ArgumentOne":   {reason: "or one of them", main: inShell(start+`-a $1 "${2}"`, "sh", "8", "1 6"), want: words("-a", "8", "1 6")},
	}
}

func TestReadScript(t *testing.T) {
	for name, tc := range scripts() {
		t.Run(name, func(t *testing.T) {
			line := Read(tc.main, "vllm")
			if diff := cmp.Diff(known(tc.want), line.words, cmp.AllowUnexported(word{})); diff != "" {
				t.Errorf("%s: what the engine gets (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff([]string(nil), line.Hidden()); diff != "" {
				t.Errorf("%s: Hidden() (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestShell holds the same table to a real shell, with flags that go in, too.
func TestShell(t *testing.T) {
	for name, tc := range scripts() {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, receivedOf(t, tc.main)); diff != "" {
				t.Errorf("%s: what sh gives to the engine (-want, +got):\n%s", tc.reason, diff)
			}
			main := tc.main
			main.Args = Read(main, "vllm").With("-F", "1")
			if diff := cmp.Diff(append(words("-F", "1"), tc.want...), receivedOf(t, main)); diff != "" {
				t.Errorf("%s: what sh gives to the engine with flags (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// receivedOf runs a container's command line with a python that keeps what it
// gets.
func receivedOf(t *testing.T, main corev1.Container) []string {
	t.Helper()
	dir, env := t.TempDir(), readEnv(main.Env)
	file := filepath.Join(dir, "received")
	python := "#!/bin/sh\nwhile [ \"$1\" != dynamo.vllm ]; do shift; done\nshift\n" +
		"[ $# -eq 0 ] || printf '%s\\001' \"$@\" >" + file + "\n"
	if err := os.WriteFile(filepath.Join(dir, "python3"), []byte(python), 0o700); err != nil {
		t.Fatalf("cannot write the program: %v", err)
	}
	var given []string
	for _, w := range append(append([]string(nil), main.Command...), main.Args...) {
		given = append(given, shell.Expand(w, env.values))
	}
	cmd := exec.CommandContext(t.Context(), given[0], given[1:]...)
	cmd.Env = []string{"PATH=" + dir + ":/usr/bin:/bin"}
	for name, value := range env.values {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot run %q: %v\n%s", given, err, out)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%q does not start the engine: %v", given, err)
	}
	return strings.Split(strings.TrimSuffix(string(raw), "\x01"), "\x01")
}

// TestUnknown are expressions that only a running container can evaluate.
func TestUnknown(t *testing.T) {
	type want struct {
		size   Size
		hidden []string
	}
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   want
	}{
		"Variable":       {reason: "a variable that nobody sets", main: inShell(start + "-tp $TP"), want: want{size: Size{Count: 1, Unread: `"$TP"`}}},
		"Secret":         {reason: "one of a Secret", main: withSecret(inShell(start+"-tp=${TP:-16}"), "TP"), want: want{size: Size{Count: 1, Unread: `"${TP:-16}"`}}},
		"Program":        {reason: "what a program prints", main: inShell(start + `-tp "$(nvidia-smi -L | wc -l)"`), want: want{size: Size{Count: 1, Unread: `"$(nvidia-smi -L | wc -l)"`}}},
		"Sum":            {reason: "a sum", main: inShell(start + "-tp $((8 * 2))"), want: want{size: Size{Count: 1, Unread: `"$((8 * 2))"`}}},
		"Cut":            {reason: "a part of a variable", main: with(inShell(start+"-tp ${TP%0}"), "TP", "160"), want: want{size: Size{Count: 1, Unread: `"${TP%0}"`}}},
		"Length":         {reason: "or its length", main: with(inShell(start+"-tp ${#TP}"), "TP", "160"), want: want{size: Size{Count: 1, Unread: `"${#TP}"`}}},
		"Branch":         {reason: "what a branch may have assigned", main: with(inShell("if test -e x; then TP=8; fi; "+start+"-tp $TP"), "TP", "16"), want: want{size: Size{Count: 1, Unread: `"$TP"`}}},
		"Or":             {reason: "or what follows a failure", main: inShell("TP=16; false || TP=8; " + start + "-tp $TP"), want: want{size: Size{Count: 1, Unread: `"$TP"`}}},
		"Loop":           {reason: "the variable of a loop", main: inShell("for TP in 8 16; do " + start + "-tp $TP; done"), want: want{size: Size{Count: 1, Unread: `"$TP"`}}},
		"Read":           {reason: "what is read", main: with(inShell("read TP <f; "+start+"-tp $TP"), "TP", "16"), want: want{size: Size{Count: 1, Unread: `"$TP"`}}},
		"Unset":          {reason: "or taken away", main: with(inShell("unset TP; "+start+"-tp $TP"), "TP", "16"), want: want{size: Size{Count: 1, Unread: `"$TP"`}}},
		"Computed":       {reason: "what is assigned from a program", main: inShell("TP=$(nproc); " + start + "-tp $TP"), want: want{size: Size{Count: 1, Unread: `"$TP"`}}},
		"HiddenArgs":     {reason: "words that may be flags", main: inShell(start + "--trust-remote-code $EXTRA_ARGS"), want: want{size: Size{Count: 1}, hidden: words("$EXTRA_ARGS")}},
		"HiddenFirst":    {reason: "also where no flag stands before them", main: inShell(start + "$(cat flags)"), want: want{size: Size{Count: 1}, hidden: words("$(cat flags)")}},
		"HiddenValue":    {reason: "a flag's value is none", main: inShell(start + `--model $MODEL --name "$NAME"`), want: want{size: Size{Count: 1}}},
		"ElsewhereSet":   {reason: "flags that a script sets for itself are found where they stand", main: inShell("set -- -tp 16\nexec " + start + `"$@"`), want: want{size: Size{Count: 16}, hidden: words(`"$@"`)}},
		"ElsewhereList":  {reason: "also in a list", main: inShell("ARGS=( -tp 16 )\nexec " + start + `"${ARGS[@]}"`), want: want{size: Size{Count: 16}, hidden: words(`"${ARGS[@]}"`)}},
		"ElsewhereTight": {reason: "whose brackets are no part of its words", main: inShell("ARGS=(-tp 16)\nexec " + start + `"${ARGS[@]}"`), want: want{size: Size{Count: 16}, hidden: words(`"${ARGS[@]}"`)}},
		"Nested":         {reason: "a script inside of a script is looked through as it stands", main: inShell("bash -c 'exec python3 -m dynamo.vllm -tp 16 -b'"), want: want{size: Size{Count: 16}}},
		"NoScript":       {reason: "and so is what no shell takes", main: inShell(start + "-tp 16 ("), want: want{size: Size{Count: 16}}},
		"InCommand":      {reason: "a script in the command can be read", main: run(words("sh", "-c", start+"-tp '16'"), "x"), want: want{size: Size{Count: 16}}},
		"Long":           {reason: "one that is too long is looked through as it stands", main: inShell(strings.Repeat("# comment\n", 2000) + start + "-tp 16"), want: want{size: Size{Count: 16}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			line := Read(tc.main, "vllm")
			got := want{size: line.Size(tensor()), hidden: line.Hidden()}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: Read(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
