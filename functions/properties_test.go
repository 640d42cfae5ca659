package functions_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestRequestUnchanged: core may use a request again.
func TestRequestUnchanged(t *testing.T) {
	each(t, func(t *testing.T, req *fnv1.RunFunctionRequest) {
		t.Helper()
		req = applied(t, req, run(t, req))
		req.Desired = &fnv1.State{
			Composite: &fnv1.Resource{Resource: encode(t, map[string]any{"status": map[string]any{"theirs": "kept"}})},
			Resources: map[string]*fnv1.Resource{"other": {}},
		}
		before := proto.Clone(req)
		run(t, req)
		if diff := cmp.Diff(before, proto.Message(req), protocmp.Transform()); diff != "" {
			t.Errorf("RunFunction(...): the request changed: -before, +after:\n%s", diff)
		}
	})
}

// TestFixpoint: what was applied is what is wanted next, so that nothing of a
// settled graph ever moves.
func TestFixpoint(t *testing.T) {
	each(t, settles)
}

// TestFixpointOfSite is the same where settings add all that they can.
func TestFixpointOfSite(t *testing.T) {
	all := manifests(t)
	for _, file := range slices.Sorted(maps.Keys(all)) {
		t.Run(file, func(t *testing.T) {
			for _, req := range treeWith(t, requestFor(t, all[file]), siteOfAll) {
				settles(t, req)
			}
		})
	}
}

// settles fails the test where what is wanted moves once it was applied.
func settles(t *testing.T, req *fnv1.RunFunctionRequest) {
	t.Helper()
	first := run(t, req)
	if isFatal(first) {
		t.Fatalf("RunFunction(...): want no fatal result, got %v", first.GetResults())
	}
	next := applied(t, req, first)
	second := run(t, next)
	for key, r := range first.GetDesired().GetResources() {
		if diff := cmp.Diff(r.GetResource(), second.GetDesired().GetResources()[key].GetResource(), protocmp.Transform()); diff != "" {
			t.Errorf("%s: -first, +second:\n%s", key, diff)
		}
	}
	if len(first.GetDesired().GetResources()) != len(second.GetDesired().GetResources()) {
		t.Errorf("want the same children, got %v and %v", summarise(first).Children, summarise(second).Children)
	}
	if third := run(t, applied(t, next, second)); !proto.Equal(second.GetDesired(), third.GetDesired()) {
		t.Errorf("want nothing to move: -second, +third:\n%s", cmp.Diff(second.GetDesired(), third.GetDesired(), protocmp.Transform()))
	}
}

// TestFirstStatus: what is said while children are made is what is said once they are
// there, since a status that changes wakes its composite, and the parent of that.
func TestFirstStatus(t *testing.T) {
	each(t, func(t *testing.T, req *fnv1.RunFunctionRequest) {
		t.Helper()
		first := run(t, req)
		second := run(t, applied(t, req, first))
		if diff := cmp.Diff(status(first), status(second)); diff != "" {
			t.Errorf("status: -first, +second:\n%s", diff)
		}
		if diff := cmp.Diff(summarise(first).Conditions, summarise(second).Conditions); diff != "" {
			t.Errorf("conditions: -first, +second:\n%s", diff)
		}
	})
}

// TestFirstCounts: a graph says of its services what their components say first.
func TestFirstCounts(t *testing.T) {
	for file, manifest := range manifests(t) {
		metadata, _ := manifest["metadata"].(map[string]any)
		metadata["namespace"] = "team" // that of all children in tree
		foretold, told := map[string]any{}, map[string]any{}
		for _, req := range tree(t, requestFor(t, manifest)) {
			s := status(run(t, req))
			services, _ := s["services"].(map[string]any)
			for _, counts := range services {
				foretold[workloadOf(counts)] = counts
			}
			if counts, ok := s["service"]; ok {
				told[workloadOf(counts)] = counts
			}
		}
		for workload, counts := range foretold {
			if diff := cmp.Diff(told[workload], counts); diff != "" {
				t.Errorf("%s: counts of %s: -component, +graph:\n%s", file, workload, diff)
			}
		}
	}
}

// workloadOf is the workload that counts are of.
func workloadOf(counts any) string {
	fields, _ := counts.(map[string]any)
	name, _ := fields["componentName"].(string)
	return name
}

// status of a response.
func status(rsp *fnv1.RunFunctionResponse) map[string]any {
	out, _ := decode(rsp.GetDesired().GetComposite().GetResource())["status"].(map[string]any)
	return out
}

func isFatal(rsp *fnv1.RunFunctionResponse) bool {
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			return true
		}
	}
	return false
}

// TestResponses checks what core demands of every response.
func TestResponses(t *testing.T) {
	each(t, func(t *testing.T, req *fnv1.RunFunctionRequest) {
		t.Helper()
		rsp := run(t, req)
		if rsp.GetMeta().GetTtl().AsDuration() <= 0 {
			t.Error("want a TTL above zero: with zero core would not come back")
		}
		if rsp.GetMeta().GetTag() != "tag" {
			t.Errorf("want the request's tag, got %q", rsp.GetMeta().GetTag())
		}
		for _, c := range rsp.GetConditions() {
			if slices.Contains([]string{"Ready", "Synced", "Healthy", "UpToDate", "Responsive"}, c.GetType()) {
				t.Errorf("condition %s belongs to core", c.GetType())
			}
		}
		if size := proto.Size(rsp); size > 3<<20 {
			t.Errorf("want at most 3 MiB, got %d bytes", size)
		}
		checkComposite(t, rsp.GetDesired().GetComposite())
		names := map[string]string{}
		for key, r := range rsp.GetDesired().GetResources() {
			checkChild(t, key, r, names)
			checkNamespace(t, req, key, r)
		}
	})
}

func checkComposite(t *testing.T, r *fnv1.Resource) {
	t.Helper()
	if r.GetReady() == fnv1.Ready_READY_UNSPECIFIED {
		t.Error("composite: want its readiness said")
	}
	composite := decode(r.GetResource())
	noNulls(t, "composite", composite)
	for field := range composite {
		if field != "apiVersion" && field != "kind" && field != "status" {
			t.Errorf("composite: want the status only, got %s", field)
		}
	}
}

func checkChild(t *testing.T, key string, r *fnv1.Resource, names map[string]string) {
	t.Helper()
	if r.GetReady() == fnv1.Ready_READY_UNSPECIFIED {
		t.Errorf("%s: want its readiness said", key)
	}
	o := decode(r.GetResource())
	noNulls(t, key, o)
	if o["kind"] == "DynamoComponentDeployment" {
		noEmptyBlocks(t, key, o)
	}
	metadata, _ := o["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	if name == "" || len(name) > 63 {
		t.Errorf("%s: want a name of 1 to 63 characters, got %q", key, name)
	}
	id := fmt.Sprint(o["apiVersion"], o["kind"], name)
	if other, ok := names[id]; ok {
		t.Errorf("%s and %s name one object", key, other)
	}
	names[id] = key
	for _, field := range []string{"generateName", "resourceVersion", "creationTimestamp", "uid", "managedFields"} {
		if _, ok := metadata[field]; ok {
			t.Errorf("%s: want no metadata.%s", key, field)
		}
	}
	if _, ok := o["status"]; ok {
		t.Errorf("%s: want no status", key)
	}
}

// checkNamespace: core puts the children of a composite into its namespace, if it is in one.
func checkNamespace(t *testing.T, req *fnv1.RunFunctionRequest, key string, r *fnv1.Resource) {
	t.Helper()
	want := any(nil)
	if kind, _ := decode(req.GetObserved().GetComposite().GetResource())["kind"].(string); v1alpha1.IsComposite(kind) {
		want = "team"
	}
	metadata, _ := decode(r.GetResource())["metadata"].(map[string]any)
	if got := metadata["namespace"]; got != want {
		t.Errorf("%s: metadata.namespace is %v, want %v", key, got, want)
	}
}

func noNulls(t *testing.T, path string, v any) {
	t.Helper()
	switch v := v.(type) {
	case nil:
		t.Errorf("%s: want no null", path)
	case map[string]any:
		for k, e := range v {
			noNulls(t, path+"."+k, e)
		}
	case []any:
		for i, e := range v {
			noNulls(t, fmt.Sprintf("%s[%d]", path, i), e)
		}
	}
}

// noEmptyBlocks: an API server refuses an edit by which a block of a component becomes
// empty. The document of a picker is one value.
func noEmptyBlocks(t *testing.T, path string, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			t.Errorf("%s: want no empty block", path)
		}
		for k, e := range v {
			if k != "eppConfig" {
				noEmptyBlocks(t, path+"."+k, e)
			}
		}
	case []any:
		for i, e := range v {
			noEmptyBlocks(t, fmt.Sprintf("%s[%d]", path, i), e)
		}
	}
}

// TestDeterminism: one flip of an order changes a pod template and restarts
// pods. Go walks its maps in another order each time, and the maps of each round
// are filled in another order too.
func TestDeterminism(t *testing.T) {
	const rounds = 200
	for _, file := range []string{"testdata/graph.yaml", "testdata/component.yaml"} {
		t.Run(file, func(t *testing.T) {
			first := requestFor(t, manifests(t)[file])
			req := applied(t, first, run(t, first))
			req.Input = encode(t, layertest.Object(t, "{infrastructure: {natsAddress: nats, etcdAddress: etcd}, imagePullSecrets: [{registry: registry.example.org, name: pull}]}"))
			want := marshal(t, run(t, req))
			random := rand.New(rand.NewPCG(1, 2))
			for round := range rounds {
				if got := marshal(t, run(t, shuffledRequest(req, random))); !bytes.Equal(want, got) {
					t.Fatalf("round %d: want the same bytes:\n%s", round, cmp.Diff(unmarshal(t, want), unmarshal(t, got), protocmp.Transform()))
				}
			}
		})
	}
}

func marshal(t *testing.T, rsp *fnv1.RunFunctionResponse) []byte {
	t.Helper()
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(rsp)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func unmarshal(t *testing.T, raw []byte) *fnv1.RunFunctionResponse {
	t.Helper()
	rsp := &fnv1.RunFunctionResponse{}
	if err := proto.Unmarshal(raw, rsp); err != nil {
		t.Fatal(err)
	}
	return rsp
}

// shuffledRequest is an equal request whose maps were filled in another order.
func shuffledRequest(req *fnv1.RunFunctionRequest, random *rand.Rand) *fnv1.RunFunctionRequest {
	out := &fnv1.RunFunctionRequest{
		Meta: req.GetMeta(), Desired: &fnv1.State{}, Input: shuffled(req.GetInput(), random), RequiredResources: req.GetRequiredResources(),
	}
	out.Observed = &fnv1.State{
		Composite: &fnv1.Resource{Resource: shuffled(req.GetObserved().GetComposite().GetResource(), random)},
		Resources: map[string]*fnv1.Resource{},
	}
	for _, key := range shuffledKeys(req.GetObserved().GetResources(), random) {
		r := req.GetObserved().GetResources()[key]
		out.Observed.Resources[key] = &fnv1.Resource{Resource: shuffled(r.GetResource(), random), Ready: r.GetReady()}
	}
	return out
}

func shuffled(s *structpb.Struct, random *rand.Rand) *structpb.Struct {
	out := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for _, key := range shuffledKeys(s.GetFields(), random) {
		out.Fields[key] = shuffledValue(s.GetFields()[key], random)
	}
	return out
}

func shuffledValue(v *structpb.Value, random *rand.Rand) *structpb.Value {
	switch {
	case v.GetStructValue() != nil:
		return structpb.NewStructValue(shuffled(v.GetStructValue(), random))
	case v.GetListValue() != nil:
		out := &structpb.ListValue{}
		for _, e := range v.GetListValue().GetValues() {
			out.Values = append(out.Values, shuffledValue(e, random))
		}
		return structpb.NewListValue(out)
	}
	return v
}

func shuffledKeys[V any](m map[string]V, random *rand.Rand) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys
}
