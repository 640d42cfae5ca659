package overlay

import "k8s.io/apimachinery/pkg/runtime"

// runtimeVersion is the field of a component, in either form, that says of which version
// its runtime is.
const runtimeVersion = "runtimeVersionOverride"

// SetRuntimeVersion returns a graph whose components have a version of the runtime, but
// for those that say one.
func SetRuntimeVersion(graph map[string]any, version string) map[string]any {
	out := runtime.DeepCopyJSON(graph)
	spec, _ := out["spec"].(map[string]any)
	list, _ := spec[components].([]any)
	byName, _ := spec[services].(map[string]any)
	for _, item := range byName {
		list = append(list, item)
	}
	for _, item := range list {
		if component, ok := item.(map[string]any); ok && component[runtimeVersion] == nil {
			component[runtimeVersion] = version
		}
	}
	return out
}
