package fuzz

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/wire"
	"github.com/crossplane-contrib/function-dynamo/upgrade"
)

// mutated is a base with what a script does to it, and the parts that it did it
// to.
func mutated(b base, trees map[string]kind, raw []byte) (map[string]any, []string) {
	request := runtime.DeepCopyJSON(b.request)
	name, _ := objectOf(request[partComposite])["kind"].(string)
	s := &script{bytes: raw}
	var touched []string
	for range 8 {
		if len(s.bytes) == 0 {
			break
		}
		part := s.part()
		at := place{object: request, key: part}
		switch part {
		case partComposite:
			at = place{object: objectOf(request[partComposite]), key: "spec", kind: trees[name].at("spec")}
			switch s.pick(6) {
			case 0:
				at.key, at.kind = "metadata", kind{}
			case 1:
				at.key, at.kind = "status", trees[name].at("status")
				part = "status"
			}
		case partEnvironment:
			if request[part] == nil {
				request[part] = map[string]any{"dynamo": runtime.DeepCopyJSONValue(request[partInput])}
			}
		}
		touched = append(touched, part)
		if at.object != nil {
			mutate(s, at)
		}
	}
	return request, touched
}

// part to mutate: mostly the composite.
func (s *script) part() string {
	all := []string{partComposite, partComposite, partComposite, partObserved, partObserved, partInput, partEnvironment, partResources, partSchemas}
	return all[s.pick(len(all))]
}

// FuzzRunFunction mutates real requests. Whatever becomes of them, the function
// neither panics nor drops what runs.
func FuzzRunFunction(f *testing.F) {
	all, trees := realRequests(f), kinds(f)
	for _, b := range all {
		for _, raw := range scripts() {
			f.Add(b.name, raw)
		}
	}
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		b := all.find(name)
		request, touched := mutated(b, trees, raw)
		rsp := call(t, request)
		if again := call(t, request); !bytes.Equal(marshal(t, rsp), marshal(t, again)) {
			t.Errorf("want the same bytes for the same request: -first, +second:\n%s", cmp.Diff(rsp, again, protocmp.Transform()))
		}
		check(t, request, rsp)
		if !fatal(rsp) && !slices.ContainsFunc(touched, decisive) {
			kept(t, b, request, rsp)
		}
		if t.Failed() {
			said, _ := json.MarshalIndent(request, "", " ")
			t.Logf("base %q with script %q, parts %v:\n%s", b.name, raw, touched, said)
		}
	})
}

// TestMutations: a search is worth its time only if mutations change requests,
// of new and of running composites, and if most of them are composed.
func TestMutations(t *testing.T) {
	all, trees := realRequests(t), kinds(t)
	random := rand.New(rand.NewPCG(1, 2))
	const rounds = 500
	parts := map[string]int{}
	changed, composed, running := 0, 0, 0
	for range rounds {
		b := all[random.IntN(len(all))]
		raw := make([]byte, 1+random.IntN(30))
		for i := range raw {
			raw[i] = byte(random.UintN(256))
		}
		before := runtime.DeepCopyJSON(b.request)
		request, touched := mutated(b, trees, raw)
		if !cmp.Equal(before, b.request) {
			t.Fatalf("%s: script %q changed the base", b.name, raw)
		}
		for _, part := range touched {
			parts[part]++
		}
		changed += count(!cmp.Equal(before, request))
		composed += count(!fatal(call(t, request)))
		running += count(len(objectOf(b.request[partObserved])) > 0)
	}
	if changed < rounds*8/10 || composed < rounds/4 || running < rounds/4 {
		t.Errorf("of %d mutations %d change a request, %d are composed, %d are of running composites", rounds, changed, composed, running)
	}
	for _, part := range []string{partComposite, "status", partObserved, partInput, partEnvironment, partResources, partSchemas} {
		if parts[part] < 20 {
			t.Errorf("%s is mutated %d times only, in %d rounds", part, parts[part], rounds)
		}
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// scripts that every run takes each base through: nothing at all and, unless a
// search finds its own, a few mutations.
func scripts() [][]byte {
	out := [][]byte{{}}
	if searching() {
		return out
	}
	for i := range 2 {
		raw := make([]byte, 24)
		for j := range raw {
			raw[j] = byte((i*61+7)*(j+3) + j*j*i)
		}
		out = append(out, raw)
	}
	return out
}

func marshal(t *testing.T, rsp *fnv1.RunFunctionResponse) []byte {
	t.Helper()
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(rsp)
	if err != nil {
		t.Fatalf("cannot send the response: %v", err)
	}
	return raw
}

func fatal(rsp *fnv1.RunFunctionResponse) bool {
	return slices.ContainsFunc(rsp.GetResults(), func(r *fnv1.Result) bool { return r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL })
}

// decisive parts say which children there should be; all others only say what
// there is.
func decisive(part string) bool {
	return part == partComposite || part == partInput || part == partEnvironment
}

// check is what core demands of every response.
func check(t *testing.T, request map[string]any, rsp *fnv1.RunFunctionResponse) {
	t.Helper()
	if rsp.GetMeta().GetTtl().AsDuration() <= 0 {
		t.Error("want a TTL above zero")
	}
	if fatal(rsp) {
		return // Core changes nothing.
	}
	for _, c := range rsp.GetConditions() {
		if c.GetType() == "Valid" && c.GetStatus() == fnv1.Status_STATUS_CONDITION_FALSE {
			checkKept(t, objectOf(request[partObserved]), rsp)
		}
		if slices.Contains([]string{"Ready", "Synced", "Healthy", "UpToDate", "Responsive"}, c.GetType()) {
			t.Errorf("condition %s belongs to core", c.GetType())
		}
	}
	if rsp.GetDesired().GetComposite().GetReady() == fnv1.Ready_READY_UNSPECIFIED {
		t.Error("composite: want its readiness said")
	}
	names := map[string]string{}
	_, isNamespaced := objectOf(objectOf(request[partComposite])["metadata"])["namespace"]
	for key, r := range rsp.GetDesired().GetResources() {
		checkChild(t, key, r, names)
		// Core gives a child the namespace of its composite, where that has one.
		if namespace, ok := objectOf(wire.Map(r.GetResource())["metadata"])["namespace"]; ok && isNamespaced {
			t.Errorf("%s: want no namespace, got %v", key, namespace)
		}
	}
}

// checkKept demands of a response that is not fatal that it names every child of a
// composite that is not valid: core deletes those it does not name.
func checkKept(t *testing.T, observed map[string]any, rsp *fnv1.RunFunctionResponse) {
	t.Helper()
	for key := range observed {
		if rsp.GetDesired().GetResources()[key] == nil {
			t.Errorf("the composite is not valid and child %s is not named: want it kept", key)
		}
	}
}

func checkChild(t *testing.T, key string, r *fnv1.Resource, names map[string]string) {
	t.Helper()
	o := wire.Map(r.GetResource())
	metadata := objectOf(o["metadata"])
	name, _ := metadata["name"].(string)
	if name == "" || o["kind"] == nil || o["apiVersion"] == nil {
		t.Errorf("%s: want a type and a name, got %v %v %q", key, o["apiVersion"], o["kind"], name)
	}
	if r.GetReady() == fnv1.Ready_READY_UNSPECIFIED {
		t.Errorf("%s: want its readiness said", key)
	}
	if _, ok := o["status"]; ok {
		t.Errorf("%s: want no status", key)
	}
	id := fmt.Sprint(o["apiVersion"], o["kind"], name)
	if other, ok := names[id]; ok {
		t.Errorf("%s and %s name one object", key, other)
	}
	names[id] = key
}

// kept fails for children that go although nothing says so: only what exists, or
// what was answered, is another than in the base.
func kept(t *testing.T, b base, request map[string]any, rsp *fnv1.RunFunctionResponse) {
	t.Helper()
	now := keys(rsp)
	for _, key := range b.desired {
		if _, exists := objectOf(request[partObserved])[key]; exists && !slices.Contains(now, key) {
			t.Errorf("%s: was dropped, though neither the spec nor a setting changed", key)
		}
	}
}

// FuzzConvert mutates manifests. Whatever becomes of them, they are written in the form of
// v1beta1 in one way, and that is the end: what has the form stays.
func FuzzConvert(f *testing.F) {
	all, trees := realRequests(f), kinds(f)
	for _, b := range all {
		for _, raw := range scripts() {
			f.Add(b.name, raw)
		}
	}
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		request, _ := mutated(all.find(name), trees, raw)
		manifest := objectOf(request[partComposite])
		before := runtime.DeepCopyJSON(manifest)
		out, lost, err := upgrade.Manifest(manifest)
		again, same, _ := upgrade.Manifest(manifest)
		if diff := cmp.Diff(out, again) + cmp.Diff(lost, same) + cmp.Diff(before, manifest); diff != "" {
			t.Errorf("want the same of the same manifest, which stays as it is: -first, +second:\n%s", diff)
		}
		if err != nil {
			return
		}
		again, lost, err = upgrade.Manifest(out)
		if diff := cmp.Diff(out, again); diff != "" || len(lost) > 0 || err != nil {
			t.Errorf("what has the form stays: lost %q, error %v, -want, +got:\n%s", lost, err, diff)
		}
	})
}
