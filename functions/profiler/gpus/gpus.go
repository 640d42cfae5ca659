// Package gpus reads out of a cluster's nodes which GPUs it has, as far as a profiler
// has to be told.
package gpus

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Labels that NVIDIA's and Kubernetes' feature discovery give to nodes.
const (
	labelPresent = "nvidia.com/gpu.present"
	labelCount   = "nvidia.com/gpu.count"
	labelProduct = "nvidia.com/gpu.product"
	labelMemory  = "nvidia.com/gpu.memory"
	labelRDMA    = "feature.node.kubernetes.io/rdma.capable"

	yes = "true"
)

// maxTotal is how many GPUs are counted at most: a profiler looks through all that may
// be done with them.
const maxTotal = 32

// Labels are those of nodes that have GPUs.
func Labels() map[string]string { return map[string]string{labelPresent: yes} }

// Example is a node that serves as one that has GPUs.
func Example() map[string]any {
	labels := map[string]any{
		labelPresent: yes, labelCount: "8", labelProduct: "NVIDIA-H100-80GB-HBM3", labelMemory: "81559",
	}
	return map[string]any{"apiVersion": "v1", "kind": "Node", "metadata": map[string]any{"name": "example", "labels": labels}}
}

// group are nodes with GPUs of one kind and size.
type group struct {
	sku    string
	memory float64

	nodes          int
	total, perNode int32
	rdma           bool
}

// Find returns what nodes say of GPUs: of a kind, or of the one that most nodes have.
// Without an answer the text says why.
func Find(nodes []layer.Object, sku string) (dynamo.Hardware, string) {
	groups, products := map[string]*group{}, map[string]bool{}
	for _, node := range nodes {
		labels := node.Labels()
		kind := readSKU(labels[labelProduct])
		if kind == "" && labels[labelProduct] != "" {
			products[labels[labelProduct]] = true
		}
		count := readCount(node, labels)
		if kind == "" || count < 1 || (sku != "" && kind != sku) {
			continue
		}
		add(groups, kind, labels, count)
	}
	if len(groups) == 0 {
		return dynamo.Hardware{}, describe(sku, slices.Sorted(maps.Keys(products)))
	}
	return choose(groups).hardware(), ""
}

func add(groups map[string]*group, sku string, labels map[string]string, count int32) {
	memory, _ := strconv.ParseFloat(labels[labelMemory], 64)
	key := fmt.Sprint(sku, " ", memory)
	g, ok := groups[key]
	if !ok {
		g = &group{sku: sku, memory: memory, rdma: true}
		groups[key] = g
	}
	g.nodes++
	g.total += count
	g.perNode = max(g.perNode, count)
	g.rdma = g.rdma && labels[labelRDMA] == yes
}

// choose returns the group of most nodes, of several the one with most memory.
func choose(groups map[string]*group) *group {
	return slices.MaxFunc(slices.Collect(maps.Values(groups)), func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.nodes, b.nodes), cmp.Compare(a.memory, b.memory), cmp.Compare(b.sku, a.sku))
	})
}

func (g *group) hardware() dynamo.Hardware {
	total := min(g.total, maxTotal)
	out := dynamo.Hardware{SKU: g.sku, Total: &total, PerNode: &g.perNode, RDMA: &g.rdma}
	if g.memory > 0 {
		out.MemoryMiB = &g.memory
	}
	return out
}

// describe says why there is no answer.
func describe(sku string, products []string) string {
	switch {
	case sku != "":
		return fmt.Sprintf("no node has label %s with GPUs of kind %s", labelProduct, sku)
	case len(products) > 0:
		return fmt.Sprintf("label %s of nodes says %s, whose kind is not known", labelProduct, strings.Join(products, ", "))
	}
	return fmt.Sprintf("no node with label %s has label %s", labelPresent, labelProduct)
}

// readCount returns how many GPUs a node has.
func readCount(node layer.Object, labels map[string]string) int32 {
	text := labels[labelCount]
	if allocatable, ok := node.Status()["allocatable"].(map[string]any); ok && text == "" {
		text, _ = allocatable["nvidia.com/gpu"].(string)
	}
	out, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0
	}
	return int32(out)
}
