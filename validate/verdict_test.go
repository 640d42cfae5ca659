package validate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// refusing has something to say of objects of a kind, each time.
func refusing(kind string, refusals ...validate.Refusal) validate.Verdict {
	return func(object map[string]any) ([]validate.Refusal, error) {
		if (&unstructured.Unstructured{Object: object}).GetKind() != kind {
			return nil, nil
		}
		return refusals, nil
	}
}

const two = head + `    A:
      componentType: worker
      envs:
      - name: X
        value: a
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1, command: [run]}}
    B:
      componentType: worker
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1, command: [run]}}
`

func TestFilesWithVerdicts(t *testing.T) {
	denied := validate.Refusal{Text: "denied"}
	type args struct {
		text     string
		verdicts []validate.Verdict
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"Nothing": {reason: "nobody objects", args: args{text: valid, verdicts: []validate.Verdict{refusing("Pod", denied)}}},
		"Traced": {
			reason: "a field is that of the user",
			args:   args{text: valid, verdicts: []validate.Verdict{refusing("Deployment", validate.Refusal{Field: "spec.template.spec.containers[0].image", Text: "Invalid value"})}},
			want:   []string{"a:11: warning: spec.services[Worker].extraPodSpec.mainContainer.image: Invalid value"},
		},
		"Untraced": {
			reason: "else the object is named, at its service",
			args:   args{text: valid, verdicts: []validate.Verdict{refusing("Deployment", validate.Refusal{Field: "spec.selector", Text: "Required value"})}},
			want:   []string{`a:7: warning: spec.services[Worker]: Deployment "chat-worker": spec.selector: Required value`},
		},
		"Whole": {
			reason: "what is about all of an object names no field",
			args:   args{text: valid, verdicts: []validate.Verdict{refusing("Service", denied)}},
			want:   []string{`a:7: warning: spec.services[Worker]: Service "chat-worker": denied`},
		},
		"OfAll": {
			reason: "what a graph makes for all is no service's",
			args:   args{text: valid, verdicts: []validate.Verdict{refusing("ServiceAccount", denied)}},
			want:   []string{`a:5: warning: spec: ServiceAccount "chat-k8s-service-discovery": denied`},
		},
		"Component": {
			reason: "components are objects, too",
			args:   args{text: valid, verdicts: []validate.Verdict{refusing("DynamoComponentDeployment", validate.Refusal{Field: "spec.componentType", Text: "is not allowed here"})}},
			want:   []string{"a:8: warning: spec.services[Worker].componentType: is not allowed here"},
		},
		"Once": {
			reason: "a field is spoken of once, whoever does",
			args: args{text: valid, verdicts: []validate.Verdict{
				refusing("Deployment", validate.Refusal{Field: "spec.template.spec.dnsPolicy", Text: "one"}, validate.Refusal{Field: "spec.template.spec.containers[0].image", Text: "two"}),
				refusing("Deployment", validate.Refusal{Field: "spec.template.spec.containers[0].image", Text: "three"}),
			}},
			want: []string{
				"a:9: warning: spec.services[Worker].extraPodSpec.dnsPolicy: one",
				"a:11: warning: spec.services[Worker].extraPodSpec.mainContainer.image: two",
			},
		},
		"Twice": {
			reason: "two services are two",
			args:   args{text: two, verdicts: []validate.Verdict{refusing("Deployment", denied)}},
			want: []string{
				`a:7: warning: spec.services[A]: Deployment "chat-a": denied`,
				`a:13: warning: spec.services[B]: Deployment "chat-b": denied`,
			},
		},
		"ByName": {
			reason: "a variable has a line, too",
			args:   args{text: two, verdicts: []validate.Verdict{refusing("Deployment", validate.Refusal{Field: `spec.template.spec.containers[name="main"].env[name="X"].value`, Text: "is bad"})}},
			want: []string{
				"a:11: warning: spec.services[A].envs[X].value: is bad",
				`a:13: warning: spec.services[B]: Deployment "chat-b": spec.template.spec.containers[name="main"].env[name="X"].value: is bad`,
			},
		},
		"Spread": {
			reason: "what is told at a field is not told of what takes it over",
			args: args{text: valid, verdicts: []validate.Verdict{
				refusing("Service", validate.Refusal{Field: "spec.ports[0].targetPort", Text: `Invalid value: "x": bad`}),
				refusing("RoleBinding", validate.Refusal{Field: "subjects[0]", Text: `Invalid value: "x": bad`}, validate.Refusal{Field: "subjects[1]", Text: `Invalid value: "y": bad`}),
				refusing("Deployment", validate.Refusal{Field: "spec.template.spec.containers[0].image", Text: `Invalid value: "x": bad`}),
			}},
			want: []string{
				`a:5: warning: spec: RoleBinding "chat-k8s-service-discovery-binding": subjects[1]: Invalid value: "y": bad`,
				`a:11: warning: spec.services[Worker].extraPodSpec.mainContainer.image: Invalid value: "x": bad`,
			},
		},
		"Told": {
			reason: "nor is what the function has told of",
			args: args{
				text: two + "      envs: [{name: DYN_SYSTEM_PORT, value: '19090'}]\n",
				verdicts: []validate.Verdict{refusing("Deployment", validate.Refusal{
					Field: `spec.template.spec.containers[name="main"].ports`, Text: `duplicate entries for key [containerPort=19090,protocol="TCP"]`,
				})},
			},
			want: []string{
				`a:7: warning: spec.services[A]: Deployment "chat-a": spec.template.spec.containers[name="main"].ports: duplicate entries for key [containerPort=19090,protocol="TCP"]`,
				`a:16: warning: spec.services[B].envs[DYN_SYSTEM_PORT]: DYN_SYSTEM_PORT lets port "system" be 19090, where port "nixl" is, and a container has each number once: give it another one`,
			},
		},
		"NoFieldOfTheirs": {
			reason: "what the user has no field for is told at the service",
			args:   args{text: valid, verdicts: []validate.Verdict{refusing("Deployment", validate.Refusal{Field: "spec.template.spec.containers[0].ports[1].name", Text: "bad"})}},
			want:   []string{`a:7: warning: spec.services[Worker]: Deployment "chat-worker": spec.template.spec.containers[0].ports[1].name: bad`},
		},
		"Manifest": {
			reason: "the manifest itself is refused",
			args:   args{text: valid, verdicts: []validate.Verdict{refusing("DynamoGraphDeployment", validate.Refusal{Field: "spec.services", Text: "too many"}, denied)}},
			want:   []string{"a:1: error: denied", "a:6: error: spec.services: too many"},
		},
		"Warned": {
			reason: "or taken with a warning",
			args:   args{text: valid, verdicts: []validate.Verdict{refusing("DynamoGraphDeployment", validate.Refusal{Text: "is old", Warning: true})}},
			want:   []string{"a:1: warning: is old"},
		},
		"Refused": {
			reason: "nobody is asked about a manifest that is refused",
			args:   args{text: negative, verdicts: []validate.Verdict{refusing("DynamoGraphDeployment", denied)}},
			want:   []string{"a:5" + unseen, "a:12: error: spec.services[Worker].replicas: Invalid value: -1: should be greater than or equal to 0"},
		},
		"RestOfFaulty": {
			reason: "of a graph with a fault the other services are judged",
			args:   args{text: two + "    C:\n      componentType: worker\n", verdicts: []validate.Verdict{refusing("Deployment", denied)}},
			want: []string{
				`a:7: warning: spec.services[A]: Deployment "chat-a": denied`,
				`a:13: warning: spec.services[B]: Deployment "chat-b": denied`,
				"a:16: warning: spec.services[C].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image",
			},
		},
		"OnlyFaulty": {
			reason: "if there are any",
			args:   args{text: head + "    C:\n      componentType: worker\n", verdicts: []validate.Verdict{refusing("Deployment", denied)}},
			want:   []string{"a:7: warning: spec.services[C].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image"},
		},
		"FaultOfGraph": {
			reason: "and the fault is none of the graph's",
			args:   args{text: strings.Replace(two, "name: chat", "name: 1chat", 1), verdicts: []validate.Verdict{refusing("Deployment", denied)}},
			want:   []string{`a:4: warning: metadata.name: Invalid value: "1chat": must begin with a letter, since Services are named after it: choose another name`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			found, err := validate.Files(plain(), []validate.File{file(t, "a", tc.args.text)}, tc.args.verdicts...)
			if err != nil {
				t.Fatalf("\n%s\nFiles(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, lines(found)); diff != "" {
				t.Errorf("\n%s\nFiles(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFilesVerdictErrors: who cannot judge says so, and nothing counts as taken.
func TestFilesVerdictErrors(t *testing.T) {
	gone := errors.New("the cluster is gone")
	for _, kind := range []string{"DynamoGraphDeployment", "DynamoComponentDeployment", "Deployment"} {
		verdict := func(object map[string]any) ([]validate.Refusal, error) {
			if object["kind"] == kind {
				return nil, gone
			}
			return nil, nil
		}
		if _, err := validate.Files(plain(), []validate.File{file(t, "a", valid)}, verdict); !errors.Is(err, gone) {
			t.Errorf("Files(...): want the error about a %s, got %v", kind, err)
		}
	}
}
