package dynamo

import (
	"cmp"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Search is what a profiler of the current generation is told.
type Search struct {
	// At says where its values stand in the manifest of its user.
	At SearchPaths

	// Strategy is rapid or thorough.
	Strategy   string
	ModelCache *ModelCache
	Hardware   Hardware
	Workload   *Load
	Targets    *Targets
	// Features of the graph as the user wrote them, as JSON types; nil for none.
	Features map[string]any
	// Overrides change the Job and the graph; nil for none.
	Overrides *SearchOverrides
	// RuntimeVersion is that of components of the graph which name none.
	RuntimeVersion string

	// Faults are the values that could not be read.
	Faults field.ErrorList
	// Ignored are the fields that such a profiler does not act on.
	Ignored []string
}

// SearchPaths are where the values of a search stand in its manifest.
type SearchPaths struct {
	Strategy, ModelCache, Hardware, Workload, Targets, Features, Job, Graph *field.Path
}

// ModelCache is a volume claim that has the model.
type ModelCache struct {
	Claim, ModelPath, MountPath string
}

// Hardware is what is known of a cluster's GPUs. What is empty is not known.
type Hardware struct {
	// SKU is the kind of GPU.
	SKU string
	// MemoryMiB is the memory of one.
	MemoryMiB *float64
	// Total are how many may be used, and PerNode how many a node has.
	Total, PerNode *int32
	Interconnect   string
	RDMA           *bool
}

// Load is what a graph is asked to do. Of Concurrency and RequestRate one is
// given at most.
type Load struct {
	InputTokens, OutputTokens int32
	Concurrency, RequestRate  *float64
}

// Targets are latency targets in milliseconds.
type Targets struct {
	FirstToken, BetweenTokens, LastToken *float64
	// Optimization is latency, throughput or empty.
	Optimization string
}

// SearchOverrides change the Job that profiles and the graph that it generates.
type SearchOverrides struct {
	// Job is merged into the Job; nil for nothing.
	Job *batchv1.JobSpec
	// Graph is merged into the graph, as JSON types; nil for nothing.
	Graph map[string]any
	// TrustRemoteCode lets workers run code that comes with the model.
	TrustRemoteCode bool
}

// Fill returns the hardware with what it leaves out taken from another source, where
// that speaks of the same kind of GPU.
func (h Hardware) Fill(by Hardware) Hardware {
	if h.SKU != "" && by.SKU != "" && h.SKU != by.SKU {
		return h
	}
	return Hardware{
		SKU:          cmp.Or(h.SKU, by.SKU),
		MemoryMiB:    cmp.Or(h.MemoryMiB, by.MemoryMiB),
		Total:        cmp.Or(h.Total, by.Total),
		PerNode:      cmp.Or(h.PerNode, by.PerNode),
		Interconnect: cmp.Or(h.Interconnect, by.Interconnect),
		RDMA:         cmp.Or(h.RDMA, by.RDMA),
	}
}

// Complete says whether all is known that decides how many GPUs a graph has.
func (h Hardware) Complete() bool {
	return h.SKU != "" && h.MemoryMiB != nil && h.Total != nil && h.PerNode != nil
}
