package gpus

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

const h100 = "NVIDIA-H100-80GB-HBM3"

// node has GPUs of a product.
func node(t *testing.T, product, count, memory string, changes ...layertest.Changes) layer.Object {
	t.Helper()
	text := fmt.Sprintf(`{metadata: {name: n, labels: {nvidia.com/gpu.present: "true", nvidia.com/gpu.product: %q, nvidia.com/gpu.count: %q, nvidia.com/gpu.memory: %q}}}`,
		product, count, memory)
	return layer.Read(layertest.Object(t, text, changes...))
}

func hardware(sku string, memory float64, total, perNode int32, rdma bool) dynamo.Hardware {
	return dynamo.Hardware{SKU: sku, MemoryMiB: &memory, Total: &total, PerNode: &perNode, RDMA: &rdma}
}

func TestFind(t *testing.T) {
	type result struct {
		Hardware dynamo.Hardware
		Problem  string
	}
	eight := node(t, h100, "8", "81559")
	rdma := node(t, h100, "8", "81559", layertest.Changes{"metadata/labels/feature.node.kubernetes.io~1rdma.capable": `"true"`})
	cases := map[string]struct {
		reason string
		nodes  []layer.Object
		sku    string
		want   result
	}{
		"One":    {reason: "all is told", nodes: []layer.Object{eight}, want: result{Hardware: hardware("h100_sxm", 81559, 8, 8, false)}},
		"Sum":    {reason: "all nodes count", nodes: []layer.Object{eight, eight, node(t, h100, "4", "81559")}, want: result{Hardware: hardware("h100_sxm", 81559, 20, 8, false)}},
		"Capped": {reason: "a profiler looks through all", nodes: []layer.Object{eight, eight, eight, eight, eight}, want: result{Hardware: hardware("h100_sxm", 81559, 32, 8, false)}},
		"Most": {
			reason: "most nodes win over most memory",
			nodes:  []layer.Object{node(t, "NVIDIA-H200", "8", "143771"), node(t, "NVIDIA-L4", "1", "23034"), node(t, "NVIDIA-L4", "1", "23034")},
			want:   result{Hardware: hardware("l4", 23034, 2, 1, false)},
		},
		"Memory": {
			reason: "which decides between as many",
			nodes:  []layer.Object{node(t, "NVIDIA-L4", "1", "23034"), node(t, "NVIDIA-H200", "8", "143771")},
			want:   result{Hardware: hardware("h200_sxm", 143771, 8, 8, false)},
		},
		"Sizes": {
			reason: "a GPU of two sizes is two",
			nodes:  []layer.Object{node(t, "NVIDIA-A100-SXM4-40GB", "8", "40960"), node(t, "NVIDIA-A100-SXM4-80GB", "8", "81920")},
			want:   result{Hardware: hardware("a100_sxm", 81920, 8, 8, false)},
		},
		"Wanted": {
			reason: "a kind that is asked for", sku: "h200_sxm",
			nodes: []layer.Object{node(t, "NVIDIA-L4", "1", "23034"), node(t, "NVIDIA-L4", "1", "23034"), node(t, "NVIDIA-H200", "8", "143771")},
			want:  result{Hardware: hardware("h200_sxm", 143771, 8, 8, false)},
		},
		"RDMA":     {reason: "all nodes reach each other by RDMA", nodes: []layer.Object{rdma, rdma}, want: result{Hardware: hardware("h100_sxm", 81559, 16, 8, true)}},
		"HalfRDMA": {reason: "or not all", nodes: []layer.Object{rdma, eight}, want: result{Hardware: hardware("h100_sxm", 81559, 16, 8, false)}},
		"Allocatable": {
			reason: "GPUs that no label counts",
			nodes: []layer.Object{layer.Read(layertest.Object(t,
				`{metadata: {labels: {nvidia.com/gpu.product: NVIDIA-H200}}, status: {allocatable: {nvidia.com/gpu: "4"}}}`))},
			want: result{Hardware: dynamo.Hardware{SKU: "h200_sxm", Total: ptr.To[int32](4), PerNode: ptr.To[int32](4), RDMA: ptr.To(false)}},
		},
		"None":    {reason: "no nodes", want: result{Problem: "no node with label nvidia.com/gpu.present has label nvidia.com/gpu.product"}},
		"Absent":  {reason: "none of the kind", sku: "b200_sxm", nodes: []layer.Object{eight}, want: result{Problem: "no node has label nvidia.com/gpu.product with GPUs of kind b200_sxm"}},
		"NoCount": {reason: "a node that has none", nodes: []layer.Object{node(t, h100, "0", "1"), node(t, h100, "many", "1")}, want: result{Problem: "no node with label nvidia.com/gpu.present has label nvidia.com/gpu.product"}},
		"Unknown": {
			reason: "a kind that profilers do not know", nodes: []layer.Object{node(t, "Next-1", "8", "1"), node(t, "Next-1", "8", "1"), node(t, "Best-2", "8", "1")},
			want: result{Problem: "label nvidia.com/gpu.product of nodes says Best-2, Next-1, whose kind is not known"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := result{}
			got.Hardware, got.Problem = Find(tc.nodes, tc.sku)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Find(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFindIsStable: the order in which nodes are told is none.
func TestFindIsStable(t *testing.T) {
	a, b := node(t, "NVIDIA-A100-SXM4-80GB", "8", "81920"), node(t, "NVIDIA-H100-PCIe", "8", "81920")
	one, _ := Find([]layer.Object{a, b}, "")
	other, _ := Find([]layer.Object{b, a}, "")
	if diff := cmp.Diff(one, other); diff != "" {
		t.Errorf("Find(...): -one order, +the other:\n%s", diff)
	}
}

// TestExample: what tools without a cluster take for a node is one.
func TestExample(t *testing.T) {
	got, problem := Find([]layer.Object{layer.Read(Example())}, "")
	if problem != "" || !got.Complete() {
		t.Errorf("Find(Example()): got %v, %q", got, problem)
	}
}

func TestReadSKU(t *testing.T) {
	for product, want := range map[string]string{
		h100:                                "h100_sxm",
		"NVIDIA-H100-PCIe":                  "h100_pcie",
		"NVIDIA-H100-NVL":                   "h100_pcie",
		"NVIDIA-H200":                       "h200_sxm",
		"NVIDIA-GH200-480GB":                "",
		"NVIDIA-B200":                       "b200_sxm",
		"NVIDIA-B300-SXM6-AC":               "b300_sxm",
		"NVIDIA-GB200":                      "gb200_sxm",
		"NVIDIA-GB10":                       "gb10",
		"NVIDIA-A100-SXM4-80GB":             "a100_sxm",
		"NVIDIA-A100-PCIE-40GB":             "a100_pcie",
		"NVIDIA-A100-SXM4-40GB-MIG-1g.5gb":  "",
		"NVIDIA-A30":                        "a30",
		"NVIDIA-L40S":                       "l40s",
		"NVIDIA-L40":                        "l40",
		"NVIDIA-L4":                         "l4",
		"Tesla-T4":                          "t4",
		"Tesla-V100-SXM2-16GB":              "v100_sxm",
		"NVIDIA-H100-80GB-HBM3-SHARED":      "h100_sxm",
		"NVIDIA-RTX-PRO-6000-Blackwell-Max": "",
		"":                                  "",
	} {
		if got := readSKU(product); got != want {
			t.Errorf("readSKU(%q): want %q, got %q", product, want, got)
		}
	}
}
