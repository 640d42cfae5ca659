package fuzz

import (
	"flag"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// Parts of a request, as keys of its tree.
const (
	partComposite   = "composite"
	partObserved    = "observed"
	partInput       = "input"
	partEnvironment = "environment"
	partResources   = "resources"
	partSchemas     = "schemas"
)

// find is the base of a name: that of an input that a search found earlier. Any
// other name stands for one of all, always the same.
func (all bases) find(name string) base {
	for _, b := range all {
		if b.name == name {
			return b
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // Never fails.
	return all[int(h.Sum32()%uint32(len(all)))]
}

// bases are requests that mutations start from.
type bases []base

// base is a real request that mutations start from.
type base struct {
	name string
	// request by part, as JSON types.
	request map[string]any
	// desired are the keys of the children that the request has composed.
	desired []string
}

// root of the repository, from the folder of this package.
const root = "../.."

// settings of a site, as examples/platform writes them down.
const settings = root + "/examples/platform/settings.yaml"

// searching says whether new inputs are searched for, instead of going through
// the known ones.
func searching() bool {
	f := flag.Lookup("test.fuzz")
	return f != nil && f.Value.String() != ""
}

// manifestFiles are the files with manifests: those of this repository and, for
// a search, all conformance cases.
func manifestFiles(tb testing.TB) []string {
	tb.Helper()
	patterns := []string{root + "/examples/*/xr.yaml", root + "/functions/testdata/*.yaml", root + "/test/conformance/testdata/*/*/input.yaml"}
	if searching() {
		patterns = append(patterns, root+"/../shared/conformance/*/*/input.yaml")
	}
	var out []string
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, files...)
	}
	if len(out) < 5 {
		tb.Fatalf("found only the manifests %v", out)
	}
	return out
}

// realRequests are those of all manifests and of the composites that come of
// them: new ones, and running ones.
func realRequests(tb testing.TB) bases {
	tb.Helper()
	site := documents(tb, settings)[0]
	var out bases
	for _, file := range manifestFiles(tb) {
		for i, document := range documents(tb, file) {
			name := filepath.Base(filepath.Dir(file))
			request := map[string]any{partComposite: document, partSchemas: offered(true), partResources: configs(document, nil)}
			if (len(out)+i)%2 == 1 {
				request[partInput] = site
				request[partResources] = configs(document, map[string]any{"podDefaults": map[string]any{"runtimeClassName": "nvidia"}})
			}
			out = append(out, grown(tb, name, request)...)
		}
	}
	return out
}

func documents(tb testing.TB, file string) []map[string]any {
	tb.Helper()
	f, err := os.Open(filepath.FromSlash(file))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	out, err := preview.Documents(f)
	if err != nil || len(out) == 0 {
		tb.Fatalf("%s: %d documents (%v)", file, len(out), err)
	}
	return out
}

// grown are a request, the one after core took its response, and those of the
// composites that come of it.
func grown(tb testing.TB, name string, request map[string]any) []base {
	tb.Helper()
	rsp := call(tb, request)
	running := applied(request, rsp)
	out := []base{
		{name: name + " new", request: request, desired: keys(rsp)},
		{name: name + " running", request: running, desired: keys(call(tb, running))},
	}
	for _, key := range keys(rsp) {
		child := wire.Map(rsp.GetDesired().GetResources()[key].GetResource())
		if child["apiVersion"] != "nvidia.com/v1alpha1" {
			continue
		}
		below := map[string]any{partComposite: owned(child), partSchemas: request[partSchemas], partResources: configs(owned(child), nil)}
		if request[partInput] != nil {
			below[partInput] = request[partInput]
		}
		out = append(out, grown(tb, name+" "+key, below)...)
	}
	return out
}

// configs are the answers to what a composite asks of EnvironmentConfigs: that of the
// cluster has settings, where there are any, and the others do not exist.
func configs(composite, settings map[string]any) map[string]any {
	metadata, _ := composite["metadata"].(map[string]any)
	namespace, _ := metadata["namespace"].(string)
	out := map[string]any{}
	for name := range layer.AskForSettings(namespace) {
		out[name] = []any{}
	}
	if settings != nil {
		out["environmentconfig/dynamo"] = []any{map[string]any{"data": map[string]any{"dynamo": settings}}}
	}
	return out
}

// offered are the optional APIs that a cluster has, by the names under which
// layers ask for them.
func offered(there bool) map[string]any {
	out := map[string]any{}
	for _, k := range []optional.Kind{optional.LeaderWorkerSet(), optional.VirtualService(), optional.InferencePool()} {
		out[k.Need] = there
	}
	return out
}

// owned is a composed object as it exists.
func owned(child map[string]any) map[string]any {
	out := runtime.DeepCopyJSON(child)
	metadata, _ := out["metadata"].(map[string]any)
	metadata["namespace"] = "team"
	metadata["generation"] = int64(1)
	metadata["resourceVersion"] = "7"
	metadata["managedFields"] = []any{map[string]any{
		"manager": "apiextensions.crossplane.io/composed/0", "time": "2026-01-01T00:00:00Z",
		"fieldsV1": map[string]any{"f:spec": map[string]any{"f:replicas": map[string]any{}}},
	}}
	return out
}

// applied is the request after core took a response.
func applied(request map[string]any, rsp *fnv1.RunFunctionResponse) map[string]any {
	out := runtime.DeepCopyJSON(request)
	composite, _ := out[partComposite].(map[string]any)
	if status := wire.Map(rsp.GetDesired().GetComposite().GetResource())["status"]; status != nil {
		composite["status"] = status
	}
	observed := map[string]any{}
	for key, r := range rsp.GetDesired().GetResources() {
		child := owned(wire.Map(r.GetResource()))
		child["status"] = map[string]any{
			"observedGeneration": int64(1), "replicas": int64(1), "readyReplicas": int64(1), "updatedReplicas": int64(1), "availableReplicas": int64(1),
			"conditions": []any{map[string]any{"type": "Available", "status": "True", "reason": "Fine", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}},
		}
		observed[key] = child
	}
	out[partObserved] = observed
	answers := map[string]any{}
	for name := range rsp.GetRequirements().GetResources() {
		found := []any{}
		for _, key := range slices.Sorted(maps.Keys(observed)) {
			found = append(found, observed[key])
		}
		answers[name] = found
	}
	for name, found := range objectOf(request[partResources]) {
		if strings.HasPrefix(name, "environmentconfig/") {
			answers[name] = found
		}
	}
	out[partResources] = answers
	return runtime.DeepCopyJSON(out)
}

func keys(rsp *fnv1.RunFunctionResponse) []string {
	var out []string
	for key := range rsp.GetDesired().GetResources() {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

// call is the function's response to a tree. There is no recover around it.
func call(tb testing.TB, request map[string]any) *fnv1.RunFunctionResponse {
	tb.Helper()
	f := functions.New(logging.NewNopLogger(), functions.WithRandom(layertest.Random{}))
	rsp, err := f.RunFunction(tb.Context(), message(tb, request))
	if err != nil {
		tb.Fatalf("RunFunction(...): want problems as results, got a Go error: %v", err)
	}
	return rsp
}
