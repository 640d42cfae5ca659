package commandline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func read(text string) Value    { return Value{Text: text, Given: true, Known: true} }
func unread(text string) Value  { return Value{Text: text, Given: true} }
func values(v ...Value) []Value { return v }

// TestProgramValues is what programs of any kind get for a flag.
func TestProgramValues(t *testing.T) {
	const frontend = "python3 -m dynamo.frontend "
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   []Value
	}{
		"Nothing":    {reason: "a container may say nothing", main: run(nil)},
		"Absent":     {reason: "or nothing of it", main: run(words("serve"), "--port-range", "1")},
		"ArgsAlone":  {reason: "an image may know its program", main: run(nil, "--port", "1"), want: values(read("1"))},
		"Command":    {reason: "flags may stand in the command", main: run(words("serve", "--port=1"), "--x"), want: values(read("1"))},
		"Last":       {reason: "a flag without a value", main: run(words("serve"), "--port"), want: values(Value{Given: true, Known: true})},
		"Script":     {reason: "a script has words of its own", main: inShell(frontend + "--port '1';"), want: values(read("1"))},
		"Lines":      {reason: "over several lines", main: inShell(frontend + "\\\n --port \\\n \"1\"\n"), want: values(read("1"))},
		"Subshell":   {reason: "in a subshell", main: inShell("(" + frontend + "--port 1)"), want: values(read("1"))},
		"Several":    {reason: "and may start several programs", main: inShell(frontend + "--port 1 & " + frontend + "--port 2"), want: values(read("1"), read("2"))},
		"Nested":     {reason: "or another script", main: inShell("exec bash -c '" + frontend + "--port 1'"), want: values(read("1"))},
		"NestedArgs": {reason: "with arguments", main: run(words("tini", "--", "sh", "-c", frontend+`--port "$1"`, "sh", "1")), want: values(read("1"))},
		"Set":        {reason: "a script may collect flags", main: inShell("set -- --port 1; " + frontend + `"$@"`), want: values(read("1"))},
		"Array":      {reason: "and hide them, where they are found as they stand", main: inShell("ARGS=( --port 1 )\n" + frontend + `"${ARGS[@]}"`), want: values(read("1"))},
		"Printed":    {reason: "nor is what is only printed", main: inShell("echo --port 1; " + frontend)},
		"Comment":    {reason: "a comment is for people", main: inShell("# not --port 1\n" + frontend)},
		"NoScript":   {reason: "what no shell takes is looked through as it stands", main: inShell(frontend + "--port 1 ("), want: values(read("1"))},

		"Reference":   {reason: "Kubernetes expands references", main: with(run(words("serve"), "--port", "$(P)"), "P", "1"), want: values(read("1"))},
		"NoShell":     {reason: "and no shell does so where none is", main: with(run(words("serve"), "--port", "$P"), "P", "1"), want: values(read("$P"))},
		"Variable":    {reason: "a shell has variables", main: with(inShell(frontend+"--port $P"), "P", "1"), want: values(read("1"))},
		"Default":     {reason: "with defaults", main: inShell(frontend + "--port ${P:-1}"), want: values(read("1"))},
		"Assigned":    {reason: "and its own", main: inShell("P=1\n" + frontend + `--port "$P"`), want: values(read("1"))},
		"InOrder":     {reason: "each program sees what is before it", main: inShell("P=1; " + frontend + "--port $P & P=2; " + frontend + "--port $P"), want: values(read("1"), read("2"))},
		"NestedOuter": {reason: "a script inside sees it too", main: inShell("export P=1; bash -c '" + frontend + "--port $P'"), want: values(read("1"))},
		"NestedInner": {reason: "and changes nothing outside", main: with(inShell("bash -c 'P=1; true'; "+frontend+"--port $P"), "P", "2"), want: values(read("2"))},
		"Unset":       {reason: "one that nobody sets", main: inShell(frontend + "--port $P"), want: values(unread("$P"))},
		"Secret":      {reason: "one of a Secret", main: withSecret(inShell(frontend+"--port ${P:-1}"), "P"), want: values(unread("${P:-1}"))},
		"Program":     {reason: "what a program prints", main: inShell(frontend + "--port $(free-port)"), want: values(unread("$(free-port)"))},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, ReadPrograms(tc.main).Values(Flag{"--port"})); diff != "" {
				t.Errorf("%s: Values(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestVariables is what the container and its scripts give to a variable.
func TestVariables(t *testing.T) {
	type want struct {
		Assigned  []Value
		Container Value
	}
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   want
	}{
		"Nowhere":   {reason: "it need not be set", main: inShell("serve; PP=1; echo P=1 # P=2")},
		"Container": {reason: "a container sets it", main: with(run(words("serve")), "P", "1"), want: want{Container: read("1")}},
		"Reference": {reason: "by another", main: with(run(words("serve")), "Q", "1", "P", "$(Q)"), want: want{Container: read("1")}},
		"Itself":    {reason: "not by itself", main: with(run(words("serve")), "P", "$(P)"), want: want{Container: read("$(P)")}},
		"Secret":    {reason: "or says where the cluster has it", main: withSecret(run(words("serve")), "P"), want: want{Container: Value{Given: true}}},
		"Script":    {reason: "a script sets it", main: with(inShell("P=1; serve"), "P", "2"), want: want{Assigned: values(read("1")), Container: read("2")}},
		"Exported":  {reason: "and exports it", main: inShell("export P='1'; serve"), want: want{Assigned: values(read("1"))}},
		"Named":     {reason: "also after", main: inShell("P=1; export P; serve"), want: want{Assigned: values(read("1"))}},
		"Prefix":    {reason: "for one program", main: inShell("P=1 serve"), want: want{Assigned: values(read("1"))}},
		"Env":       {reason: "through a program", main: run(words("env", "P=1", "serve")), want: want{Assigned: values(read("1"))}},
		"Twice":     {reason: "more than once", main: inShell("P=1; P=2; serve"), want: want{Assigned: values(read("1"), read("2"))}},
		"Computed":  {reason: "from what a program prints", main: inShell("P=$(free-port); serve"), want: want{Assigned: values(unread("$(free-port)"))}},
		"Appended":  {reason: "or in pieces", main: inShell("P+=1; serve"), want: want{Assigned: values(unread("1"))}},
		"NoScript":  {reason: "what no shell takes is looked through as it stands", main: inShell("P=1 serve ("), want: want{Assigned: values(read("1"))}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := ReadPrograms(tc.main)
			if diff := cmp.Diff(tc.want, want{Assigned: p.Assigned("P"), Container: p.Variable("P")}); diff != "" {
				t.Errorf("%s: Assigned(...), Variable(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestRunning leaves out programs that surely run something else than a module.
func TestRunning(t *testing.T) {
	const frontend = "python3 -m dynamo.frontend "
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   []Value
	}{
		"Other":    {reason: "the module's flags count", main: inShell("metrics --port 1 & " + frontend + "--port 2"), want: values(read("2"))},
		"Without":  {reason: "also if it has none", main: inShell("metrics --port 1 & " + frontend)},
		"Part":     {reason: "a part of the module is of it", main: inShell("metrics --port 1 & python3 -m dynamo.frontend.main --port 2"), want: values(read("2"))},
		"Alike":    {reason: "a longer name is another", main: inShell("metrics --port 1 & python3 -m dynamo.frontends --port 2"), want: values(read("1"), read("2"))},
		"Nowhere":  {reason: "where none runs it all count", main: inShell("metrics --port 1 & serve --port 2"), want: values(read("1"), read("2"))},
		"NoScript": {reason: "a list has one program", main: run(words("python3", "-m", "dynamo.frontend"), "--port", "1"), want: values(read("1"))},
		"Array":    {reason: "what the module gets unseen is still found", main: inShell("ARGS=( --port 1 )\n" + frontend + `"${ARGS[@]}"`), want: values(read("1"))},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, ReadPrograms(tc.main).Running("dynamo.frontend").Values(Flag{"--port"})); diff != "" {
				t.Errorf("%s: Running(...).Values(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestProgramBounds are command lines that contain themselves, or would take more
// time and memory than there is. Beyond the bounds flags are found as they stand.
func TestProgramBounds(t *testing.T) {
	nested := "serve --port 1"
	for range 10 {
		nested = "sh -c " + `"` + strings.ReplaceAll(strings.ReplaceAll(nested, `\`, `\\`), `"`, `\"`) + `"`
	}
	cases := map[string]struct {
		reason string
		main   corev1.Container
	}{
		"Itself":  {reason: "a variable that is expanded in itself", main: with(inShell(`serve --port 1 "$P"`), "P", `x "$P"`)},
		"Long":    {reason: "a script of great length", main: inShell(strings.Repeat("true # a comment\n", 1<<16) + "serve --port 1")},
		"Many":    {reason: "scripts in great number", main: run(words("serve", "--port", "1"), strings.Split(strings.Repeat("a b\x00", 1<<16), "\x00")...)},
		"Nested":  {reason: "scripts in scripts, whose quotes double", main: inShell(nested)},
		"Chained": {reason: "assignments before long chains", main: inShell("export A=1 && " + strings.Repeat("true && ", 400) + "serve --port 1")},
		"Inside":  {reason: "assignments deep in subshells", main: inShell(strings.Repeat("( ", 200) + "A=1; serve --port 1" + strings.Repeat(" )", 200))},
		"Branch":  {reason: "assignments deep in branches", main: inShell(strings.Repeat("if true; then ", 200) + "A=1; serve --port 1" + strings.Repeat("; fi", 200))},
		"Grown":   {reason: "words that grow", main: with(inShell("serve --port 1 "+strings.Repeat(`"$P" `, 1<<11)), "P", strings.Repeat("x ", 1<<11))},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := ReadPrograms(tc.main).Values(Flag{"--port"})
			if len(got) == 0 || got[0].Text != "1" {
				t.Errorf("%s: Values(...): want 1 first, got %v", tc.reason, got)
			}
		})
	}
}

// FuzzReadPrograms reads any command line without end or panic.
func FuzzReadPrograms(f *testing.F) {
	for _, tc := range scripts() {
		f.Add(strings.Join(tc.main.Command, "\x00"), strings.Join(tc.main.Args, "\x00"), "16")
	}
	f.Add("sh\x00-c", `P=1 sh -c "a $X \"$P\"" & ARGS=(--port 1) x "${ARGS[@]}"`, `b "$X"`)
	f.Fuzz(func(_ *testing.T, command, args, value string) {
		main := with(run(strings.Split(command, "\x00"), strings.Split(args, "\x00")...), "X", value, "P", "$(X)")
		p := ReadPrograms(main)
		p.Values(Flag{"--port"})
		p.Assigned("P")
		p.Variable("P")
	})
}
