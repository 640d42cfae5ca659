package validate_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// plain is shared by all tests: building the schemas is what takes time.
var plain = sync.OnceValue(func() *preview.Previewer { return preview.New(preview.Options{Settings: settings.Default()}) })

// file is one with a text.
func file(t *testing.T, name, text string) validate.File {
	t.Helper()
	sources, err := preview.Sources(strings.NewReader(text))
	if err != nil {
		t.Fatalf("Sources(...): %v", err)
	}
	return validate.File{Name: name, Sources: sources}
}

func objects(t *testing.T, text string) []map[string]any {
	t.Helper()
	out, err := preview.Documents(strings.NewReader(text))
	if err != nil {
		t.Fatalf("Documents(...): %v", err)
	}
	return out
}

func lines(found []validate.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.String())
	}
	return out
}

const (
	head = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
spec:
  services:
`
	valid = head + `    Worker:
      componentType: worker
      extraPodSpec:
        mainContainer: # What it runs would be flagged, too, were it missing.
          {image: example.org/dynamo:1, command: [python3, -m, dynamo.vllm]}
`
	unseen   = ": warning: spec: what becomes of it was not checked because of the errors: correct those and try again"
	negative = valid + `      replicas: -1
`
	skipped = "a:5: error: spec: Invalid value: its rules were not checked because of the other errors: correct those and try again"
)

func TestFiles(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Nothing": {reason: "there is nothing to complain of"},
		"Valid":   {reason: "a manifest without a fault", args: valid},
		"Schema": {
			reason: "the line of the field",
			args:   negative,
			want:   []string{"a:5" + unseen, "a:12: error: spec.services[Worker].replicas: Invalid value: -1: should be greater than or equal to 0"},
		},
		"ParentOfMissing": {
			reason: "what is missing is missing in what is around it",
			args:   valid + "      ingress:\n        enabled: true\n",
			want:   []string{"a:5" + unseen, "a:12: error: spec.services[Worker].ingress.host: Invalid value: an enabled ingress needs a host: give one, or set enabled to false"},
		},
		"Sorted": {
			reason: "by line, whatever found it",
			args:   valid + "      replicas: many\n      colour: red\n      componentTypo: a\n",
			want: []string{
				skipped,
				`a:12: error: spec.services[Worker].replicas: Invalid value: "many": must be an integer, not a string`,
				"a:13: warning: spec.services[Worker].colour: unknown field, dropped by the API server",
				"a:14: warning: spec.services[Worker].componentTypo: unknown field, dropped by the API server: did you mean componentType?",
			},
		},
		"Function": {
			reason: "what only the function sees is flagged",
			args:   strings.Replace(valid, "image: example.org/dynamo:1, ", "", 1),
			want:   []string{"a:10: warning: spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings"},
		},
		"Ignored": {
			reason: "fields that nothing acts on are flagged once, whatever layer says so",
			args:   valid + "      minAvailable: 1\n      autoscaling: {}\n",
			want: []string{
				"a:12: warning: spec.services[Worker].minAvailable: accepted, and not acted on",
				"a:13: warning: spec.services[Worker].autoscaling: accepted, and not acted on (deprecated)",
			},
		},
		"Warning": {
			reason: "warnings of a layer",
			args:   valid + "      volumeMounts:\n      - name: nowhere\n        mountPoint: /data\n",
			want:   []string{`a:13: warning: spec.services[Worker].volumeMounts[0].name: "nowhere" is neither in spec.pvcs nor a volume of the pod: it is mounted as an existing PersistentVolumeClaim`},
		},
		"Empty": {
			reason: "a service with nothing below it is dropped",
			args:   valid + "    Idle:\n",
			want:   []string{"a:12: warning: spec.services[Idle]: is empty, and dropped by the API server: write its fields below it, or take it out"},
		},
		"UnknownClaim": {
			reason: "a mount of a name that no claim has is told of once",
			args:   valid + "      volumeMounts:\n      - name: Other_X\n        mountPoint: /data\n",
			want:   []string{`a:13: warning: spec.services[Worker].volumeMounts[0].name: Invalid value: "Other_X": is no name that a PersistentVolumeClaim can have: use lower-case letters, digits, hyphens and dots, as in model-cache`},
		},
		"LineOverNodes": {
			reason: "so is a line in the command of a service on several nodes",
			args: head + "    Worker:\n      componentType: worker\n      multinode: {nodeCount: 2}\n      resources: {limits: {gpu: '8'}}\n" +
				"      extraPodSpec: {mainContainer: {image: i, command: [/bin/sh, -c, python3 -m dynamo.vllm]}}\n",
			want: []string{"a:11: warning: spec.services[Worker].extraPodSpec.mainContainer.args: Required value: " +
				"a service on several nodes starts each node with flags of its own, which go behind those in args: leave the program in command, and move at least its flags into args"},
		},
		"TypeOfLabel": {
			reason: "what waits is said whatever is wrong",
			args:   strings.Replace(valid, "name: chat", "name: chat\n  labels: {a: 1}", 1),
			want:   []string{"a:5: error: metadata.labels[a]: Invalid value: 1: must be a string, not an integer: put it in quotes", "a:6" + unseen},
		},
		"Metadata": {
			reason: "the API server's rules for metadata hold",
			args:   strings.Replace(valid, "name: chat", "name: Chat", 1),
			want:   []string{`a:4: error: metadata.name: Invalid value: "Chat": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`, "a:5" + unseen},
		},
		"Documents": {
			reason: "lines are those of the file, not of the document",
			args:   "# a comment\n---\n" + valid + "---\n" + strings.Replace(negative, "chat", "chat2", 1),
			want:   []string{"a:19" + unseen, "a:26: error: spec.services[Worker].replicas: Invalid value: -1: should be greater than or equal to 0"},
		},
		"Doubled": {
			reason: "two manifests of one object are a slip of the hand",
			args:   valid + "---\n" + valid,
			want:   []string{`a:16: warning: metadata.name: "chat" is what the DynamoGraphDeployment of line 4 is called, too: the second replaces the first: choose another name`},
		},
		"Generated": {
			reason: "names that the API server completes differ",
			args:   strings.Replace(valid, "name: chat", "generateName: chat-", 1) + "---\n" + strings.Replace(valid, "name: chat", "generateName: chat-", 1),
		},
		"GeneratedBadly": {
			reason: "what is wrong with a name is wrong with the beginning of one",
			args:   strings.Replace(valid, "name: chat", "generateName: 1chat-", 1),
			want:   []string{`a:4: warning: metadata.generateName: Invalid value: "1chat-xxxxx": must begin with a letter, since Services are named after it: choose another name`},
		},
		"MergeKey": {
			reason: "what an anchor gives is wrong where the anchor is",
			args:   head + "    A: &a\n      replicas: -1\n      extraPodSpec: {mainContainer: {image: i}}\n    B:\n      <<: *a\n      replicas: 1\n    C:\n      <<: *a\n",
			want: []string{"a:5" + unseen,
				"a:8: error: spec.services[A].replicas: Invalid value: -1: should be greater than or equal to 0",
				"a:8: error: spec.services[C].replicas: Invalid value: -1: should be greater than or equal to 0",
			},
		},
		"List": {
			reason: "a list, as kubectl prints it, is what is in it",
			args:   "apiVersion: v1\nkind: List\nitems:\n- apiVersion: nvidia.com/v1alpha1\n  kind: DynamoComponentDeployment\n  metadata: {name: a}\n  spec:\n    replicas: -1\n",
			want:   []string{"a:7" + unseen, "a:8: error: spec.replicas: Invalid value: -1: should be greater than or equal to 0"},
		},
		"JSON": {
			reason: "JSON has lines, too",
			args:   "{\n\t\"apiVersion\": \"nvidia.com/v1alpha1\",\n\t\"kind\": \"DynamoComponentDeployment\",\n\t\"metadata\": {\"name\": \"a\"},\n\t\"spec\": {\n\t\t\"replicas\": -1\n\t}\n}\n",
			want:   []string{"a:5" + unseen, "a:6: error: spec.replicas: Invalid value: -1: should be greater than or equal to 0"},
		},
		"OtherKinds": {
			reason: "kinds of others are theirs, also those of NVIDIA's",
			args:   "{apiVersion: v1, kind: Secret, metadata: {name: A}}\n---\n{apiVersion: nvidia.com/v1, kind: ClusterPolicy, spec: 1}\n",
		},
		"UnknownKind": {
			reason: "nothing serves it",
			args:   "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraph\nmetadata: {name: a}\n",
			want:   []string{`a:2: error: kind: Unsupported value: "DynamoGraph": supported values: `},
		},
		"MisspeltClaim": {
			reason: "claims are among what is served",
			args:   "apiVersion: nvidia.com/v1alpha1\nkind: DynamoModelClam\nmetadata: {name: a}\n",
			want: []string{`a:2: error: kind: Unsupported value: "DynamoModelClam": supported values: "DynamoComponentDeployment", "DynamoGraphDeployment", ` +
				`"DynamoGraphDeploymentRequest", "DynamoGraphDeploymentScalingAdapter", "DynamoModel", "DynamoComponentDeploymentClaim", "DynamoGraphDeploymentClaim", ` +
				`"DynamoGraphDeploymentRequestClaim", "DynamoGraphDeploymentScalingAdapterClaim", "DynamoModelClaim"`},
		},
		"UnknownVersion": {
			reason: "nor that version",
			args:   strings.Replace(valid, "v1alpha1", "v1beta9", 1),
			want:   []string{`a:1: error: apiVersion: Unsupported value: "nvidia.com/v1beta9": supported values: "nvidia.com/v1alpha1", "nvidia.com/v1beta1"`},
		},
		"NoKind": {
			reason: "a manifest has a kind",
			args:   "metadata:\n  name: a\n",
			want:   []string{"a:1: error: kind: Required value: a manifest has apiVersion, kind and metadata"},
		},
		"Neighbours": {
			reason: "an adapter finds its graph in the same file",
			args:   valid + "---\napiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeploymentScalingAdapter\nmetadata: {name: s}\nspec:\n  replicas: 1\n  dgdRef:\n    name: chat\n    serviceName: Worker\n",
		},
		"Alone": {
			reason: "an adapter without a graph scales nothing",
			args:   "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeploymentScalingAdapter\nmetadata: {name: s}\nspec:\n  replicas: 1\n  dgdRef:\n    name: chat\n    serviceName: Worker\n",
			want:   []string{`a:7: warning: spec.dgdRef.name: there is no DynamoGraphDeployment "chat" in the namespace`},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			found, err := validate.Files(plain(), []validate.File{file(t, "a", tc.args)})
			if err != nil {
				t.Fatalf("\n%s\nFiles(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, lines(found), cmp.Comparer(begins)); diff != "" {
				t.Errorf("\n%s\nFiles(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// begins compares a text with one that ends in an open list: more kinds come.
func begins(a, b string) bool {
	const list = "supported values: "
	return a == b || (strings.HasSuffix(a, list) && strings.HasPrefix(b, a)) || (strings.HasSuffix(b, list) && strings.HasPrefix(a, b))
}

func TestFilesOfUpdates(t *testing.T) {
	nodes := valid + "      multinode:\n        nodeCount: 2\n"
	type args struct{ old, text string }
	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"Unchanged": {reason: "nothing changes", args: args{old: valid, text: valid}},
		"New":       {reason: "the old file has another object", args: args{old: strings.Replace(valid, "chat", "other", 1), text: nodes}},
		"Moved": {
			reason: "rules that compare are on",
			args:   args{old: valid, text: nodes},
			want:   []string{"a:12: error: spec.services[Worker].multinode: Invalid value: a service cannot move between one node and several: add a service of another name instead"},
		},
		"Removed": {
			reason: "what is gone is missing in what is around it",
			args:   args{old: strings.Replace(valid, "spec:\n", "spec:\n  backendFramework: vllm\n", 1), text: valid},
			want:   []string{"a:5: error: spec.backendFramework: Invalid value: the engine cannot change once set: make a new graph for another engine"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			found, err := validate.Files(plain().Beside(objects(t, tc.args.old)), []validate.File{file(t, "a", tc.args.text)})
			if err != nil {
				t.Fatalf("\n%s\nFiles(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, refusals(found)); diff != "" {
				t.Errorf("\n%s\nFiles(...): -want errors, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFilesOfProfiledRequests: what is put over a graph may change until the graph is made, and
// nothing else of a request that is profiled.
func TestFilesOfProfiledRequests(t *testing.T) {
	const (
		deploying = "state: Deploying"
		dgd       = "  overrides: {dgd: {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, spec: {components: [{name: Worker, replicas: %s}]}}%s}\n"
		frozen    = "a:6: error: spec.overrides: Invalid value: overrides cannot change once the request is profiled, but for dgd while no graph is made: make a new request"
	)
	cases := map[string]struct {
		reason, status, old, text string
		want                      []string
	}{
		"Other":   {reason: "another graph is put over it", status: deploying, old: fmt.Sprintf(dgd, "1", ""), text: fmt.Sprintf(dgd, "2", "")},
		"None":    {reason: "none any more", status: deploying, old: fmt.Sprintf(dgd, "1", "")},
		"First":   {reason: "one where there was none", status: deploying, text: fmt.Sprintf(dgd, "2", "")},
		"Created": {reason: "the graph is made", status: deploying + ", deployment: {created: true}", old: fmt.Sprintf(dgd, "1", ""), text: fmt.Sprintf(dgd, "2", ""), want: []string{frozen}},
		"Running": {reason: "the profiler runs", status: "state: Profiling", old: fmt.Sprintf(dgd, "1", ""), text: fmt.Sprintf(dgd, "2", ""), want: []string{frozen}},
		"Job": {
			reason: "the Job has run with what it was told", status: deploying, want: []string{frozen},
			old: fmt.Sprintf(dgd, "1", ", profilingJob: {backoffLimit: 1}"), text: fmt.Sprintf(dgd, "1", ", profilingJob: {backoffLimit: 2}"),
		},
		"JobToo": {
			reason: "so has it beside another graph", status: deploying, want: []string{frozen},
			old: fmt.Sprintf(dgd, "1", ", profilingJob: {backoffLimit: 1}"), text: fmt.Sprintf(dgd, "2", ""),
		},
		"SameJob": {
			reason: "the Job stays", status: deploying,
			old: fmt.Sprintf(dgd, "1", ", profilingJob: {backoffLimit: 1}"), text: fmt.Sprintf(dgd, "2", ", profilingJob: {backoffLimit: 1}"),
		},
		"Trust": {
			reason: "the profiler was told of it", status: deploying, want: []string{frozen},
			old: fmt.Sprintf(dgd, "1", ""), text: fmt.Sprintf(dgd, "1", ", trustRemoteCode: true"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			const request = "apiVersion: nvidia.com/v1beta1\nkind: DynamoGraphDeploymentRequest\nmetadata: {name: chat}\nspec:\n  model: acme/chat\n"
			held := objects(t, request+tc.old+"status: {"+tc.status+"}\n")
			found, err := validate.Files(plain().Beside(held), []validate.File{file(t, "a", request+tc.text)})
			if err != nil {
				t.Fatalf("\n%s\nFiles(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, refusals(found)); diff != "" {
				t.Errorf("\n%s\nFiles(...): -want errors, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// refusals are the findings for which an API server refuses a file.
func refusals(found []validate.Finding) []string {
	var out []string
	for _, f := range found {
		if f.Refused {
			out = append(out, f.String())
		}
	}
	return out
}

// TestFilesKeepTheirOrder: files stay in the order in which they were given.
func TestFilesKeepTheirOrder(t *testing.T) {
	files := []validate.File{file(t, "z", negative), file(t, "b", valid), file(t, "a", strings.Replace(negative, "chat", "chat2", 1))}

	found, err := validate.Files(plain(), files)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, f.File)
	}
	if diff := cmp.Diff([]string{"z", "z", "a", "a"}, got); diff != "" {
		t.Errorf("Files(...): -want files, +got:\n%s", diff)
	}
}
