package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/internal/version"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// result is what a run leaves behind.
type result struct {
	code     int
	out, err string
}

func runWith(in string, args ...string) result {
	out, err := &bytes.Buffer{}, &bytes.Buffer{}
	code := run(args, streams{in: strings.NewReader(in), out: out, err: err})
	return result{code, out.String(), err.String()}
}

func testdata(name string) string { return filepath.Join("testdata", name) }

// names are the kinds and names in a stream of documents.
func names(t *testing.T, stream string) []string {
	t.Helper()
	docs, err := preview.Documents(strings.NewReader(stream))
	if err != nil {
		t.Fatalf("standard output is no stream of documents: %v\n%s", err, stream)
	}
	var out []string
	for _, d := range docs {
		metadata, _ := d["metadata"].(map[string]any)
		kind, _ := d["kind"].(string)
		name, _ := metadata["name"].(string)
		out = append(out, kind+"/"+name)
	}
	return out
}

// kinds are those that are rendered.
func kinds() string {
	var out []string
	for _, kind := range v1alpha1.Kinds() {
		out = append(out, strconv.Quote(kind))
	}
	for _, kind := range v1alpha1.Kinds() {
		out = append(out, strconv.Quote(kind+"Claim"))
	}
	return strings.Join(out, ", ")
}

// Objects of the manifests in testdata.
func chat() []string {
	return append(chatEtcd(), "ServiceAccount/chat-k8s-service-discovery", "RoleBinding/chat-k8s-service-discovery-binding")
}

func chatEtcd() []string {
	return []string{"DynamoComponentDeployment/chat-frontend", "Deployment/chat-frontend", "Service/chat-frontend", "DynamoComponentDeployment/chat-worker", "Deployment/chat-worker"}
}

func withWorkerService(names []string) []string {
	out := append([]string{}, names[:5]...)
	return append(append(out, "Service/chat-worker"), names[5:]...)
}

func solo() []string {
	return []string{"Deployment/solo", "Service/solo", "ServiceAccount/solo-k8s-service-discovery", "RoleBinding/solo-k8s-service-discovery-binding"}
}

func warned() []string {
	return []string{
		"DynamoComponentDeployment/warned-worker", "Deployment/warned-worker", "Service/warned-worker",
		"ServiceAccount/warned-k8s-service-discovery", "RoleBinding/warned-k8s-service-discovery-binding",
	}
}

func scaled() []string {
	return []string{
		"DynamoComponentDeployment/qwen-worker", "Deployment/qwen-worker", "Service/qwen-worker",
		"ServiceAccount/qwen-k8s-service-discovery", "RoleBinding/qwen-k8s-service-discovery-binding",
	}
}

func adapted() []string {
	return slices.Insert(scaled(), 3, "DynamoGraphDeploymentScalingAdapter/qwen-worker")
}

// config is an EnvironmentConfig with settings.
func config(name, settings string) string {
	return "{apiVersion: apiextensions.crossplane.io/v1beta1, kind: EnvironmentConfig, metadata: {name: " + name + "}, data: {dynamo: " + settings + "}}"
}

// generated are names with what stands for the API server's part of them.
func generated(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, strings.Replace(n, "/chat-", "/chat-xxxxx-", 1))
	}
	return out
}

// TestPage: the page says what the files, the settings and the remarks are, and fails where
// the other outputs do.
func TestPage(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
		code   int
		parts  []string
	}{
		"Settings": {
			reason: "layers of settings, and what they set",
			args:   []string{"--settings", testdata("etcd.yaml"), testdata("chat.yaml")},
			parts:  []string{"<!DOCTYPE html>", "with the settings <b>built-in &lt; input</b>", ">site input</span> ← discovery.backend", "Deployment chat-worker"},
		},
		"Environment": {
			reason: "EnvironmentConfigs are layers, too",
			args:   []string{"--environment", testdata("environment.yaml"), testdata("chat.yaml")},
			parts:  []string{"with the settings <b>built-in &lt; dynamo</b>", ">site dynamo</span> ← discovery.backend"},
		},
		"Refused": {reason: "what is refused has a page, too", args: []string{testdata("refused.yaml")}, code: 1, parts: []string{`<b class="severity">error</b>`}},
		"NoFile":  {reason: "there is no page without a manifest", args: []string{testdata("nothing.yaml")}, code: 2},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := runWith("", append([]string{"render", "-o", "html"}, tc.args...)...)
			if got.code != tc.code {
				t.Errorf("\n%s\nrun(...): want status %d, got %d: %s", tc.reason, tc.code, got.code, got.err)
			}
			for _, part := range tc.parts {
				if !strings.Contains(got.out, part) {
					t.Errorf("\n%s\nthe page has no %q", tc.reason, part)
				}
			}
		})
	}
}

func TestRender(t *testing.T) {
	raw, err := os.ReadFile(testdata("chat.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	type args struct {
		in   string
		args []string
	}
	type want struct {
		code  int
		names []string
		// err are the lines on standard error or, of verbose runs, some of them.
		err []string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"File": {
			reason: "everything that comes of a manifest",
			args:   args{args: []string{testdata("chat.yaml")}},
			want:   want{code: 0, names: withWorkerService(chat())},
		},
		"Verbose": {
			reason: "the conditions of all layers, on request",
			args:   args{args: []string{"-v", testdata("chat.yaml")}},
			want: want{code: 0, names: withWorkerService(chat()), err: []string{
				"DynamoGraphDeployment/chat: condition: Valid=True (Valid)",
				"DynamoComponentDeployment/chat-worker: condition: Available=False (DeploymentNotReady)",
			}},
		},
		"Neighbours": {
			reason: "an adapter scales the graph that stands beside it, and lists are taken apart",
			args:   args{args: []string{testdata("scaled.yaml")}},
			want:   want{code: 0, names: scaled()},
		},
		"Adapters": {
			reason: "one line says which of two adapters counts",
			args:   args{args: []string{testdata("adapters.yaml")}},
			want: want{code: 0, names: adapted(), err: []string{
				`DynamoGraphDeploymentScalingAdapter/mine: warning: spec.dgdRef: service "Worker" is scaled by adapter "qwen-worker", which its graph makes: delete this adapter, or remove scalingAdapter from the service`,
			}},
		},
		"GeneratedName": {
			reason: "a name may be left to the API server",
			args:   args{in: strings.Replace(string(raw), "name: chat", "generateName: chat-", 1), args: []string{"-"}},
			want: want{code: 0, names: generated(withWorkerService(chat())), err: []string{
				"DynamoGraphDeployment/chat-xxxxx: note: metadata.generateName: kubectl create takes it, kubectl apply does not; xxxxx stands for what the API server puts there",
			}},
		},
		"JSON": {
			reason: "JSON is read like YAML",
			args:   args{args: []string{testdata("solo.json")}},
			want:   want{code: 0, names: solo()},
		},
		"Several": {
			reason: "files in the order given",
			args:   args{args: []string{testdata("solo.json"), testdata("chat.yaml")}},
			want:   want{code: 0, names: append(solo(), withWorkerService(chat())...)},
		},
		"StandardInput": {
			reason: "- reads standard input",
			args:   args{in: string(raw), args: []string{"-"}},
			want:   want{code: 0, names: withWorkerService(chat())},
		},
		"StandardInputAndFile": {
			reason: "beside files",
			args:   args{in: string(raw), args: []string{testdata("solo.json"), "-"}},
			want:   want{code: 0, names: append(solo(), withWorkerService(chat())...)},
		},
		"Settings": {
			reason: "the settings steer",
			args:   args{args: []string{"--settings", testdata("etcd.yaml"), testdata("chat.yaml")}},
			want:   want{code: 0, names: chatEtcd()},
		},
		"Environment": {
			reason: "so do those of the cluster, and no other namespace's",
			args:   args{args: []string{"--environment", testdata("environment.yaml"), testdata("chat.yaml")}},
			want:   want{code: 0, names: chatEtcd()},
		},
		"EnvironmentOverSettings": {
			reason: "which win over those of the step, and those of the namespace over both",
			args: args{
				in:   "{apiVersion: v1, kind: List, items: [" + config("dynamo.team", "{discovery: {backend: kubernetes}}") + "]}",
				args: []string{"--settings", testdata("etcd.yaml"), "--environment", testdata("environment.yaml"), "--environment", "-", testdata("chat.yaml")},
			},
			want: want{code: 0, names: withWorkerService(chat())},
		},
		"EnvironmentExists": {
			reason: "it does not matter which file they are in",
			args:   args{args: []string{"--existing", testdata("environment.yaml"), testdata("chat.yaml")}},
			want:   want{code: 0, names: chatEtcd()},
		},
		"EnvironmentBeside": {
			reason: "or whether they stand among the manifests",
			args:   args{args: []string{testdata("environment.yaml"), testdata("chat.yaml")}},
			want: want{code: 0, names: chatEtcd(), err: []string{
				"EnvironmentConfig/dynamo: note: read for the settings of all namespaces",
				"EnvironmentConfig/dynamo.elsewhere: note: read for the settings of namespace elsewhere",
			}},
		},
		"EnvironmentExistsBroken": {
			reason: "what is wrong with them is told of each manifest",
			args:   args{in: config("dynamo", "{discovry: {}}"), args: []string{"--existing", "-", testdata("chat.yaml")}},
			want: want{code: 1, err: []string{
				`DynamoGraphDeployment/chat: error: EnvironmentConfig[dynamo].data.dynamo.discovry: Invalid value: unknown field: did you mean discovery?`,
			}},
		},
		"Existing": {
			reason: "what exists is observed",
			args:   args{args: []string{"--verbose", "--existing", testdata("existing.yaml"), testdata("chat.yaml")}},
			want: want{code: 0, names: withWorkerService(chat()), err: []string{
				"DynamoGraphDeployment/chat: condition: ServicesReady=False (Updating): chat-frontend: PodsNotReady, chat-worker: Updating",
			}},
		},
		"ExistingFromStandardInput": {
			reason: "also from a pipe, such as of kubectl get",
			args:   args{in: "", args: []string{"--existing", "-", testdata("chat.yaml")}},
			want:   want{code: 0, names: withWorkerService(chat())},
		},
		"Without": {
			reason: "an optional API that the cluster lacks and nothing asks for changes nothing",
			args:   args{args: []string{"--without", "LeaderWorkerSet", "--without", "VirtualService", testdata("chat.yaml")}},
			want:   want{code: 0, names: withWorkerService(chat())},
		},
		"Warned": {
			reason: "warnings are no failure",
			args:   args{args: []string{testdata("warned.yaml")}},
			want: want{code: 0, names: warned(), err: []string{
				"Secret/hf-token: note: no Dynamo kind, left as it is",
				"DynamoGraphDeployment/warned: warning: spec.unknown: unknown field, dropped by the API server",
				`DynamoGraphDeployment/warned: warning: spec.services[Worker].volumeMounts[0].name: "nowhere" is neither in spec.pvcs nor a volume of the pod: it is mounted as an existing PersistentVolumeClaim`,
				"DynamoGraphDeployment/warned: warning: spec.priorityClassName: accepted, and not acted on",
			}},
		},
		"Invalid": {
			reason: "a fault that a layer finds",
			args:   args{args: []string{testdata("invalid.yaml")}},
			want: want{code: 1, err: []string{
				"DynamoGraphDeployment/invalid: error: spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image",
			}},
		},
		"Refused": {
			reason: "a manifest that the API server would not take",
			args:   args{args: []string{testdata("refused.yaml")}},
			want: want{code: 1, err: []string{
				"DynamoGraphDeployment/refused: error: spec.services[Worker].replicas: Invalid value: -1: should be greater than or equal to 0",
				"DynamoGraphDeployment/refused: warning: spec: what becomes of it was not checked because of the errors: correct those and try again",
			}},
		},
		"InvalidAndValid": {
			reason: "the others are rendered all the same",
			args:   args{args: []string{testdata("invalid.yaml"), testdata("solo.json")}},
			want: want{code: 1, names: solo(), err: []string{
				"DynamoGraphDeployment/invalid: error: spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image",
			}},
		},
		"UnknownKind": {
			reason: "a kind of the group that nobody knows",
			args:   args{in: "{apiVersion: nvidia.com/v1alpha1, kind: DynamoNothing, metadata: {name: a}}", args: []string{"-"}},
			want: want{code: 1, err: []string{
				`DynamoNothing/a: error: kind: Unsupported value: "DynamoNothing": supported values: ` + kinds(),
			}},
		},
		"Frozen": {
			reason: "a fatal result: what runs would stay as it is",
			args: args{
				in:   strings.Replace(string(raw), "          image: example.org/dynamo:1\n          command", "          command", 1),
				args: []string{"--existing", testdata("existing.yaml"), "-"},
			},
			want: want{code: 1, err: []string{
				"DynamoGraphDeployment/chat: error: spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings",
				"DynamoGraphDeployment/chat: note: nothing of it is composed: what exists stays as it is",
			}},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := runWith(tc.args.in, append([]string{"render"}, tc.args.args...)...)

			if got.code != tc.want.code {
				t.Errorf("\n%s\nrun(...): want exit status %d, got %d: %s", tc.reason, tc.want.code, got.code, got.err)
			}
			if diff := cmp.Diff(tc.want.names, names(t, got.out)); diff != "" {
				t.Errorf("\n%s\nrun(...): -want objects, +got:\n%s", tc.reason, diff)
			}
			said := strings.FieldsFunc(got.err, func(r rune) bool { return r == '\n' })
			if slices.ContainsFunc(tc.args.args, func(a string) bool { return a == "-v" || a == "--verbose" }) {
				said = slices.DeleteFunc(said, func(line string) bool { return !slices.Contains(tc.want.err, line) })
			}
			if diff := cmp.Diff(tc.want.err, said, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("\n%s\nrun(...): -want lines on standard error, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRenderTree(t *testing.T) {
	for _, args := range [][]string{{"-o", "tree"}, {"--output", "tree"}, {"--output=tree"}} {
		got := runWith("", append([]string{"render", testdata("chat.yaml"), testdata("solo.json")}, args...)...)

		want, err := os.ReadFile(testdata("tree.golden"))
		if os.Getenv("UPDATE_GOLDEN") != "" {
			err = os.WriteFile(testdata("tree.golden"), []byte(got.out), 0o600)
			want = []byte(got.out)
		}
		if err != nil {
			t.Fatalf("%v: make golden writes it", err)
		}
		if diff := cmp.Diff(string(want), got.out); diff != "" {
			t.Errorf("run(%v): -want, +got:\n%s", args, diff)
		}
		if got.code != 0 || got.err != "" {
			t.Errorf("run(%v): want exit status 0 and nothing on standard error, got %d and\n%s", args, got.code, got.err)
		}
	}
}

func TestUsage(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
		in     string
		// want is part of what standard error says.
		want string
	}{
		"NoCommand":      {reason: "a command is needed", want: "expected"},
		"UnknownCommand": {reason: "the command is not known", args: []string{"rendr"}, want: "unexpected argument rendr"},
		"NoFile":         {reason: "a file is needed", args: []string{"render"}, want: `expected "<FILE> ..."`},
		"UnknownFlag":    {reason: "the flag is not known", args: []string{"render", "--colour", testdata("chat.yaml")}, want: "unknown flag --colour"},
		"UnknownOutput":  {reason: "the output is not known", args: []string{"render", "-o", "json", testdata("chat.yaml")}, want: "--output must be one of"},
		"UnknownWithout": {
			reason: "the API is not optional", args: []string{"render", "--without", "Deployment", testdata("chat.yaml")},
			want: "--without Deployment: no optional API; one of HTTPRoute, InferencePool, LeaderWorkerSet, PodMonitor, Request, ResourceClaim, VirtualService",
		},
		"MissingFile":     {reason: "the file is not there", args: []string{"render", testdata("nothing.yaml")}, want: "nothing.yaml: no such file or directory"},
		"BrokenFile":      {reason: "the file is no YAML", args: []string{"render", "-"}, in: "a: [", want: "-: document 1: yaml:"},
		"EmptyFile":       {reason: "there is nothing to render", args: []string{"render", "-"}, want: "no Dynamo manifest in -"},
		"NothingOfOurs":   {reason: "there is nothing to render", args: []string{"render", "-"}, in: "{apiVersion: v1, kind: Secret, metadata: {name: a}}", want: "no Dynamo manifest in -"},
		"Directory":       {reason: "a folder is no file", args: []string{"render", "testdata"}, want: "testdata is a directory: name the files in it, such as testdata/*.yaml"},
		"Help":            {reason: "what is missing is told with where to look", args: []string{"validate"}, want: "xdynamo --help"},
		"MissingSettings": {reason: "the settings are not there", args: []string{"render", "--settings", testdata("nothing.yaml"), testdata("chat.yaml")}, want: "nothing.yaml: no such file or directory"},
		"BadSettings": {
			reason: "the settings have a fault", args: []string{"render", "--settings", testdata("misspelt.yaml"), testdata("chat.yaml")},
			want: `misspelt.yaml: input.discovry: Invalid value: unknown field: did you mean discovery?`,
		},
		"BrokenSettings":      {reason: "the settings are no YAML", args: []string{"render", "--settings", "run_test.go", testdata("chat.yaml")}, want: "run_test.go: "},
		"ValidateNoFile":      {reason: "a file is needed", args: []string{"validate"}, want: `expected "<FILE> ..."`},
		"ValidateMissingFile": {reason: "the file is not there", args: []string{"validate", testdata("nothing.yaml")}, want: "nothing.yaml: no such file or directory"},
		"ValidateBrokenFile":  {reason: "the file is no YAML", args: []string{"validate", testdata("chat.yaml"), "-"}, in: "a: [", want: "-: document 1: yaml:"},
		"ValidateScalar":      {reason: "a text is no manifest", args: []string{"validate", "-"}, in: "text", want: "-: document 1: is no object"},
		"ValidateMissingOld":  {reason: "the old file is not there", args: []string{"validate", "--old", testdata("nothing.yaml"), testdata("chat.yaml")}, want: "--old: cannot read: open "},
		"ValidateBadSettings": {reason: "the settings have a fault", args: []string{"validate", "--settings", testdata("misspelt.yaml"), testdata("chat.yaml")}, want: "misspelt.yaml: input.discovry: Invalid value"},
		"ValidateWithout":     {reason: "the API is not optional", args: []string{"validate", "--without", "Pod", testdata("chat.yaml")}, want: "--without Pod: no optional API"},
		"MissingEnvironment":  {reason: "the objects are not there", args: []string{"render", "--environment", testdata("nothing.yaml"), testdata("chat.yaml")}, want: "--environment: cannot read: open "},
		"OtherEnvironment": {
			reason: "the objects are others", args: []string{"render", "--environment", testdata("etcd.yaml"), testdata("chat.yaml")},
			want: `--environment: Settings "" of dynamo.fn.crossplane.io/v1beta1 is no EnvironmentConfig of apiextensions.crossplane.io/v1beta1`,
		},
		"EnvironmentTwice": {
			reason: "a cluster has one of a name", args: []string{"validate", "--environment", "-", testdata("chat.yaml")}, in: config("dynamo", "{}") + "\n---\n" + config("dynamo", "{}"),
			want: `--environment: EnvironmentConfig "dynamo" is there twice, and a cluster has one: remove one of the two`,
		},
		"EnvironmentOfNone": {
			reason: "nothing reads the object", args: []string{"validate", "--environment", "-", testdata("chat.yaml")}, in: config("dynmo", "{}"),
			want: `--environment: nothing reads EnvironmentConfig "dynmo": settings are in those called dynamo and dynamo.NAMESPACE`,
		},
		"EmptyEnvironment": {
			reason: "the settings are not below their key", args: []string{"validate", "--environment", "-", testdata("chat.yaml")},
			in:   strings.Replace(config("dynamo", "etcd"), "dynamo: etcd", "discovery: {backend: etcd}", 1),
			want: `--environment: EnvironmentConfig "dynamo": data: has no key dynamo, so that none of it is a setting: put settings below data.dynamo`,
		},
		"BadEnvironment": {
			reason: "the settings have a fault", args: []string{"validate", "--environment", "-", testdata("chat.yaml")}, in: config("dynamo.team", "{discovry: {}}"),
			want: `--environment: EnvironmentConfig[dynamo.team].data.dynamo.discovry: Invalid value: unknown field: did you mean discovery?`,
		},
		"MissingExisting": {reason: "the objects are not there", args: []string{"render", "--existing", testdata("nothing.yaml"), testdata("chat.yaml")}, want: "--existing: cannot read: open "},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := runWith(tc.in, tc.args...)
			if got.code != 2 {
				t.Errorf("\n%s\nrun(...): want exit status 2, got %d", tc.reason, got.code)
			}
			if got.out != "" {
				t.Errorf("\n%s\nrun(...): want nothing on standard output, got:\n%s", tc.reason, got.out)
			}
			if !strings.HasPrefix(got.err, "xdynamo: error: ") || !strings.Contains(got.err, tc.want) {
				t.Errorf("\n%s\nrun(...): want an error with %q, got:\n%s", tc.reason, tc.want, got.err)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"render", "--help"}, {"validate", "--help"}} {
		got := runWith("", args...)
		if got.code != 0 || !strings.Contains(got.out, "Usage: xdynamo") || got.err != "" {
			t.Errorf("run(%v): want help on standard output and exit status 0, got %d:\n%s%s", args, got.code, got.out, got.err)
		}
	}
}

func TestVersion(t *testing.T) {
	want := result{out: "xdynamo " + version.String() + "\n"}
	if diff := cmp.Diff(want, runWith("", "--version"), cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("run(--version): -want, +got:\n%s", diff)
	}
}
