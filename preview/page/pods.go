package page

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// pods are those of a workload.
type pods struct {
	Replicas int64
	// Nodes of a replica: the pods that it has.
	Nodes int64
	// GPUs, CPU and Memory are those of all pods.
	GPUs        int64
	CPU, Memory resource.Quantity
	// Claims says that pods have devices from resource claims, which nobody counts here.
	Claims bool
	// Unbounded says that a container asks for no memory.
	Unbounded bool
	// noun is what a replica is called.
	noun string
	// each are the GPUs of the pods of one replica.
	each []int64
}

// Count is how many pods there are.
func (p pods) Count() int64 { return p.Replicas * p.Nodes }

// Formula is the count in words.
func (p pods) Formula() string {
	out := count(p.Replicas, p.noun)
	if p.Nodes > 1 {
		out += " × " + count(p.Nodes, "node")
	}
	if p.GPUs > 0 {
		out += " = " + count(p.GPUs, "GPU")
	}
	return out
}

func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// drawn is how many pods of a workload, and GPUs of a pod, are drawn.
const drawn = 16

// Replicas are drawn as pods, and these as the GPUs that they have.
func (p pods) Drawn() [][][]struct{} {
	var out [][][]struct{}
	for range p.Replicas {
		var replica [][]struct{}
		for _, gpus := range p.each {
			replica = append(replica, make([]struct{}, min(gpus, drawn)))
		}
		if len(out) > 0 && (len(out)+1)*len(replica) > drawn {
			break
		}
		out = append(out, replica[:min(len(replica), drawn)])
	}
	return out
}

// More is how many pods are not drawn.
func (p pods) More() int64 {
	n := int64(0)
	for _, replica := range p.Drawn() {
		n += int64(len(replica))
	}
	return p.Count() - n
}

// readPods reads what a workload runs. False is for what runs no pods.
func readPods(object map[string]any) (pods, bool) {
	u := unstructured.Unstructured{Object: object}
	switch u.GetKind() {
	case "Deployment":
		return podsOf(integer(object, "spec", "replicas"), podSpec(object, "spec", "template")), true
	case "Job":
		out := podsOf(integer(object, "spec", "parallelism"), podSpec(object, "spec", "template"))
		out.noun = "pod"
		return out, true
	case "LeaderWorkerSet":
		worker := podSpec(object, "spec", "leaderWorkerTemplate", "workerTemplate")
		templates := []corev1.PodSpec{worker}
		if _, ok, _ := unstructured.NestedMap(object, "spec", "leaderWorkerTemplate", "leaderTemplate"); ok {
			templates[0] = podSpec(object, "spec", "leaderWorkerTemplate", "leaderTemplate")
		}
		for range integer(object, "spec", "leaderWorkerTemplate", "size") - 1 {
			templates = append(templates, worker)
		}
		return podsOf(integer(object, "spec", "replicas"), templates...), true
	}
	return pods{}, false
}

// integer is a number that is 1 where it is left out.
func integer(object map[string]any, fields ...string) int64 {
	if n, ok, err := unstructured.NestedInt64(object, fields...); ok && err == nil {
		return n
	}
	return 1
}

// podSpec is the spec of a pod template; empty where it cannot be read.
func podSpec(object map[string]any, fields ...string) corev1.PodSpec {
	out := corev1.PodTemplateSpec{}
	found, _, _ := unstructured.NestedMap(object, fields...)
	_ = runtime.DefaultUnstructuredConverter.FromUnstructured(found, &out) // Then there is nothing to count.
	return out.Spec
}

// podsOf are replicas of a pod for each template.
func podsOf(replicas int64, templates ...corev1.PodSpec) pods {
	out := pods{noun: "replica", Replicas: replicas, Nodes: int64(len(templates))}
	for _, spec := range templates {
		gpus := int64(0)
		for _, c := range spec.Containers {
			gpus += gpusOf(c.Resources.Limits)
			out.CPU.Add(asked(c.Resources, corev1.ResourceCPU))
			memory := asked(c.Resources, corev1.ResourceMemory)
			out.Memory.Add(memory)
			out.Unbounded = out.Unbounded || memory.IsZero()
		}
		out.each = append(out.each, gpus)
		out.GPUs += gpus * replicas
		out.Claims = out.Claims || len(spec.ResourceClaims) > 0
	}
	out.CPU.Mul(replicas)
	out.Memory.Mul(replicas)
	return out
}

// asked is what a container asks for: without a request that is its limit.
func asked(r corev1.ResourceRequirements, name corev1.ResourceName) resource.Quantity {
	if q, ok := r.Requests[name]; ok {
		return q
	}
	return r.Limits[name]
}

// gpusOf counts what resource plugins call GPUs, and parts of them.
func gpusOf(limits corev1.ResourceList) int64 {
	out := int64(0)
	for name, q := range limits {
		if strings.Contains(string(name), "gpu") || strings.Contains(string(name), "/mig-") {
			out += q.Value()
		}
	}
	return out
}

// MemoryText is the memory of all pods.
func (p pods) MemoryText() string { return readable(p.Memory) + " of memory" }
