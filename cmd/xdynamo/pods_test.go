package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/verdict"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// TestValidatePods: what no API server takes in a pod template is named with the
// field that the user wrote, whoever finds it.
func TestValidatePods(t *testing.T) {
	cases := map[string]struct {
		reason string
		// want is the field below the service.
		want string
	}{
		"EnvTwice":        {reason: "a variable has a value or a source of it", want: "envs[A].valueFrom"},
		"TwoHandlers":     {reason: "a probe has one handler", want: "livenessProbe.httpGet"},
		"LivenessSuccess": {reason: "a pod lives after one success", want: "livenessProbe.successThreshold"},
		"RestartNever":    {reason: "pods of a Deployment restart always", want: "extraPodSpec.restartPolicy"},
		"SidecarNoImage":  {reason: "a container has an image", want: "extraPodSpec.containers[0].image"},
		"SidecarNoVolume": {reason: "a container mounts volumes of its pod", want: "extraPodSpec.containers[0].volumeMounts[0].name"},
		"InitNoVolume":    {reason: "so does one that runs before", want: "extraPodSpec.initContainers[0].volumeMounts[0].name"},
		"SameNameInit":    {reason: "containers have names of their own", want: "extraPodSpec.initContainers[0].name"},
		"VolumeName":      {reason: "the name of a volume is a DNS label", want: "extraPodSpec.volumes[0].name"},
		"Toleration":      {reason: "Exists takes no value", want: "extraPodSpec.tolerations[0].operator"},
		"PullPolicy":      {reason: "there are three policies", want: "extraPodSpec.mainContainer.imagePullPolicy"},
		"CustomName":      {reason: "an extended resource has a domain", want: "resources.limits.custom[rdma]"},
		"GpuType":         {reason: "and so has a type of GPUs", want: "resources.limits.gpuType"},
		"HugePages":       {reason: "huge pages need cpu or memory beside them", want: "resources"},
		"Claim":           {reason: "a claim is one of the pod's", want: "resources.claims[0]"},
		"Label":           {reason: "labels have rules", want: "labels[team]"},
		"PodLabel":        {reason: "labels of pods, too", want: "extraPodMetadata.labels[team]"},
		"Annotation":      {reason: "and keys of annotations", want: "annotations[bad key!]"},
		"SamePath":        {reason: "one thing is mounted at a path", want: "volumeMounts[1].mountPoint"},
		"Nodes":           {reason: "the same holds over several nodes", want: "extraPodSpec.dnsPolicy"},
	}

	got := runWith("", "validate", testdata("pods.yaml"))
	if got.code != 0 || got.err != "" {
		t.Errorf("run(...): want exit status 0, got %d: %s", got.code, got.err)
	}
	said := map[string][]string{}
	for line := range strings.Lines(got.out) {
		_, text, _ := strings.Cut(line, ": warning: spec.services[")
		service, rest, _ := strings.Cut(text, "]")
		at, _, _ := strings.Cut(strings.TrimPrefix(rest, "."), ": ")
		said[service] = append(said[service], at)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tc.want}, said[name]); diff != "" {
				t.Errorf("\n%s\nrun(...): -want fields, +got:\n%s\n%s", tc.reason, diff, got.out)
			}
		})
	}
	if len(said) != len(cases) {
		t.Errorf("run(...): want a line for %d services, got %d:\n%s", len(cases), len(said), got.out)
	}
}

// TestValidatePublished: Kubernetes has nothing against what published manifests
// become.
func TestValidatePublished(t *testing.T) {
	files, err := filepath.Glob("../../test/conformance/testdata/*/*/input.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("want manifests, got %d: %v", len(files), err)
	}
	sources, err := readFiles(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	offline, err := verdict.New()
	if err != nil {
		t.Fatal(err)
	}
	previewer := preview.New(preview.Options{Settings: settings.Default()})
	// One by one: some of them have one name.
	for _, f := range sources {
		found, err := validate.Files(previewer, []validate.File{f}, offline.Judge)
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range found {
			if finding.Rule == validate.RuleKubernetes {
				t.Errorf("Files(...): want no verdict, got %v", finding)
			}
		}
	}
}
