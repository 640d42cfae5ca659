package current

import (
	"bytes"
	"encoding/json"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// document is a request as the profiler reads it: the spec of version v1beta1, with its
// keys in their published order. What is to be changed of the graph is not in it: the
// graph is changed once it is found.
type document struct {
	Model          string      `json:"model"`
	Backend        string      `json:"backend"`
	Image          string      `json:"image,omitempty"`
	RuntimeVersion string      `json:"runtimeVersionOverride,omitempty"`
	ModelCache     *modelCache `json:"modelCache,omitempty"`
	Hardware       hardware    `json:"hardware"`
	Workload       *workload   `json:"workload,omitempty"`
	Targets        *targets    `json:"sla,omitempty"`
	Overrides      *overrides  `json:"overrides,omitempty"`
	// Features are free, and given where they are an empty object.
	Features  map[string]any `json:"features,omitzero"`
	Strategy  string         `json:"searchStrategy"`
	AutoApply bool           `json:"autoApply"`
}

type modelCache struct {
	Claim     string `json:"pvcName,omitempty"`
	ModelPath string `json:"pvcModelPath,omitempty"`
	MountPath string `json:"pvcMountPath,omitempty"`
}

type hardware struct {
	SKU          string   `json:"gpuSku,omitempty"`
	MemoryMiB    *float64 `json:"vramMb,omitempty"`
	Total        *int32   `json:"totalGpus,omitempty"`
	PerNode      *int32   `json:"numGpusPerNode,omitempty"`
	Interconnect string   `json:"interconnect,omitempty"`
	RDMA         *bool    `json:"rdma,omitempty"`
}

type workload struct {
	InputTokens  int32    `json:"isl"`
	OutputTokens int32    `json:"osl"`
	Concurrency  *float64 `json:"concurrency,omitempty"`
	RequestRate  *float64 `json:"requestRate,omitempty"`
}

type targets struct {
	FirstToken    *float64 `json:"ttft,omitempty"`
	BetweenTokens *float64 `json:"itl,omitempty"`
	LastToken     *float64 `json:"e2eLatency,omitempty"`
	Optimization  string   `json:"optimizationType,omitempty"`
}

type overrides struct {
	Job             *batchv1.JobSpec `json:"profilingJob,omitempty"`
	TrustRemoteCode bool             `json:"trustRemoteCode,omitempty"`
}

// writeDocument writes a request for the profiler.
func writeDocument(r dynamo.Request) (string, error) {
	s := r.Search
	out := document{
		Model:          r.Model,
		Backend:        r.Backend,
		Image:          r.Profiler.Image,
		RuntimeVersion: s.RuntimeVersion,
		ModelCache:     (*modelCache)(s.ModelCache),
		Hardware:       hardware(s.Hardware),
		Workload:       (*workload)(s.Workload),
		Targets:        (*targets)(s.Targets),
		Features:       s.Features,
		Strategy:       s.Strategy,
		AutoApply:      r.AutoApply,
	}
	if o := s.Overrides; o != nil {
		out.Overrides = &overrides{Job: o.Job, TrustRemoteCode: o.TrustRemoteCode}
	}
	text := &bytes.Buffer{}
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(out)
	return string(bytes.TrimSpace(text.Bytes())), err
}
