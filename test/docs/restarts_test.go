package docs

import (
	"cmp"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// change of one setting: what the settings are before and after it, in YAML. Before
// most of them nothing is set.
type change struct {
	before, after string
	// fleet is the file with the pods; that of all kinds where it is left out.
	fleet string
}

// changes are one for each row of the table in docs/settings.md.
func changes() map[string]change {
	secrets := func(registry, name string) string {
		return "{imagePullSecrets: [{registry: " + registry + ", name: " + name + "}]}"
	}
	// image changes one image of components that name none, all of which have one before.
	image := func(name string) change {
		const all = "frontend: a, sglang: a, trtllm: a, vllm: a"
		return change{before: "{images: {" + all + "}}", after: "{images: {" + strings.Replace(all, name+": a", name+": b", 1) + "}}", fleet: "imageless.yaml"}
	}
	defaults := func(text string) change { return change{after: "{podDefaults: {" + text + "}}"} }
	peer := func(list, text string) string {
		return "{networkPolicy: {enabled: true, " + list + ": [{" + text + "}]}}"
	}
	out := map[string]change{}
	for _, list := range []string{"frontendPeers", "systemPeers", "graphPeers"} {
		const pods = "podSelector: {}"
		out["networkPolicy."+list] = change{after: peer(list, pods)}
		out["networkPolicy."+list+"[].ipBlock"] = change{before: peer(list, pods), after: peer(list, "ipBlock: {cidr: 10.0.0.0/8}")}
		out["networkPolicy."+list+"[].namespaceSelector"] = change{before: peer(list, pods), after: peer(list, pods+", namespaceSelector: {}")}
		out["networkPolicy."+list+"[].podSelector"] = change{before: peer(list, pods), after: peer(list, "podSelector: {matchLabels: {a: b}}")}
	}
	toleration := func(text string) string { return "{podDefaults: {tolerations: [{" + text + "}]}}" }
	maps.Copy(out, map[string]change{
		"disruption.maxUnavailable": {
			before: "{disruption: {podDisruptionBudgets: true}}", after: "{disruption: {podDisruptionBudgets: true, maxUnavailable: 25%}}",
		},
		"disruption.podDisruptionBudgets":       {after: "{disruption: {podDisruptionBudgets: true}}"},
		"ingress.gateway.name":                  {after: "{ingress: {gateway: {name: a}}}"},
		"ingress.gateway.namespace":             {before: "{ingress: {gateway: {name: a}}}", after: "{ingress: {gateway: {name: a, namespace: b}}}"},
		"ingress.gateway.requestTimeout":        {before: "{ingress: {gateway: {name: a}}}", after: "{ingress: {gateway: {name: a, requestTimeout: 5m}}}"},
		"ingress.gateway.sectionName":           {before: "{ingress: {gateway: {name: a}}}", after: "{ingress: {gateway: {name: a, sectionName: b}}}"},
		"monitoring.interval":                   {before: "{monitoring: {podMonitors: true}}", after: "{monitoring: {podMonitors: true, interval: 1m}}"},
		"monitoring.labels":                     {before: "{monitoring: {podMonitors: true}}", after: "{monitoring: {podMonitors: true, labels: {a: b}}}"},
		"monitoring.podMonitors":                {after: "{monitoring: {podMonitors: true}}"},
		"networkPolicy.enabled":                 {after: "{networkPolicy: {enabled: true}}"},
		"compositions.component":                {after: "{compositions: {component: a}}"},
		"compositions.scalingAdapter":           {after: "{compositions: {scalingAdapter: a}}"},
		"discovery.backend":                     {after: "{discovery: {backend: etcd}}"},
		"hardware.discovery":                    {after: "{hardware: {discovery: none}}"},
		"hardware.gpuSku":                       {after: "{hardware: {gpuSku: l4}}"},
		"hardware.interconnect":                 {after: "{hardware: {interconnect: pcie}}"},
		"hardware.numGpusPerNode":               {after: "{hardware: {numGpusPerNode: 4}}"},
		"hardware.rdma":                         {after: "{hardware: {rdma: true}}"},
		"hardware.totalGpus":                    {after: "{hardware: {totalGpus: 4}}"},
		"hardware.vramMb":                       {after: "{hardware: {vramMb: 1}}"},
		"imagePullSecrets":                      {after: secrets("example.org", "a")},
		"imagePullSecrets[].name":               {before: secrets("example.org", "a"), after: secrets("example.org", "b")},
		"imagePullSecrets[].registry":           {before: secrets("example.com", "a"), after: secrets("example.org", "a")},
		"infrastructure.etcdAddress":            {after: "{infrastructure: {etcdAddress: 'a:2379'}}"},
		"infrastructure.modelExpressURL":        {after: "{infrastructure: {modelExpressURL: 'http://a'}}"},
		"infrastructure.natsAddress":            {after: "{infrastructure: {natsAddress: 'nats://a'}}"},
		"infrastructure.prometheusEndpoint":     {after: "{infrastructure: {prometheusEndpoint: 'http://a'}}"},
		"ingress.className":                     {after: "{ingress: {className: a}}"},
		"ingress.hostSuffix":                    {before: "{ingress: {className: a}}", after: "{ingress: {className: a, hostSuffix: example.com}}"},
		"ingress.tlsSecretName":                 {before: "{ingress: {className: a}}", after: "{ingress: {className: a, tlsSecretName: a}}"},
		"ingress.virtualServiceGateway":         {after: "{ingress: {virtualServiceGateway: a/b}}"},
		"multinode.orchestrator":                {after: "{multinode: {orchestrator: LeaderWorkerSet}}"},
		"multinode.sshSecretName":               {after: "{multinode: {sshSecretName: keys}}"},
		"podDefaults.labels":                    {after: "{podDefaults: {labels: {example.org/a: a}}}"},
		"podDefaults.nodeSelector":              {after: "{podDefaults: {nodeSelector: {example.org/a: a}}}"},
		"podDefaults.runtimeClassName":          {after: "{podDefaults: {runtimeClassName: a}}"},
		"podDefaults.tolerations":               {after: toleration("key: a, operator: Exists")},
		"images.frontend":                       image("frontend"),
		"images.sglang":                         image("sglang"),
		"images.trtllm":                         image("trtllm"),
		"images.vllm":                           image("vllm"),
		"podDefaults.affinity":                  defaults("affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a}]}}"),
		"podDefaults.annotations":               defaults("annotations: {example.org/a: a}"),
		"podDefaults.containerSecurityContext":  defaults("containerSecurityContext: {allowPrivilegeEscalation: false}"),
		"podDefaults.env":                       defaults("env: [{name: A, value: a}]"),
		"podDefaults.priorityClassName":         defaults("priorityClassName: a"),
		"podDefaults.schedulerName":             defaults("schedulerName: a"),
		"podDefaults.securityContext":           defaults("securityContext: {runAsUser: 1}"),
		"podDefaults.topologySpreadConstraints": defaults("topologySpreadConstraints: [{topologyKey: a, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway}]"),
		"queue.name":                            {after: "{queue: {name: a}}"},
		// A toleration that differs in anything from the user's is another one.
		"podDefaults.tolerations[].effect":            {before: toleration("key: b, operator: Exists"), after: toleration("key: b, operator: Exists, effect: NoExecute")},
		"podDefaults.tolerations[].key":               {before: toleration("key: b, operator: Exists"), after: toleration("key: c, operator: Exists")},
		"podDefaults.tolerations[].operator":          {before: toleration("key: b"), after: toleration("key: b, operator: Exists")},
		"podDefaults.tolerations[].tolerationSeconds": {before: toleration("key: b, effect: NoExecute"), after: toleration("key: b, effect: NoExecute, tolerationSeconds: 9")},
		"podDefaults.tolerations[].value":             {before: toleration("key: b, value: a"), after: toleration("key: b, value: b")},
		"rbac.discoveryClusterRole":                   {after: "{rbac: {discoveryClusterRole: a}}"},
		"rbac.pickerClusterRole":                      {after: "{rbac: {pickerClusterRole: a}}"},
		"profiler.huggingFaceSecretName":              {after: "{profiler: {huggingFaceSecretName: a}}"},
		"profiler.image":                              {after: "{profiler: {image: a}}"},
		"profiler.protocol":                           {after: "{profiler: {protocol: current}}"},
		"rbac.plannerClusterRole":                     {after: "{rbac: {plannerClusterRole: a}}"},
		"runtime.defaultVersion":                      {after: "{runtime: {defaultVersion: 1.6.0}}"},
		"rbac.profilerClusterRole":                    {after: "{rbac: {profilerClusterRole: a}}"},
	})
	return out
}

// restarted says which pods of testdata/fleet.yaml the column means, but for those of
// a graph that says all of it itself.
func restarted(says, pods string) bool {
	switch says {
	case "all pods":
		return true
	case "pods that run an image of the registry":
		return pods != "fleet-elsewhere"
	case "frontends, workers and endpoint pickers without `eppConfig` of which nothing else tells the version":
		return !slices.Contains([]string{"fleet-planner", "fleet-picker", "fleet-elsewhere"}, pods)
	case "frontends without an image":
		return pods == "bare-frontend"
	case "workers of vLLM without an image":
		return slices.Contains([]string{"bare-vllm", "bare-spread-0"}, pods)
	case "workers of SGLang without an image":
		return pods == "bare-sglang"
	case "workers of TensorRT-LLM without an image":
		return pods == "bare-trtllm"
	case "pods of TensorRT-LLM over several nodes":
		return pods == "fleet-mpi-mpi-0"
	}
	return false
}

// TestRestartsAreDescribed holds the last column of the table in docs/settings.md to
// what settings change of pod templates.
func TestRestartsAreDescribed(t *testing.T) {
	all, unset := changes(), templates(t, fleet, "")
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|.*\\| ([^|]+) \\|$").FindAllStringSubmatch(docPage(t, "settings.md"), -1)
	for _, row := range rows {
		field, says := row[1], row[2]
		t.Run(field, func(t *testing.T) {
			c, ok := all[field]
			if !ok {
				t.Fatal("docs/settings.md has a row without a change of it in this test: add one")
			}
			file := cmp.Or(c.fleet, fleet)
			before, after := unset, templates(t, file, c.after)
			if c.before != "" {
				before = templates(t, file, c.before)
			}
			want, got := map[string]bool{}, map[string]bool{}
			for pods := range before {
				own := strings.HasPrefix(pods, "own-") && !strings.Contains(field, "tolerations[]")
				want[pods] = restarted(says, pods) && !own
				got[pods] = !gocmp.Equal(before[pods], after[pods])
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("docs/settings.md says that a change restarts %s: -want restarted, +got:\n%s", says, diff)
			}
		})
		delete(all, field)
	}
	if len(all) > 0 {
		t.Errorf("docs/settings.md has no rows for %v", slices.Sorted(maps.Keys(all)))
	}
}

// fleet has pods of every kind.
const fleet = "fleet.yaml"

// templates are the pod templates of a fleet under settings, by the name of the
// workload, in a namespace that holds key pairs for MPI.
func templates(t *testing.T, file, text string) map[string]any {
	t.Helper()
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, faults := settings.Decode(raw)
	if len(faults) > 0 {
		t.Fatalf("%s: %v", text, faults)
	}
	manifests := documents(t, read(t, filepath.Join("testdata", file)))
	held := documents(t, `
{apiVersion: v1, kind: Secret, metadata: {name: mpi-run-ssh-secret, namespace: team}}
---
{apiVersion: v1, kind: Secret, metadata: {name: keys, namespace: team}}
`)
	nodes, err := preview.New(preview.Options{Settings: s, Existing: held}).All(manifests)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	for _, n := range nodes {
		collectTemplates(t, n, out)
	}
	if want := map[string]int{fleet: 10, "imageless.yaml": 7}[file]; len(out) != want {
		t.Fatalf("the fleet of %s has workloads %v, want %d", file, slices.Sorted(maps.Keys(out)), want)
	}
	return out
}

// collectTemplates adds the pod templates of all that comes of a composite, which has
// no fault.
func collectTemplates(t *testing.T, n preview.Node, out map[string]any) {
	t.Helper()
	if n.Result == nil {
		u := unstructured.Unstructured{Object: n.Object}
		spec, _ := n.Object["spec"].(map[string]any)
		if kind := u.GetKind(); kind == "Deployment" || kind == "LeaderWorkerSet" {
			out[u.GetName()] = []any{spec["template"], spec["leaderWorkerTemplate"]}
		}
		return
	}
	if n.Result.Found.Fatal() || len(n.Result.Refused)+len(n.Result.Pruned) > 0 {
		t.Fatalf("the fleet is at fault: %v, %v, %v", n.Result.Found.Valid(), n.Result.Refused, n.Result.Pruned)
	}
	for _, c := range n.Result.Children {
		collectTemplates(t, c, out)
	}
}

func documents(t *testing.T, text string) []map[string]any {
	t.Helper()
	out, err := preview.Documents(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
