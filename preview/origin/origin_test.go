package origin_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
)

// graph has two services; the second one runs vLLM on two nodes.
const graph = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: team}
spec:
  envs:
  - {name: HF_HOME, value: /models}
  services:
    Frontend:
      componentType: frontend
      replicas: 2
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}
    Worker:
      componentType: worker
      multinode: {nodeCount: 2}
      resources: {limits: {gpu: "8"}}
      extraPodSpec:
        mainContainer:
          image: example.org/dynamo:1
          command: [python3, -m, dynamo.vllm]
          args: [--tensor-parallel-size, "16"]
`

// beta is a graph in the form of v1beta1.
const beta = `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: team}
spec:
  env:
  - {name: HF_HOME, value: /models}
  components:
  - name: Frontend
    type: frontend
    replicas: 2
    podTemplate: {spec: {containers: [{name: main, image: "example.org/dynamo:1"}]}}
`

// request is one whose profiler has to be named.
const request = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentRequest
metadata: {name: chat, namespace: team}
spec:
  model: Qwen/Qwen3-32B
  backend: vllm
  profilingConfig: {profilerImage: "example.org/profiler:1", config: {sla: {isl: 3000, osl: 150, ttft: 200, itl: 20}, sweep: {useAiConfigurator: true, aicSystem: h200_sxm}}}
`

const input = `
infrastructure: {natsAddress: "nats://nats:4222"}
ingress: {className: nginx, virtualServiceGateway: istio/gw}
podDefaults: {labels: {site: eu}}
`

const config = `
apiVersion: apiextensions.crossplane.io/v1beta1
kind: EnvironmentConfig
metadata: {name: dynamo}
data: {dynamo: {ingress: {hostSuffix: example.com}}}
`

// site is what a cluster says.
type site struct {
	input string
	// configs are held by the cluster, beside are manifests.
	configs, beside []string
}

func find(t *testing.T, manifest string, s site) (origin.Origins, []preview.Node) {
	t.Helper()
	setup := origin.Setup{Options: preview.Options{Settings: settings.Default()}, Manifests: []map[string]any{layertest.Object(t, manifest)}}
	if s.input != "" {
		setup.Input = layertest.Object(t, s.input)
		raw, err := json.Marshal(setup.Input)
		if err != nil {
			t.Fatal(err)
		}
		folded, faults := settings.Decode(raw)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		setup.Options.Settings = folded
	}
	for _, c := range s.configs {
		setup.Options.Existing = append(setup.Options.Existing, layertest.Object(t, c))
	}
	for _, b := range s.beside {
		setup.Manifests = append(setup.Manifests, layertest.Object(t, b))
	}
	setup.Previewer = preview.New(setup.Options)
	nodes, err := setup.Previewer.All(setup.Manifests)
	if err != nil {
		t.Fatalf("All(...): %v", err)
	}
	out, err := origin.Find(setup, nodes)
	if err != nil {
		t.Fatalf("Find(...): %v", err)
	}
	return out, nodes
}

// at is the address below the first manifest.
func at(keys ...string) origin.Address {
	out := origin.Root(0)
	for _, k := range keys {
		out = out.Below(k)
	}
	return out
}

func TestOf(t *testing.T) {
	const (
		container = "spec.template.spec.containers[main]."
		leader    = "spec.leaderWorkerTemplate.leaderTemplate.spec.containers[main]."
		worker    = "spec.services[Worker]."
		frontend  = "spec.services[Frontend]."
	)
	front, multi := at("component/Frontend", "deployment/main"), at("component/Worker", "leaderworkerset/main")
	found := map[string]origin.Origins{}
	for name, s := range map[string]struct {
		manifest string
		site     site
	}{
		"graph":     {manifest: graph},
		"beta":      {manifest: beta},
		"request":   {manifest: request},
		"site":      {manifest: graph, site: site{input: input, configs: []string{config}}},
		"beside":    {manifest: graph, site: site{input: input, beside: []string{config}}},
		"elsewhere": {manifest: graph, site: site{input: input, configs: []string{strings.Replace(config, "name: dynamo", "name: dynamo.other", 1)}}},
	} {
		found[name], _ = find(t, s.manifest, s.site)
	}
	type args struct {
		found string
		at    origin.Address
		path  string
	}
	type sources = []origin.Source
	cases := map[string]struct {
		reason string
		args   args
		want   sources
	}{
		"Service":     {"a field of the service has the value", args{"graph", front, "spec.replicas"}, sources{{Kind: origin.Service, Path: frontend + "replicas", Written: true}}},
		"Renamed":     {"under another name in the service", args{"graph", multi, leader + "resources.limits[nvidia.com/gpu]"}, sources{{Kind: origin.Service, Path: worker + "resources.limits[gpu]", Written: true}}},
		"Graph":       {"a variable of the graph", args{"graph", front, container + "env[HF_HOME].value"}, sources{{Kind: origin.Manifest, Path: "spec.envs[HF_HOME].value", Written: true}}},
		"Component":   {"what the graph writes into the component comes from the service", args{"graph", at("component/Frontend"), "spec.componentType"}, sources{{Kind: origin.Service, Path: frontend + "componentType", Written: true}}},
		"ServiceName": {"the name of a service is its key", args{"graph", at("component/Frontend"), "spec.serviceName"}, sources{{Kind: origin.Service, Path: "spec.services[Frontend]", Written: true}}},
		"Name":        {"a name is made of the graph's", args{"graph", at("serviceaccount/discovery"), "metadata.name"}, sources{{Kind: origin.Manifest, Path: "metadata.name"}}},
		"Type":        {"a probe that the type has", args{"graph", front, container + "livenessProbe.httpGet.port"}, sources{{Kind: origin.Type, Path: frontend + "componentType"}}},
		"Engine": {
			"a flag that vLLM needs on several nodes", args{"graph", multi, leader + "args[5]"},
			sources{{Kind: origin.Service, Path: worker + "multinode.nodeCount"}, {Kind: origin.Service, Path: worker + "resources.limits[gpu]"}, {Kind: origin.Engine, Path: worker + "extraPodSpec.mainContainer.args"}, {Kind: origin.Type, Path: worker + "componentType"}},
		},
		"Size":       {"the number of nodes", args{"graph", multi, "spec.leaderWorkerTemplate.size"}, sources{{Kind: origin.Service, Path: worker + "multinode.nodeCount", Written: true}}},
		"BuiltIn":    {"a setting that nobody has set", args{"graph", front, container + "env[DYN_DISCOVERY_BACKEND].value"}, sources{{Kind: origin.BuiltIn, Layer: "built-in", Path: "discovery.backend"}}},
		"Role":       {"the name of a role is a setting", args{"graph", at("rolebinding/discovery"), "roleRef.name"}, sources{{Kind: origin.BuiltIn, Layer: "built-in", Path: "rbac.discoveryClusterRole"}}},
		"Function":   {"no field changes it", args{"graph", front, "spec.strategy.type"}, sources{{Kind: origin.Function}}},
		"Input":      {"a setting of the input", args{"site", front, container + "env[NATS_SERVER].value"}, sources{{Kind: origin.Site, Layer: "input", Path: "infrastructure.natsAddress"}}},
		"Gateway":    {"without it there is no object, and with another value it is another", args{"site", at("component/Frontend", "virtualservice/main"), "spec.gateways[0]"}, sources{{Kind: origin.Site, Layer: "input", Path: "ingress.virtualServiceGateway"}}},
		"Config":     {"an EnvironmentConfig of the cluster", args{"site", at("component/Frontend", "virtualservice/main"), "spec.hosts[0]"}, sources{{Kind: origin.Site, Layer: "dynamo", Path: "ingress.hostSuffix"}, {Kind: origin.Manifest, Path: "metadata.name"}}},
		"Beside":     {"an EnvironmentConfig beside the graph", args{"beside", at("component/Frontend", "virtualservice/main"), "spec.hosts[0]"}, sources{{Kind: origin.Site, Layer: "dynamo", Path: "ingress.hostSuffix"}, {Kind: origin.Manifest, Path: "metadata.name"}}},
		"Elsewhere":  {"an EnvironmentConfig of another namespace says nothing", args{"elsewhere", at("component/Frontend", "virtualservice/main"), "spec.hosts[0]"}, sources{{Kind: origin.Manifest, Path: "metadata.name"}}},
		"Label":      {"a label of the site", args{"site", front, "spec.template.metadata.labels[site]"}, sources{{Kind: origin.Site, Layer: "input", Path: "podDefaults.labels[site]"}}},
		"Beta":       {"a field where v1beta1 has it", args{"beta", front, "spec.replicas"}, sources{{Kind: origin.Service, Path: "spec.components[Frontend].replicas", Written: true}}},
		"BetaImage":  {"in a pod template", args{"beta", front, container + "image"}, sources{{Kind: origin.Service, Path: "spec.components[Frontend].podTemplate.spec.containers[main].image", Written: true}}},
		"BetaType":   {"and the type", args{"beta", front, container + "livenessProbe.httpGet.port"}, sources{{Kind: origin.Type, Path: "spec.components[Frontend].type"}}},
		"Required":   {"what has to be there is tried with another value", args{"request", at("job/profile"), "spec.template.spec.containers[profiler].image"}, sources{{Kind: origin.Manifest, Path: "spec.profilingConfig.profilerImage"}}},
		"NoManifest": {"nothing is known of the manifest's own fields", args{"graph", at(), "metadata.name"}, nil},
		"NoField":    {"nor of what is not there", args{"graph", front, "spec.colour"}, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, found[tc.args.found].Of(tc.args.at, tc.args.path)); diff != "" {
				t.Errorf("\n%s\nOf(%s): -want, +got:\n%s", tc.reason, tc.args.path, diff)
			}
		})
	}
}

func TestExists(t *testing.T) {
	found, _ := find(t, graph, site{input: input})
	cases := map[string]struct {
		reason string
		args   origin.Address
		want   []origin.Source
	}{
		"Ingress": {
			reason: "a frontend has one where the site has a class", args: at("component/Frontend", "ingress/main"),
			want: []origin.Source{{Kind: origin.Site, Layer: "input", Path: "ingress.className"}, {Kind: origin.Type, Path: "spec.services[Frontend].componentType"}},
		},
		"Account":  {reason: "pods have one where they find each other through Kubernetes", args: at("serviceaccount/discovery"), want: []origin.Source{{Kind: origin.BuiltIn, Layer: "built-in", Path: "discovery.backend"}}},
		"Workload": {reason: "what is always there needs nothing", args: at("component/Frontend", "deployment/main")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, found.Exists(tc.args)); diff != "" {
				t.Errorf("\n%s\nExists(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComplete: every field of what is composed has an origin, and each time the same.
func TestComplete(t *testing.T) {
	for name, manifest := range map[string]string{"Graph": graph, "Beta": beta, "Request": request} {
		t.Run(name, func(t *testing.T) {
			found, nodes := find(t, manifest, site{input: input, configs: []string{config}})
			again, _ := find(t, manifest, site{input: input, configs: []string{config}})
			for _, child := range nodes[0].Result.Children {
				check(t, at(child.Key), child, found, again)
			}
		})
	}
}

func check(t *testing.T, at origin.Address, n preview.Node, found, again origin.Origins) {
	t.Helper()
	for path := range origin.Leaves(n.Object) {
		if len(found.Of(at, path)) == 0 {
			t.Errorf("%s: nothing set %s", at, path)
		}
		if diff := cmp.Diff(found.Of(at, path), again.Of(at, path)); diff != "" {
			t.Errorf("%s: %s has another origin each time (-first, +second):\n%s", at, path, diff)
		}
	}
	if n.Result == nil {
		return
	}
	for _, child := range n.Result.Children {
		check(t, at.Below(child.Key), child, found, again)
	}
}

// TestFaulty: of what is at fault nothing is known, and nothing fails.
func TestFaulty(t *testing.T) {
	refused := strings.Replace(graph, "replicas: 2", "replicas: -1", 1)
	other := "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
	found, nodes := find(t, refused, site{beside: []string{other}})
	if len(nodes[0].Result.Refused) == 0 {
		t.Fatal("the graph is taken")
	}
	if got := found.Exists(at("component/Frontend")); got != nil {
		t.Errorf("Exists(...): want none, got %v", got)
	}
	if diff := cmp.Diff([]origin.Source(nil), found.Untried(origin.Root(1))); diff != "" {
		t.Errorf("Untried(...) of another kind: -want, +got:\n%s", diff)
	}
}
