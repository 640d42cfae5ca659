package convert

import (
	"slices"
)

// Target is what a scaling adapter has to know of its service.
type Target struct {
	// Nodes that a replica is spread over.
	Nodes int32
	// ScalingAdapter says that the graph makes an adapter for it.
	ScalingAdapter bool
}

// ReadTarget reads a service from the spec of a graph of either form, which is not read
// as a whole, and says whether it is there.
func ReadTarget(graphSpec map[string]any, service string) (Target, bool) {
	if list, ok := graphSpec["components"].([]any); ok {
		return readListedTarget(list, service)
	}
	services, _ := graphSpec["services"].(map[string]any)
	s, ok := services[service].(map[string]any)
	adapter, _ := s["scalingAdapter"].(map[string]any)
	enabled, _ := adapter["enabled"].(bool)
	return Target{Nodes: readNodes(s), ScalingAdapter: enabled}, ok
}

// readListedTarget reads a component of v1beta1, where an adapter is on wherever its
// block stands.
func readListedTarget(list []any, name string) (Target, bool) {
	i := slices.IndexFunc(list, func(item any) bool {
		c, _ := item.(map[string]any)
		return c["name"] == name
	})
	if i < 0 {
		return Target{Nodes: 1}, false
	}
	c, _ := list[i].(map[string]any)
	return Target{Nodes: readNodes(c), ScalingAdapter: c["scalingAdapter"] != nil}, true
}

// readNodes returns the number of nodes of a service.
func readNodes(service map[string]any) int32 {
	multinode, ok := service["multinode"].(map[string]any)
	if !ok {
		return 1
	}
	nodes, ok := multinode["nodeCount"].(int64)
	if !ok {
		return defaultNodes
	}
	return int32(max(nodes, 1)) //nolint:gosec // The schema is an int32.
}
