package validate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// TestFilesOfSettings has settings alone, and beside a graph.
func TestFilesOfSettings(t *testing.T) {
	config := func(name, data string) string {
		return "apiVersion: apiextensions.crossplane.io/v1beta1\nkind: EnvironmentConfig\nmetadata: {name: " + name + "}\ndata:\n  " + data + "\n"
	}
	const (
		input = "apiVersion: dynamo.fn.crossplane.io/v1beta1\nkind: Settings\n"
		idle  = "a:7: warning: data.dynamo.networkPolicy.systemPeers: has no effect without networkPolicy.enabled"
		peers = "dynamo:\n    networkPolicy:\n      systemPeers: [{podSelector: {}}]"
	)
	cases := map[string]struct {
		reason string
		args   []string
		want   []string
	}{
		"Fine":      {reason: "settings as they should be", args: []string{config("dynamo", "dynamo: {discovery: {backend: etcd}}")}},
		"Empty":     {reason: "a cluster may have the object for later", args: []string{config("dynamo", "{}")}},
		"Elsewhere": {reason: "nothing reads others", args: []string{config("region", "dynamo: {x: y}")}},
		"Faults": {
			reason: "each at its line",
			args:   []string{config("dynamo.team", "dynamo:\n    runtime:\n      defaultVersion: 1.5\n    typo: 1")},
			want: []string{
				"a:7: error: data.dynamo.runtime.defaultVersion: Invalid value: 1.5: must be a string, not a fraction: put it in quotes",
				"a:8: error: data.dynamo.typo: Invalid value: unknown field: correct or remove it",
			},
		},
		"NoKey": {
			reason: "settings that are not below their key are none",
			args:   []string{config("dynamo", "discovery: {backend: etcd}")},
			want:   []string{"a:4: warning: data: has no key dynamo, so that none of it is a setting: put settings below data.dynamo"},
		},
		"Idle":    {reason: "a setting without another", args: []string{config("dynamo", peers)}, want: []string{idle}},
		"NotIdle": {reason: "which a layer below has", args: []string{config("dynamo.team", peers), config("dynamo", "dynamo: {networkPolicy: {enabled: true}}")}},
		"OneOfTwo": {
			reason: "what a layer below says is told of that one",
			args:   []string{config("dynamo", peers), config("dynamo.team", "dynamo: {discovery: {backend: etcd}}")},
			want:   []string{idle},
		},
		"Input": {
			reason: "the input of a step",
			args:   []string{input + "discovry: {}\n"},
			want:   []string{"a:3: error: discovry: Invalid value: unknown field: did you mean discovery?"},
		},
		"Against": {
			reason: "settings that work against each other",
			args:   []string{input + "monitoring: {podMonitors: true}\nnetworkPolicy:\n  enabled: true\n"},
			want:   []string{"a:5: warning: networkPolicy.enabled: keeps Prometheus from the pods that input.monitoring.podMonitors has it ask: name it in networkPolicy.systemPeers"},
		},
		"Beside": {
			reason: "faults are told where they are, and not of each graph",
			args:   []string{valid, config("dynamo", "dynamo: {typo: 1}")},
			want:   []string{"a:17: error: data.dynamo.typo: Invalid value: unknown field: correct or remove it"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			found, err := validate.Files(plain(), []validate.File{file(t, "a", strings.Join(tc.args, "---\n"))})
			if err != nil {
				t.Fatalf("Files(...): %v", err)
			}
			if diff := cmp.Diff(tc.want, lines(found)); diff != "" {
				t.Errorf("\n%s\nFiles(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
