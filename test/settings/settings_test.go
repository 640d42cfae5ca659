// Package settings holds what each setting of pods makes of a whole graph, as files that
// people review: on Deployments and on LeaderWorkerSets.
package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// TestSettings renders whole graphs with one setting each.
func TestSettings(t *testing.T) {
	const selector = "{matchExpressions: [{key: example.org/gpu, operator: In, values: [h100, h200]}]}"
	cases := map[string]struct {
		reason string
		graph  string
		args   string
		// golden is the file with the objects.
		golden string
	}{
		"Nothing":     {reason: "what all others are compared with", args: "{}", golden: "nothing"},
		"Affinity":    {reason: "where pods run", args: "podDefaults: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [" + selector + "]}}}}", golden: "affinity"},
		"Annotations": {reason: "what is noted on pods", args: "podDefaults: {annotations: {example.org/owner: ml, nvidia.com/gpu-tenant: a}}", golden: "annotations"},
		"Env":         {reason: "what is told to what runs Dynamo", args: "podDefaults: {env: [{name: HTTPS_PROXY, value: 'http://proxy:3128'}, {name: HF_TOKEN, valueFrom: {secretKeyRef: {name: hub, key: token, optional: true}}}, {name: RUST_LOG, value: warn}]}", golden: "env"},
		"Priority":    {reason: "which pods give way", args: "podDefaults: {priorityClassName: serving}", golden: "priority"},
		"Scheduler":   {reason: "who places them", args: "podDefaults: {schedulerName: packer}", golden: "scheduler"},
		"Spread":      {reason: "how they are spread", args: "podDefaults: {topologySpreadConstraints: [{topologyKey: topology.kubernetes.io/zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway}]}", golden: "spread"},
		"Security": {
			reason: "what they may do",
			args: "podDefaults: {securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}, " +
				"containerSecurityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}",
			golden: "security",
		},
		"Queue":  {reason: "which quota they wait for", args: "queue: {name: gpus}", golden: "queue"},
		"Images": {reason: "what runs where nothing is named", graph: "imageless", args: "images: {frontend: 'example.org/frontend:1.5.0', vllm: 'example.org/vllm:1.5.0'}", golden: "images"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			graph := "graph"
			if tc.graph != "" {
				graph = tc.graph
			}
			golden.Assert(t, tc.golden, render(t, graph, tc.args))
		})
	}
}

// TestWithoutImages: without the setting, what names no image is at fault, and the fault says
// which setting would help.
func TestWithoutImages(t *testing.T) {
	want := map[string][]string{
		"bare": {
			"spec.services[Command].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings",
			"spec.services[Frontend].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.frontend in the settings",
			"spec.services[Worker].extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings",
		},
		"multi-node-prefill": {
			"spec.extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings",
			"spec.extraPodSpec.mainContainer.args: Required value: a service on several nodes starts each node with flags of its own: write the whole command line into command and args",
		},
	}
	got := map[string][]string{}
	for _, n := range nodes(t, "imageless", "{}") {
		metadata, _ := n.Object["metadata"].(map[string]any)
		name, _ := metadata["name"].(string)
		for _, f := range n.Result.Found.Faults {
			got[name] = append(got[name], f.Error())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults: -want, +got:\n%s", diff)
	}
}

// render returns the objects that come of a graph, without those of Dynamo's kinds.
func render(t *testing.T, graph, text string) []map[string]any {
	t.Helper()
	var out []map[string]any
	all := nodes(t, graph, text)
	for _, n := range all {
		if n.Result.Found.Fatal() || len(n.Result.Refused)+len(n.Result.Pruned) > 0 {
			t.Fatalf("%s is at fault: %v, %v, %v", graph, n.Result.Found.Valid(), n.Result.Refused, n.Result.Pruned)
		}
	}
	for _, o := range preview.Composed(all) {
		if version, _ := o["apiVersion"].(string); !strings.HasPrefix(version, "nvidia.com/") {
			out = append(out, o)
		}
	}
	return out
}

// nodes renders the manifests of a file.
func nodes(t *testing.T, graph, text string) []preview.Node {
	t.Helper()
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, faults := settings.Decode(raw)
	if len(faults) > 0 {
		t.Fatalf("%s: %v", text, faults)
	}
	file, err := os.Open(filepath.Join("testdata", graph+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	manifests, err := preview.Documents(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := preview.New(preview.Options{Settings: s, Existing: manifests}).All(manifests)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
