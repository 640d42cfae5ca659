package convert

import (
	"cmp"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/output"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
)

// What a request of version v1beta1 asks for where it does not say.
const (
	defaultInputTokens  = 4000
	defaultOutputTokens = 1000
	defaultCacheFolder  = "/opt/model-cache"
)

// decodeRequestV1Beta1 reads a spec in the form of v1beta1. What is free in it is read as
// it was written, without nulls.
func decodeRequestV1Beta1(raw map[string]any, dgdr *v1alpha1.DynamoGraphDeploymentRequest) dynamo.Request {
	in := &v1beta1.DynamoGraphDeploymentRequest{}
	if fault := readSpec(raw, in); fault != nil {
		return faultyRequest(dgdr, v1beta1.Version, fault)
	}
	in.ObjectMeta = dgdr.ObjectMeta
	free := runtime.DeepCopyJSON(raw)
	output.DropNulls(free)
	return readRequestV1Beta1(in, free)
}

func readRequestV1Beta1(in *v1beta1.DynamoGraphDeploymentRequest, free map[string]any) dynamo.Request {
	spec := field.NewPath("spec")
	out := dynamo.Request{
		Name:      in.Name,
		Namespace: in.Namespace,
		UID:       string(in.UID),
		Version:   v1beta1.Version,
		At:        locateRequest(spec),
		Model:     in.Spec.Model,
		Backend:   cmp.Or(string(in.Spec.Backend), dynamo.BackendAuto),
		AutoApply: ptr.Deref(in.Spec.AutoApply, true),
		Profiler:  dynamo.Profiler{Image: in.Spec.Image},
		Search:    readSearch(in.Spec, spec),
	}
	out.Search.Ignored = listKeptRequest(in.Annotations)
	out.Search.Features, _ = free["features"].(map[string]any)
	if overrides, ok := free["overrides"].(map[string]any); ok {
		out.Search.Overrides = &dynamo.SearchOverrides{TrustRemoteCode: in.Spec.Overrides != nil && in.Spec.Overrides.TrustRemoteCode}
		readOverrides(overrides, spec.Child("overrides"), &out)
	}
	return out
}

func locateRequest(spec *field.Path) dynamo.RequestPaths {
	job := spec.Child("overrides", "profilingJob", "template", "spec")
	return dynamo.RequestPaths{
		Name:        field.NewPath("metadata", "name"),
		Model:       spec.Child("model"),
		Backend:     spec.Child("backend"),
		Image:       spec.Child("image"),
		Config:      spec,
		OutputClaim: job.Child("volumes").Key(relay.Volume).Child("persistentVolumeClaim", "claimName"),
		Overrides:   spec.Child("overrides", "dgd", "metadata"),
	}
}

// readOverrides reads what a request changes of its Job and its graph.
func readOverrides(overrides map[string]any, at *field.Path, out *dynamo.Request) {
	for _, key := range slices.Sorted(maps.Keys(overrides)) {
		block, _ := overrides[key].(map[string]any)
		switch key {
		case "profilingJob":
			readJobOverrides(block, out)
		case "dgd":
			out.Search.Overrides.Graph = block
		case "trustRemoteCode":
		default:
			out.Search.Ignored = append(out.Search.Ignored, at.Child(key).String())
		}
	}
}

func readSearch(in v1beta1.DynamoGraphDeploymentRequestSpec, spec *field.Path) dynamo.Search {
	out := dynamo.Search{
		At: dynamo.SearchPaths{
			Strategy:   spec.Child("searchStrategy"),
			ModelCache: spec.Child("modelCache"),
			Hardware:   spec.Child("hardware"),
			Workload:   spec.Child("workload"),
			Targets:    spec.Child("sla"),
			Features:   spec.Child("features"),
			Job:        spec.Child("overrides", "profilingJob"),
			Graph:      spec.Child("overrides", "dgd"),
		},
		Strategy:       cmp.Or(string(in.SearchStrategy), string(v1beta1.SearchRapid)),
		RuntimeVersion: in.RuntimeVersionOverride,
		Hardware:       readHardware(in.Hardware),
	}
	if c := in.ModelCache; c != nil {
		out.ModelCache = &dynamo.ModelCache{Claim: c.PVCName, ModelPath: c.PVCModelPath, MountPath: cmp.Or(c.PVCMountPath, defaultCacheFolder)}
	}
	if t := in.SLA; t != nil {
		out.Targets = &dynamo.Targets{FirstToken: t.TTFT, BetweenTokens: t.ITL, LastToken: t.E2ELatency, Optimization: t.OptimizationType}
	}
	if w := in.Workload; w != nil {
		out.Workload = &dynamo.Load{
			InputTokens:  ptr.Deref(w.ISL, defaultInputTokens),
			OutputTokens: ptr.Deref(w.OSL, defaultOutputTokens),
			Concurrency:  w.Concurrency,
			RequestRate:  w.RequestRate,
		}
	}
	return out
}

func readHardware(in *v1alpha1.RequestHardware) dynamo.Hardware {
	if in == nil {
		return dynamo.Hardware{}
	}
	return dynamo.Hardware{
		SKU:          in.GPUSKU,
		MemoryMiB:    in.VRAMMB,
		Total:        in.TotalGPUs,
		PerNode:      in.NumGPUsPerNode,
		Interconnect: in.Interconnect,
		RDMA:         in.RDMA,
	}
}

// WriteHardware writes hardware as the API has it; nil for none.
func WriteHardware(in dynamo.Hardware) *v1alpha1.RequestHardware {
	if in == (dynamo.Hardware{}) {
		return nil
	}
	return &v1alpha1.RequestHardware{
		GPUSKU:         in.SKU,
		VRAMMB:         in.MemoryMiB,
		TotalGPUs:      in.Total,
		NumGPUsPerNode: in.PerNode,
		Interconnect:   in.Interconnect,
		RDMA:           in.RDMA,
	}
}

// ReadHardware reads hardware of a status.
func ReadHardware(in *v1alpha1.RequestHardware) dynamo.Hardware { return readHardware(in) }
