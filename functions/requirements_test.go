package functions_test

import (
	"maps"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// cluster answers requirements as core does.
type cluster struct {
	// configs are EnvironmentConfigs by name.
	configs map[string]*structpb.Struct
	// node is the one node that there is; nil for none. Of all else there is nothing.
	node *structpb.Struct
}

func (c cluster) fetch(s *fnv1.ResourceSelector) *fnv1.Resources {
	if o, ok := c.configs[s.GetMatchName()]; ok && s.GetKind() == "EnvironmentConfig" && s.Namespace == nil {
		return &fnv1.Resources{Items: []*fnv1.Resource{{Resource: o}}}
	}
	if labels := s.GetMatchLabels().GetLabels(); c.node != nil && s.GetKind() == "Node" && labels["nvidia.com/gpu.present"] == "true" {
		return &fnv1.Resources{Items: []*fnv1.Resource{{Resource: c.node}}}
	}
	return &fnv1.Resources{}
}

// reconcile calls the function as core v2.4 does (internal/xfn/required_resources.go),
// with the answers of the reconcile before. It returns the last response, and how
// often it called.
func (c cluster) reconcile(t *testing.T, req *fnv1.RunFunctionRequest, before *fnv1.RunFunctionResponse) (*fnv1.RunFunctionResponse, int) {
	t.Helper()
	req.RequiredResources, req.RequiredSchemas = map[string]*fnv1.Resources{}, map[string]*fnv1.Schema{}
	for name, s := range before.GetRequirements().GetResources() {
		req.RequiredResources[name] = c.fetch(s)
	}
	var asked *fnv1.Requirements
	for calls := 1; calls <= 6; calls++ {
		rsp := run(t, req)
		if fatal(rsp) || proto.Equal(asked, rsp.GetRequirements()) {
			return rsp, calls
		}
		asked = rsp.GetRequirements()
		resources, schemas := map[string]*fnv1.Resources{}, map[string]*fnv1.Schema{}
		for name, s := range asked.GetResources() {
			resources[name] = c.fetch(s)
		}
		for name := range asked.GetSchemas() {
			schemas[name] = &fnv1.Schema{}
		}
		same := func(a, b *fnv1.Resources) bool { return proto.Equal(a, b) }
		if calls == 1 && len(schemas) == 0 && maps.EqualFunc(req.GetRequiredResources(), resources, same) {
			return rsp, calls
		}
		req.RequiredResources, req.RequiredSchemas = resources, schemas
	}
	t.Fatal("the requirements do not settle")
	return nil, 0
}

func fatal(rsp *fnv1.RunFunctionResponse) bool {
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			return true
		}
	}
	return false
}

// TestCalls: the settings of a site cost one more call when core first sees a
// composite, and none at rest.
func TestCalls(t *testing.T) {
	config := func(text string) *structpb.Struct {
		return encode(t, map[string]any{"data": map[string]any{"dynamo": layertest.Object(t, text)}})
	}
	cases := map[string]struct {
		reason   string
		configs  map[string]*structpb.Struct
		manifest string
		// first and rest are the calls of the first reconcile and of later ones.
		first, rest int
	}{
		"Graph":         {reason: "a graph asks for its adapters anyway", manifest: chat, first: 2, rest: 1},
		"Component":     {reason: "a component asks for settings alone", manifest: solo, first: 2, rest: 1},
		"GraphConfig":   {reason: "an object costs no more than its absence", manifest: chat, configs: map[string]*structpb.Struct{"dynamo": config("{discovery: {backend: etcd}}")}, first: 2, rest: 1},
		"NamespaceOnly": {reason: "nor does one of the namespace", manifest: solo, configs: map[string]*structpb.Struct{"dynamo.team": config("{discovery: {backend: etcd}}")}, first: 2, rest: 1},
		"BrokenConfig":  {reason: "a broken one is found on the way", manifest: chat, configs: map[string]*structpb.Struct{"dynamo": config("{a: b}")}, first: 2, rest: 2},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := cluster{configs: tc.configs}
			req := request(t, tc.manifest)
			rsp, first := c.reconcile(t, req, nil)
			before := rsp
			if fatal(rsp) {
				before = nil // Core remembers nothing of it.
			}
			// Once its children exist, a composite asks for less.
			req = applied(t, req, rsp)
			made, _ := c.reconcile(t, req, before)
			if fatal(made) {
				made = nil
			}
			_, rest := c.reconcile(t, req, made)
			if first != tc.first || rest != tc.rest {
				t.Errorf("%s\nwant %d calls at first and %d at rest, got %d and %d", tc.reason, tc.first, tc.rest, first, rest)
			}
		})
	}
}

// TestConfigChanges: what an EnvironmentConfig brings is composed in the reconcile
// that follows, and what is broken in one changes nothing.
func TestConfigChanges(t *testing.T) {
	config := func(text string) map[string]*structpb.Struct {
		return map[string]*structpb.Struct{"dynamo": encode(t, map[string]any{"data": map[string]any{"dynamo": layertest.Object(t, text)}})}
	}
	req := request(t, chat)
	rsp, _ := cluster{}.reconcile(t, req, nil)
	for _, step := range []struct {
		reason  string
		configs map[string]*structpb.Struct
		want    string
		fault   string
	}{
		{reason: "made", configs: config("{discovery: {backend: etcd}}"), want: withEtcd},
		{reason: "deleted", want: allOfChat},
		{reason: "broken", configs: config("{discovry: {backend: etcd}}"), want: allOfChat, fault: `EnvironmentConfig[dynamo].data.dynamo.discovry: Invalid value: unknown field: did you mean discovery?`},
		{reason: "corrected", configs: config("{discovery: {backend: etcd}}"), want: withEtcd},
	} {
		req = applied(t, req, rsp)
		rsp, _ = cluster{configs: step.configs}.reconcile(t, req, rsp)
		if got := childrenOf(rsp); got != step.want || conditionOf(rsp, "Valid") != step.fault {
			t.Errorf("EnvironmentConfig %s: want children %q and fault %q, got %q and %q", step.reason, step.want, step.fault, got, conditionOf(rsp, "Valid"))
		}
	}
}

// TestNodesAreAskedFor: nodes are asked for while a request waits for what they say, and
// it takes one reconcile to know it.
func TestNodesAreAskedFor(t *testing.T) {
	const manifest = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentRequest
metadata: {name: chat, namespace: team, uid: u1, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {model: acme/chat}
`
	const node = `
apiVersion: v1
kind: Node
metadata: {name: n, labels: {nvidia.com/gpu.present: "true", nvidia.com/gpu.count: "8", nvidia.com/gpu.memory: "81559", nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}}
`
	c := cluster{}
	asks := func(rsp *fnv1.RunFunctionResponse) bool {
		_, ok := rsp.GetRequirements().GetResources()["nodes"]
		return ok
	}
	req := request(t, manifest)
	rsp, calls := c.reconcile(t, req, nil)
	if !asks(rsp) || calls > 3 {
		t.Errorf("at first: want nodes asked for within 3 calls, got %v after %d", rsp.GetRequirements(), calls)
	}
	req = applied(t, req, rsp)
	rsp, _ = c.reconcile(t, req, rsp) // Once it has a status, a request asks for less.
	if rsp, calls = c.reconcile(t, req, rsp); !asks(rsp) || calls != 1 {
		t.Errorf("without nodes: want them asked for in one call, got %v after %d", rsp.GetRequirements(), calls)
	}
	c.node = encode(t, layertest.Object(t, node))
	req = applied(t, req, rsp)
	rsp, _ = c.reconcile(t, req, rsp)
	status, _ := decode(rsp.GetDesired().GetComposite().GetResource())["status"].(map[string]any)
	want := map[string]any{"gpuSku": "h100_sxm", "vramMb": int64(81559), "totalGpus": int64(8), "numGpusPerNode": int64(8), "rdma": false}
	if diff := cmp.Diff(want, status["hardware"]); diff != "" {
		t.Errorf("status.hardware: -want, +got:\n%s", diff)
	}
	req = applied(t, req, rsp)
	if rsp, calls = c.reconcile(t, req, rsp); asks(rsp) || calls > 2 {
		t.Errorf("with its Job: want no nodes asked for, got %v after %d", rsp.GetRequirements(), calls)
	}
}
