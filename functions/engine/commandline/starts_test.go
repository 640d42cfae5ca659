package commandline

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestStarts(t *testing.T) {
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   bool
	}{
		"First":     {reason: "a program by its words", main: run(words("ray", "start", "--head")), want: true},
		"Path":      {reason: "or its path", main: run(words("/usr/bin/ray", "start")), want: true},
		"Wrapped":   {reason: "behind others", main: run(words("env", "A=b", "ray", "start")), want: true},
		"Script":    {reason: "in a script", main: inShell("true && ray start --head; " + start), want: true},
		"Nested":    {reason: "within another", main: inShell("bash -c 'ray start --head'"), want: true},
		"Other":     {reason: "other words of it are others", main: inShell("ray status")},
		"Comment":   {reason: "a comment starts nothing", main: inShell("# ray start\n" + start)},
		"Said":      {reason: "nor does speaking of it", main: inShell("echo ray start; " + start)},
		"Argument":  {reason: "nor a word of the engine", main: run(words("python3", "-m", "dynamo.vllm"), "ray", "start")},
		"NoProgram": {reason: "nothing starts nothing", main: run(nil)},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Starts(tc.main, "ray", "start"); got != tc.want {
				t.Errorf("%s: Starts(...): want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}

func TestTestedIndex(t *testing.T) {
	const lws = "LWS_WORKER_INDEX"
	cases := map[string]struct {
		reason string
		script string
		want   string
	}{
		"If":         {reason: "in brackets", script: `if [ "$LWS_WORKER_INDEX" = 0 ]; then ` + start + "; fi", want: lws},
		"Double":     {reason: "in those of bash", script: "[[ ${LWS_WORKER_INDEX} == 0 ]] && " + start, want: lws},
		"Test":       {reason: "by name", script: "test $LWS_WORKER_INDEX -gt 0 || " + start, want: lws},
		"Arithmetic": {reason: "as a number", script: "if (( LWS_WORKER_INDEX == 0 )); then " + start + "; fi", want: lws},
		"Case":       {reason: "one of several", script: "case $GROVE_PCLQ_POD_INDEX in 0) " + start + ";; esac", want: "GROVE_PCLQ_POD_INDEX"},
		"Reference":  {reason: "as Kubernetes puts it in", script: "if [ $(LWS_WORKER_INDEX) = 0 ]; then " + start + "; fi", want: lws},
		"Dynamo":     {reason: "by Dynamo's own name", script: "if [ $DYNAMO_RANK = 0 ]; then " + start + "; fi", want: "DYNAMO_RANK"},
		"Copy":       {reason: "under another name", script: "R=$LWS_WORKER_INDEX; if [ $R = 0 ]; then " + start + "; fi", want: lws},
		"CopyTwice":  {reason: "and another", script: "export R=${LWS_WORKER_INDEX:-0}; S=$R\ncase $S in 0) " + start + ";; esac", want: lws},
		"Said":       {reason: "who only names it tests nothing", script: "echo node $LWS_WORKER_INDEX; " + start},
		"OtherTest":  {reason: "nor does another test", script: "echo $LWS_WORKER_INDEX; if [ -e x ]; then " + start + "; fi"},
		"Comment":    {reason: "nor a comment", script: "# [ $LWS_WORKER_INDEX = 0 ]\n" + start},
		"Empty":      {reason: "an assignment of nothing is none", script: "A=; echo $LWS_WORKER_INDEX; " + start},
		"NoScript":   {reason: "what no shell takes is not read", script: "if [ $LWS_WORKER_INDEX ("},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := TestedIndex(inShell(tc.script)); got != tc.want {
				t.Errorf("%s: TestedIndex(...): want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}
