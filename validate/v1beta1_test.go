package validate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// recent is a graph in the form of v1beta1.
const recent = `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: chat
spec:
  env:
  - name: SHARED
    value: x
  components:
  - name: Front
    type: frontend
    podTemplate:
      spec:
        containers:
        - name: main
          image: example.org/dynamo:1
  - name: Worker
    type: worker
    compilationCache:
      pvcName: cache
      mountPath: /cache
    podTemplate:
      metadata:
        labels:
          team: a
      spec:
        containers:
        - name: log
          image: example.org/log:1
        - name: main
          image: example.org/dynamo:1
          command: [python3, -m, dynamo.vllm]
          env:
          - name: OWN
            value: x
          resources:
            limits:
              nvidia.com/gpu: 1
`

// TestFilesOfV1Beta1: fields are told as the user wrote them, on their lines.
func TestFilesOfV1Beta1(t *testing.T) {
	pod := func(field string) []validate.Verdict {
		return []validate.Verdict{refusing("Deployment", validate.Refusal{Field: "spec.template." + field, Text: "why"})}
	}
	worker := func(verdicts []validate.Verdict) []validate.Verdict {
		return []validate.Verdict{func(o map[string]any) ([]validate.Refusal, error) {
			if metadata, _ := o["metadata"].(map[string]any); metadata["name"] != "chat-worker" {
				return nil, nil
			}
			return verdicts[0](o)
		}}
	}
	const at = "spec.components[Worker].podTemplate."
	cases := map[string]struct {
		reason   string
		text     string
		verdicts []validate.Verdict
		want     []string
	}{
		"Valid":     {reason: "a manifest without a fault", text: recent},
		"Function":  {reason: "what a layer says", text: strings.Replace(recent, "          image: example.org/dynamo:1\n          command", "          command", 1), want: []string{"a:30: warning: " + at + "spec.containers[main].image: Required value: name the image of the main container, or images.vllm in the settings"}},
		"Ignored":   {reason: "fields that nothing acts on are flagged once", text: strings.Replace(recent, "    type: worker\n", "    type: worker\n    minAvailable: 1\n", 1), want: []string{"a:19: warning: spec.components[Worker].minAvailable: accepted, and not acted on"}},
		"Unknown":   {reason: "also those that are not known", text: strings.Replace(recent, "    type: worker\n", "    type: worker\n    warpDrive: {}\n", 1), want: []string{"a:19: warning: spec.components[Worker].warpDrive: accepted, and not acted on"}},
		"Image":     {reason: "a field of the main container", text: recent, verdicts: worker(pod("spec.containers[0].image")), want: []string{"a:31: warning: " + at + "spec.containers[main].image: why"}},
		"Other":     {reason: "a field of another container", text: recent, verdicts: worker(pod("spec.containers[1].image")), want: []string{"a:29: warning: " + at + "spec.containers[0].image: why"}},
		"Variable":  {reason: "a variable of its own", text: recent, verdicts: worker(pod(`spec.containers[0].env[name="OWN"].value`)), want: []string{"a:35: warning: " + at + "spec.containers[main].env[OWN].value: why"}},
		"Shared":    {reason: "a variable of its graph", text: recent, verdicts: worker(pod(`spec.containers[0].env[name="SHARED"].value`)), want: []string{"a:8: warning: spec.env[SHARED].value: why"}},
		"Limit":     {reason: "an amount", text: recent, verdicts: worker(pod("spec.containers[0].resources.limits[nvidia.com/gpu]")), want: []string{"a:38: warning: " + at + "spec.containers[main].resources.limits[nvidia.com/gpu]: why"}},
		"Cache":     {reason: "the mount of the cache", text: recent, verdicts: worker(pod("spec.containers[0].volumeMounts[0].mountPath")), want: []string{"a:21: warning: spec.components[Worker].compilationCache.mountPath: why"}},
		"Component": {reason: "the component that the graph makes", text: recent, verdicts: []validate.Verdict{refusing("DynamoComponentDeployment", validate.Refusal{Field: "spec.multinode", Text: "why"})}, want: []string{"a:10: warning: spec.components[Front].multinode: why", "a:17: warning: spec.components[Worker].multinode: why"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			found, err := validate.Files(plain(), []validate.File{file(t, "a", tc.text)}, tc.verdicts...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, lines(found)); diff != "" {
				t.Errorf("\n%s\nFiles(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPublishedV1Beta1: nothing that is said of the published manifests of v1beta1 is
// spelled as v1alpha1 does.
func TestPublishedV1Beta1(t *testing.T) {
	inputs, err := filepath.Glob("../../shared/conformance/v1beta1/*/input.yaml")
	if err != nil || len(inputs) == 0 {
		inputs, err = filepath.Glob("../test/conformance/testdata/v1beta1/*/input.yaml")
	}
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	p := plain()
	said := 0
	for _, name := range inputs {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found, err := validate.Files(p, []validate.File{file(t, name, string(text))})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		said += len(found)
		for i, f := range found {
			if i > 0 && f.Line == found[i-1].Line && strings.Split(f.Text, ": ")[0] == strings.Split(found[i-1].Text, ": ")[0] {
				t.Errorf("said twice: %s", f)
			}
			if strings.Contains(f.Text, "spec.services") || strings.Contains(f.Text, "extraPodSpec") || f.Refused {
				t.Errorf("%s", f)
			}
		}
	}
	t.Logf("%d findings in %d manifests", said, len(inputs))
}
