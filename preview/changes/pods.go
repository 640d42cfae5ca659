package changes

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Effect is what becomes of the pods of a workload.
type Effect string

// Effects.
const (
	// Restart: the workload stays, and makes its pods anew.
	Restart Effect = "restart"
	// Replaced: the workload goes, and another one comes in its place.
	Replaced Effect = "replaced"
	// Removed: the workload goes, with its pods.
	Removed Effect = "removed"
	// New: the workload comes.
	New Effect = "new"
	// Scaled: there are more or fewer pods, and those that stay run on.
	Scaled Effect = "scaled"
)

// Pods are those of a workload.
type Pods struct {
	Effect Effect `json:"effect"`
	// Before and After are how many there are.
	Before int64 `json:"before"`
	After  int64 `json:"after"`
	// By is what the workload is replaced by, or what it replaces.
	By *ID `json:"by,omitempty"`
}

// Ends says whether pods that run end because of it, other than by scaling.
func (p *Pods) Ends() bool {
	return p != nil && p.Before > 0 && (p.Effect == Restart || p.Effect == Replaced || p.Effect == Removed)
}

// templates are the fields of which a kind makes its pods: if one of them changes, all pods
// restart. A LeaderWorkerSet has a revision of all of them.
func templates(kind string) []string {
	switch kind {
	case "Deployment", "Job":
		return []string{"spec.template"}
	case "LeaderWorkerSet":
		return []string{"spec.leaderWorkerTemplate", "spec.networkConfig"}
	}
	return nil
}

// isWorkload says whether an object of the kind runs pods.
func isWorkload(kind string) bool { return len(templates(kind)) > 0 }

// count is how many pods a workload asks for.
func count(fields map[string]any) int64 {
	switch fields["kind"] {
	case "Deployment":
		return integer(fields, "spec", "replicas")
	case "Job":
		return integer(fields, "spec", "parallelism")
	case "LeaderWorkerSet":
		return integer(fields, "spec", "replicas") * integer(fields, "spec", "leaderWorkerTemplate", "size")
	}
	return 0
}

// integer is a number that is 1 where it is left out.
func integer(fields map[string]any, path ...string) int64 {
	if n, ok, err := unstructured.NestedInt64(fields, path...); ok && err == nil {
		return n
	}
	return 1
}

// marks the fields because of which pods restart, and says whether there are any.
func markRestarts(kind string, fields []Field) bool {
	out := false
	for i, f := range fields {
		for _, at := range templates(kind) {
			rest, below := strings.CutPrefix(f.Path, at)
			if below && (rest == "" || strings.ContainsAny(rest[:1], ".[")) {
				fields[i].Restarts, out = true, true
			}
		}
	}
	return out
}
