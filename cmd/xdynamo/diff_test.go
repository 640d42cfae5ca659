package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDiffReport: the whole report of two folders, for people and for programs.
func TestDiffReport(t *testing.T) {
	for name, args := range map[string][]string{"report.txt": nil, "report.json": {"-o", "json"}} {
		path := testdata(filepath.Join("diff", name))
		got := runWith("", append([]string{"diff", testdata("diff/old"), testdata("diff/new")}, args...)...)
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(path, []byte(got.out), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v: make golden writes it", err)
		}
		if diff := cmp.Diff(result{code: 1, out: string(want)}, got, cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("run(diff %v): -want, +got:\n%s", args, diff)
		}
	}
}

// TestDiffIsDocumented holds the report in docs/xdynamo.md to what is written.
func TestDiffIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/xdynamo.md")
	if err != nil {
		t.Fatal(err)
	}
	report, err := os.ReadFile(testdata("diff/report.txt"))
	if err != nil {
		t.Fatal(err)
	}
	shown, _, _ := strings.Cut(string(report), "\nOther objects")
	if !strings.Contains(string(page), shown) {
		t.Errorf("docs/xdynamo.md does not have the report:\n%s", shown)
	}
}

func TestDiff(t *testing.T) {
	type args struct {
		in   string
		args func(t *testing.T) []string
	}
	// to compares the manifests of chat with others.
	to := func(pairs ...string) func(t *testing.T) []string {
		return func(t *testing.T) []string { t.Helper(); return []string{testdata("chat.yaml"), edited(t, pairs...)} }
	}
	files := func(names ...string) func(t *testing.T) []string {
		return func(*testing.T) []string { return names }
	}
	type want struct {
		code int
		// first is the first line.
		first string
		// has are lines among the others.
		has []string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"Same": {
			reason: "nothing is different",
			args:   args{args: to()},
			want:   want{first: "Pods: none restart", has: []string{"Objects: 0 added, 0 removed, 0 changed, 8 unchanged"}},
		},
		"Version": {
			reason: "both versions of one form are the same",
			args:   args{args: to("nvidia.com/v1alpha1", "nvidia.com/v1beta1")},
			want:   want{first: "Pods: none restart", has: []string{"Objects: 0 added, 0 removed, 0 changed, 8 unchanged"}},
		},
		"Replicas": {
			reason: "a scale restarts nothing",
			args:   args{args: to("replicas: 2", "replicas: 4")},
			want:   want{first: "Pods: none restart, 1 workload scaled", has: []string{"  Deployment team/chat-worker: 2 to 4 pods"}},
		},
		"NoPods": {
			reason: "what has no pods restarts none",
			args: args{args: func(t *testing.T) []string {
				t.Helper()
				return []string{edited(t, "replicas: 2", "replicas: 0"), edited(t, "replicas: 2", "replicas: 0", `gpu: "1"`, `gpu: "2"`)}
			}},
			want: want{first: "Pods: none restart", has: []string{"    spec.template.spec.containers[main].resources.limits[nvidia.com/gpu]: 1 -> 2"}},
		},
		"Restart": {
			reason: "a restart that is asked for reaches all services, one after the other",
			args:   args{args: to("  services:", "  restart: {id: again}\n  services:")},
			want: want{code: 1, first: "Pods: 3 of 2 workloads restart", has: []string{
				`    spec.template.metadata.annotations: added {"nvidia.com/restartAt":"again"}`,
			}},
		},
		"Restarted": {
			reason: "one that is done is not done again",
			args: args{args: func(t *testing.T) []string {
				t.Helper()
				const asked = "  restart: {id: again}\n  services:"
				return []string{edited(t, "  services:", asked), edited(t, "  services:", asked, "replicas: 2", "replicas: 3")}
			}},
			want: want{first: "Pods: none restart, 1 workload scaled"},
		},
		"Default": {
			reason: "what Kubernetes has by default is no change",
			args:   args{args: to("        mainContainer:", "        terminationGracePeriodSeconds: 60\n        restartPolicy: Always\n        mainContainer:")},
			want:   want{first: "Pods: none restart"},
		},
		"Service": {
			reason: "a service of another name has other pods",
			args:   args{args: to("Worker:", "Other:")},
			want: want{code: 1, first: "Pods: 2 of 1 workload removed, 2 of 1 workload new", has: []string{
				"  Deployment team/chat-worker: 2 pods, removed", "  Deployment team/chat-other: 2 pods",
			}},
		},
		"Name": {
			reason: "a graph of another name has other pods",
			args:   args{args: to("name: chat", "name: talk")},
			want:   want{code: 1, first: "Pods: 3 of 2 workloads removed, 3 of 2 workloads new"},
		},
		"New": {
			reason: "there may be nothing before, as of a file that is new",
			args:   args{args: files("-", testdata("chat.yaml"))},
			want:   want{first: "Pods: none restart, 3 of 2 workloads new"},
		},
		"Gone": {
			reason: "or nothing afterwards",
			args:   args{args: files(testdata("chat.yaml"), "-")},
			want:   want{code: 1, first: "Pods: 3 of 2 workloads removed"},
		},
		"Environment": {
			reason: "settings that stand among the files are those of their side",
			args: args{
				args: func(t *testing.T) []string {
					t.Helper()
					return []string{testdata("chat.yaml"), folder(t, map[string]string{"settings.yaml": config("dynamo", "{podDefaults: {priorityClassName: high}}"), "chat.yaml": ""})}
				},
			},
			want: want{code: 1, first: "Pods: 3 of 2 workloads restart", has: []string{"    spec.template.spec.priorityClassName: added high"}},
		},
		"Input": {
			reason: "also those of the pipeline step",
			args: args{args: func(t *testing.T) []string {
				t.Helper()
				return []string{testdata("chat.yaml"), folder(t, map[string]string{
					"settings.yaml": "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, podDefaults: {priorityClassName: high}}", "chat.yaml": "",
				})}
			}},
			want: want{code: 1, first: "Pods: 3 of 2 workloads restart", has: []string{"    spec.template.spec.priorityClassName: added high"}},
		},
		"Composition": {
			reason: "which may be in a Composition",
			args: args{args: func(t *testing.T) []string {
				t.Helper()
				return []string{folder(t, map[string]string{
					"composition.yaml": strings.Replace(composition, "X", "low", 1), "chat.yaml": "",
				}), folder(t, map[string]string{"composition.yaml": strings.Replace(composition, "X", "high", 1), "chat.yaml": ""})}
			}},
			want: want{code: 1, first: "Pods: 3 of 2 workloads restart", has: []string{"    spec.template.spec.priorityClassName: low -> high"}},
		},
		"Nodes": {
			reason: "leaders and workers over several nodes count each",
			args: args{args: func(t *testing.T) []string {
				t.Helper()
				const before = "      replicas: 2\n"
				const nodes = before + "      multinode: {nodeCount: 2}\n"
				return []string{edited(t, before, nodes, "[python3, -m, dynamo.vllm]", "[python3]\n          args: [-m, dynamo.vllm]"), edited(t, before, nodes, "[python3, -m, dynamo.vllm]", "[python3]\n          args: [-m, dynamo.vllm, --seed, '1']")}
			}},
			want: want{code: 1, first: "Pods: 4 of 1 workload restart", has: []string{"  LeaderWorkerSet team/chat-worker-0: 4 pods"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := runWith(tc.args.in, append([]string{"diff"}, tc.args.args(t)...)...)
			if got.code != tc.want.code || got.err != "" {
				t.Errorf("\n%s\nrun(...): want exit status %d and no errors, got %d: %s", tc.reason, tc.want.code, got.code, got.err)
			}
			lines := strings.Split(got.out, "\n")
			if diff := cmp.Diff(tc.want.first, lines[0]); diff != "" {
				t.Errorf("\n%s\nrun(...): -want first line, +got:\n%s", tc.reason, diff)
			}
			for _, line := range tc.want.has {
				if !strings.Contains(got.out, line+"\n") {
					t.Errorf("\n%s\nrun(...): want line %q in\n%s", tc.reason, line, got.out)
				}
			}
		})
	}
}

// composition of graphs, whose step has settings.
const composition = `{apiVersion: apiextensions.crossplane.io/v1, kind: Composition, metadata: {name: g}, spec: {
compositeTypeRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment}, pipeline: [{step: s, input:
{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, podDefaults: {priorityClassName: X}}}]}}`

// folder is one with files. What is in those without a text are the manifests of chat.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	out := t.TempDir()
	chat, err := os.ReadFile(testdata("chat.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if text == "" {
			text = string(chat)
		}
		if err := os.WriteFile(filepath.Join(out, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestDiffErrors: what cannot be compared says nothing of pods.
func TestDiffErrors(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     string
		args   []string
		want   string
	}{
		"One":        {reason: "there is nothing to compare with", args: []string{testdata("chat.yaml")}, want: "xdynamo: error: diff: it compares two: name OLD and NEW, or --cluster in place of OLD: xdynamo --help says what there is\n"},
		"Three":      {reason: "there is too much", args: []string{"a", "b", "c"}, want: "xdynamo: error: diff: it compares two, OLD and NEW, and not 3: put the files of each into a folder: xdynamo --help says what there is\n"},
		"Twice":      {reason: "standard input is read once", args: []string{"-", "-"}, want: "xdynamo: error: diff: - is named twice: standard input can be read once: xdynamo --help says what there is\n"},
		"NoManifest": {reason: "nothing is ours", args: []string{testdata("environment.yaml"), testdata("environment.yaml")}, want: "xdynamo: error: no Dynamo manifest in testdata/environment.yaml and testdata/environment.yaml\n"},
		"Missing":    {reason: "a file is missing", args: []string{testdata("nothing.yaml"), testdata("chat.yaml")}, want: "xdynamo: error: cannot read: open testdata/nothing.yaml: no such file or directory\n"},
		"Broken":     {reason: "a file is no YAML", in: "{{ .Values }}", args: []string{testdata("chat.yaml"), "-"}, want: "xdynamo: error: -: document 1: "},
		"Refused": {
			reason: "nothing becomes of what is refused", args: []string{testdata("refused.yaml"), testdata("chat.yaml")},
			want: "testdata/refused.yaml: DynamoGraphDeployment/refused: error: spec.services[Worker].replicas: Invalid value: -1: should be greater than or equal to 0\n" +
				"xdynamo: error: testdata/refused.yaml: a manifest is refused, or at fault: nothing would become of it, and there is nothing to compare\n",
		},
		"Fault": {
			reason: "or at fault", args: []string{testdata("chat.yaml"), testdata("invalid.yaml")},
			want: "testdata/invalid.yaml: DynamoGraphDeployment/invalid: error: spec.services[Worker].extraPodSpec.mainContainer.image: Required value",
		},
		"Update": {
			reason: "what may not change is refused", args: []string{testdata("diff/old"), "-"},
			in:   "{apiVersion: nvidia.com/v1alpha1, kind: DynamoComponentDeployment, metadata: {name: solo, namespace: team}, spec: {backendFramework: sglang, componentType: worker, extraPodSpec: {mainContainer: {image: a, command: [b]}}}}",
			want: "-: DynamoComponentDeployment/solo: error: spec.backendFramework: ",
		},
		"Two": {
			reason: "one object has one manifest", args: []string{testdata("chat.yaml"), "-"},
			in:   "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, metadata: {name: a}}, {apiVersion: v1, kind: Secret, metadata: {name: a}}]}",
			want: "xdynamo: error: -: there are two manifests of Secret \"a\": name one of them\n",
		},
		"TwoInputs": {
			reason: "there is one input", args: []string{testdata("chat.yaml"), "-"},
			in:   strings.Replace(composition, "X", "a", 1) + "\n---\n" + strings.Replace(composition, "X", "b", 1),
			want: "xdynamo: error: -: there are pipeline steps with different Settings: name those that hold for all manifests with --settings\n",
		},
		"BadInput": {
			reason: "which is one", args: []string{testdata("chat.yaml"), "-"},
			in:   "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, discovry: {}}",
			want: "xdynamo: error: -: input.discovry: Invalid value: unknown field: did you mean discovery?\n",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := runWith(tc.in, append([]string{"diff"}, tc.args...)...)
			if got.code != 2 || got.out != "" || !strings.HasPrefix(got.err, tc.want) {
				t.Errorf("\n%s\nrun(...): want exit status 2 and %q, got %d, %q and\n%s", tc.reason, tc.want, got.code, got.out, got.err)
			}
		})
	}
}
