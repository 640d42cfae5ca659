package process_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
)

func TestFaultsOfCommandLine(t *testing.T) {
	const (
		remedy = ": Required value: a service on several nodes starts each node with flags of its own: write the whole command line into command and args"
		behind = ": Required value: a service on several nodes starts each node with flags of its own, which go behind those in args: " +
			"leave the program in command, and move at least its flags into args"
	)
	main := func(command []string, args ...string) podtest.Option {
		return func(c *dynamo.Component) { c.Nodes = 2; c.Pod.Main.Command, c.Pod.Main.Args = command, args }
	}
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    string
	}{
		"OneNode":   {reason: "an image may start by itself on one node"},
		"Both":      {reason: "both given", options: []podtest.Option{main([]string{"python3"}, "-m", "dynamo.vllm")}},
		"NoArgs":    {reason: "arguments have no default for a worker", options: []podtest.Option{main([]string{"python3"})}, want: "spec.extraPodSpec.mainContainer.args" + behind},
		"InCommand": {reason: "a whole line in the command has no place behind which flags go", options: []podtest.Option{main([]string{"python3", "-m", "dynamo.vllm"})}, want: "spec.extraPodSpec.mainContainer.args" + behind},
		"Nothing":   {reason: "who writes nothing writes both", options: []podtest.Option{main(nil)}, want: "spec.extraPodSpec.mainContainer.args" + remedy},
		"NoCommand": {reason: "the default command, a shell, counts", options: []podtest.Option{main(nil, "python3 -m dynamo.vllm")}},
		"WaitContainer": {
			reason: "the name of the container that waits is taken",
			options: []podtest.Option{main(nil, "python3 -m dynamo.vllm"), podtest.WithSpec(func(s *corev1.PodSpec) {
				s.InitContainers = []corev1.Container{{Name: "wait-for-leader-mp"}}
			})},
			want: `spec.extraPodSpec.initContainers[0].name: Invalid value: "wait-for-leader-mp": is the name of a container that is made for you: ` +
				"use mainContainer to change it, or choose another name",
		},
		"Frontend": {reason: "a frontend has a default of both", options: []podtest.Option{main(nil), podtest.OfType(dynamo.TypeFrontend, "")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range pod.Faults(podtest.Component(tc.options...)) {
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(tc.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
