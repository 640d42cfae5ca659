package convert

// Target is what a scaling adapter has to know of its service.
type Target struct {
	// Nodes that a replica is spread over.
	Nodes int32
	// ScalingAdapter says that the graph makes an adapter for it.
	ScalingAdapter bool
}

// ReadTarget reads a service from the spec of a graph, which is not read as a
// whole, and says whether it is there.
func ReadTarget(graphSpec map[string]any, service string) (Target, bool) {
	services, _ := graphSpec["services"].(map[string]any)
	s, ok := services[service].(map[string]any)
	multinode, _ := s["multinode"].(map[string]any)
	nodes, _ := multinode["nodeCount"].(int64)
	adapter, _ := s["scalingAdapter"].(map[string]any)
	enabled, _ := adapter["enabled"].(bool)
	return Target{Nodes: int32(max(nodes, 1)), ScalingAdapter: enabled}, ok //nolint:gosec // The schema is an int32.
}
