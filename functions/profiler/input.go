package profiler

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Input is an object that a profiler reads.
type Input struct {
	// Kind is ConfigMap or PersistentVolumeClaim.
	Kind string
	Name string
	// Key that a ConfigMap must have; empty for none.
	Key string
	// At says where the request names it.
	At *field.Path
}

// Example is an object that serves as the input.
func (i Input) Example() map[string]any {
	out := map[string]any{"apiVersion": "v1", "kind": i.Kind, "metadata": map[string]any{"name": i.Name}}
	if i.Key != "" {
		out["data"] = map[string]any{i.Key: ""}
	}
	return out
}
