package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValidate(t *testing.T) {
	nodes, err := os.ReadFile(testdata("nodes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	oneNode := strings.Replace(string(nodes), "      multinode: {nodeCount: 2}\n", "", 1)
	const moved = "testdata/nodes.yaml:10: error: spec.services[Worker].multinode: Invalid value: a service cannot move between one node and several: add a service of another name instead\n"
	type args struct {
		in   string
		args []string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   result
	}{
		"Valid": {reason: "no news is good news", args: args{args: []string{testdata("chat.yaml"), testdata("solo.json")}}},
		"Nothing": {
			reason: "a file without manifests has no faults, and is told of: it may be the wrong one",
			args:   args{args: []string{"-"}},
			want:   result{err: "xdynamo: note: no Dynamo manifest in -: nothing was checked\n"},
		},
		"Adapters": {
			reason: "one line says which of two adapters counts",
			args:   args{args: []string{testdata("adapters.yaml")}},
			want: result{out: `testdata/adapters.yaml:23: warning: spec.dgdRef: service "Worker" is scaled by adapter "qwen-worker", which its graph makes: ` +
				"delete this adapter, or remove scalingAdapter from the service\n"},
		},
		"Neighbours": {reason: "an adapter finds its graph", args: args{args: []string{testdata("scaled.yaml")}}},
		"GeneratedName": {
			reason: "a name may be left to the API server",
			args:   args{in: strings.Replace(string(nodes), "name: nodes", "generateName: nodes-", 1), args: []string{"-"}},
		},
		"Refused": {
			reason: "what the API server refuses is an error",
			args:   args{args: []string{testdata("refused.yaml")}},
			want:   result{code: 1, out: "testdata/refused.yaml:5: " + unseen + "testdata/refused.yaml:7: error: spec.services[Worker].replicas: Invalid value: -1: should be greater than or equal to 0\n"},
		},
		"Flagged": {
			reason: "what the function finds is a warning",
			args:   args{args: []string{testdata("invalid.yaml")}},
			want:   result{out: "testdata/invalid.yaml:7: warning: spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image\n"},
		},
		"SettingsHelp": {
			reason: "what the settings say is no fault of a manifest",
			args: args{
				in:   "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: a}, spec: {backendFramework: vllm, services: {Worker: {componentType: worker, modelRef: {name: org/m}}}}}",
				args: []string{"--settings", testdata("images.yaml"), "-"},
			},
		},
		"RefusedAndFlagged": {
			reason: "files in their order, one refused is enough",
			args:   args{args: []string{testdata("refused.yaml"), testdata("invalid.yaml")}},
			want: result{code: 1, out: "testdata/refused.yaml:5: " + unseen + "testdata/refused.yaml:7: error: spec.services[Worker].replicas: Invalid value: -1: should be greater than or equal to 0\n" +
				"testdata/invalid.yaml:7: warning: spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image\n"},
		},
		"StandardInput": {
			reason: "- reads standard input",
			args:   args{in: "{apiVersion: nvidia.com/v1alpha1, kind: DynamoComponentDeployment, metadata: {name: a}, spec: {replicas: -1}}", args: []string{"-"}},
			want: result{code: 1, out: "-:1: error: spec.replicas: Invalid value: -1: should be greater than or equal to 0\n" +
				"-:1: " + unseen},
		},
		"Created": {reason: "rules that compare need something to compare with", args: args{args: []string{testdata("nodes.yaml")}}},
		"Updated": {
			reason: "the old manifest is what it is compared with",
			args:   args{in: oneNode, args: []string{"--old", "-", testdata("nodes.yaml")}},
			want:   result{code: 1, out: "testdata/nodes.yaml:5: " + unseen + moved},
		},
		"Existing": {
			reason: "so is an object that the cluster holds",
			args:   args{in: oneNode, args: []string{"--existing", "-", testdata("nodes.yaml")}},
			want:   result{code: 1, out: "testdata/nodes.yaml:5: " + unseen + moved},
		},
		"Unchanged": {reason: "nothing changes", args: args{in: string(nodes), args: []string{"--old", "-", testdata("nodes.yaml")}}},
		"Environment": {
			reason: "faults of settings that the cluster holds stand at the manifest, which is not composed with them",
			args:   args{in: config("dynamo.team", "{discovry: {}}"), args: []string{"--existing", "-", testdata("chat.yaml")}},
			want:   result{out: `testdata/chat.yaml:1: warning: EnvironmentConfig[dynamo.team].data.dynamo.discovry: Invalid value: unknown field: did you mean discovery?` + "\n"},
		},
		"EnvironmentAlone": {
			reason: "settings can be checked alone",
			args:   args{in: config("dynamo", "{discovry: {}}"), args: []string{"-"}},
			want:   result{code: 1, out: `-:1: error: data.dynamo.discovry: Invalid value: unknown field: did you mean discovery?` + "\n"},
		},
		"SettingsAlone": {reason: "those of a step, too, which are as they should be", args: args{args: []string{testdata("etcd.yaml")}}},
		"Settings":      {reason: "settings have a say in what is composed", args: args{args: []string{"--settings", testdata("etcd.yaml"), testdata("chat.yaml")}}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := runWith(tc.args.in, append([]string{"validate"}, tc.args.args...)...)
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("\n%s\nrun(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestValidateWithout: a service that needs what the cluster lacks is flagged at
// the field of the graph that asks for it.
func TestValidateWithout(t *testing.T) {
	got := runWith("", "validate", "--without", "LeaderWorkerSet", testdata("nodes.yaml"))

	const want = "testdata/nodes.yaml:10: warning: spec.services[Worker].multinode: accepted, and not acted on"
	if got.code != 0 || !strings.HasPrefix(got.out, want) || strings.Count(got.out, "\n") != 1 {
		t.Errorf("run(...): want exit status 0 and one line that begins with\n%s\ngot %d and\n%s%s", want, got.code, got.out, got.err)
	}
}

// TestValidateInDocumentation runs the example of docs/xdynamo.md.
func TestValidateInDocumentation(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "xdynamo.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, found := strings.Cut(string(page), "\n## validate\n")
	manifest := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(chapter)
	output := regexp.MustCompile("(?s)```console\n\\$ bin/xdynamo validate chat.yaml\n(.*?)\\$ echo \\$\\?\n1\n```").FindStringSubmatch(chapter)
	if !found || manifest == nil || output == nil {
		t.Fatal("docs/xdynamo.md: the chapter on validate has no manifest, or no output of it")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("chat.yaml", []byte(manifest[1]), 0o600); err != nil {
		t.Fatal(err)
	}

	got := runWith("", "validate", "chat.yaml")

	if diff := cmp.Diff(result{code: 1, out: output[1]}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("docs/xdynamo.md: -as written, +as it is:\n%s", diff)
	}
}

// unseen is what is said of a manifest that is refused, behind its place.
const unseen = "warning: spec: what becomes of it was not checked because of the errors: correct those and try again\n"
