package commandline

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestSize(t *testing.T) {
	python := words("python3", "-m", "dynamo.vllm")
	is := func(n int64) Size { return Size{Count: n} }
	unread := func(text string) Size { return Size{Count: 1, Unread: text} }
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   Size
	}{
		"Absent":      {reason: "one where nothing is said", main: run(python, "--model", "m"), want: is(1)},
		"TwoWords":    {reason: "a flag and its value", main: run(python, "--tensor-parallel-size", "16"), want: is(16)},
		"OneWord":     {reason: "both in one word", main: run(python, "--tensor-parallel-size=16"), want: is(16)},
		"Short":       {reason: "the short spelling", main: run(python, "-tp", "16"), want: is(16)},
		"ShortWord":   {reason: "the short spelling in one word", main: run(python, "-tp=16"), want: is(16)},
		"Beginning":   {reason: "a long flag by its beginning", main: run(python, "--tensor-parallel", "16"), want: is(16)},
		"Underscores": {reason: "underscores for dashes", main: run(python, "--tensor_parallel_size=16"), want: is(16)},
		"OtherFlag":   {reason: "a longer flag is another one", main: run(python, "--tensor-parallel-size-x", "16"), want: is(1)},
		"Last":        {reason: "the last of several counts", main: run(python, "-tp", "2", "--tensor-parallel-size", "16"), want: is(16)},
		"InCommand":   {reason: "the command is a part of the line", main: run(append(python, "-tp", "16"), "--enforce-eager"), want: is(16)},
		"OverBoth":    {reason: "even between flag and value", main: run(append(python, "-tp"), "16"), want: is(16)},
		"NoValue":     {reason: "a flag at the end has none", main: run(python, "-tp"), want: unread(`""`)},
		"Word":        {reason: "what is no number", main: run(python, "-tp", "auto"), want: unread(`"auto"`)},
		"Zero":        {reason: "nothing runs on none", main: run(python, "-tp", "0"), want: unread(`"0"`)},
		"Negative":    {reason: "nor on fewer", main: run(python, "-tp", "-8"), want: unread(`"-8"`)},
		"Huge":        {reason: "no model is as large", main: run(python, "-tp", "99999999999999999999"), want: unread(`"99999999999999999999"`)},
		"LastUnread":  {reason: "the last one that can be read counts, and the other is named", main: run(python, "-tp", "8", "-tp", "$(TP)"), want: Size{Count: 8, Unread: `"$(TP)"`}},
		"LastRead":    {reason: "one that is overridden is nobody's business", main: run(python, "-tp", "$(TP)", "-tp", "8"), want: is(8)},

		"Reference":         {reason: "a variable with a literal value", main: with(run(python, "-tp", "$(TP)"), "TP", "16"), want: is(16)},
		"ReferenceInWord":   {reason: "also as a part of a word", main: with(run(python, "-tp=$(N)6"), "N", "1"), want: is(16)},
		"ReferenceOverTwo":  {reason: "a variable may refer to one before it", main: with(run(python, "-tp", "$(TP)"), "N", "1", "TP", "$(N)6"), want: is(16)},
		"ReferenceBehind":   {reason: "but not to one behind it", main: with(run(python, "-tp", "$(TP)"), "TP", "$(N)6", "N", "1"), want: unread(`"$(N)6"`)},
		"ReferenceEscaped":  {reason: "two dollars are one, and no reference", main: with(run(python, "-tp", "$$(TP)"), "TP", "16"), want: unread(`"$(TP)"`)},
		"ReferenceToSecret": {reason: "what a Secret holds is not known", main: withSecret(run(python, "-tp", "$(TP)"), "TP"), want: unread(`"$(TP)"`)},
		"ShellOfProgram":    {reason: "a program gets a shell's reference as it is", main: with(run(python, "-tp", "$TP"), "TP", "16"), want: unread(`"$TP"`)},

		"Env":      {reason: "behind env", main: run(words("env", "A=1", "python3"), "-m", "dynamo.vllm", "-tp", "16"), want: is(16)},
		"Numactl":  {reason: "behind numactl, wholly in args", main: run(words("numactl", "--interleave=all"), "python3", "-m", "dynamo.vllm", "-tp", "16"), want: is(16)},
		"Nsys":     {reason: "flags of a wrapper are its own", main: run(words("nsys", "profile", "-tp", "4", "-o", "x", "/usr/bin/python3.11"), "-m", "dynamo.vllm", "-tp", "16"), want: is(16)},
		"Launcher": {reason: "a python program that is run by another one", main: run(words("python3", "-m", "debugpy", "-tp", "4", "-m"), "dynamo.vllm", "-tp", "16"), want: is(16)},
		"Unseen":   {reason: "a python program of which the engine is not seen", main: run(words("python3", "/launch.py"), "-tp", "16"), want: is(16)},
		"Script":   {reason: "a program that may start anything", main: run(words("/serve.sh"), "-tp", "16"), want: is(16)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Read(tc.main, "vllm").Size(tensor())); diff != "" {
				t.Errorf("%s: Size(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestValue(t *testing.T) {
	executor := Flag{"--distributed-executor-backend"}
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   Value
	}{
		"Absent":  {reason: "nothing is given", main: inShell("python3 -m dynamo.vllm")},
		"Word":    {reason: "a text", main: inShell("python3 -m dynamo.vllm --distributed-executor-backend 'ray'"), want: Value{Text: "ray", Given: true, Known: true}},
		"Unknown": {reason: "an expression", main: inShell("python3 -m dynamo.vllm --distributed-executor-backend=$(which)"), want: Value{Text: "$(which)", Given: true}},
		"Switch":  {reason: "a flag without a value", main: inShell("python3 -m dynamo.vllm --distributed-executor-backend"), want: Value{Given: true, Known: true}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			line := Read(tc.main, "vllm")
			if diff := cmp.Diff(tc.want, line.Value(executor)); diff != "" {
				t.Errorf("%s: Value(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want.Given, line.Has(executor)); diff != "" {
				t.Errorf("%s: Has(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
