// Package ports has the ports of the Dynamo runtime contract: their names in
// containers and Services, and their numbers.
package ports

// Names of ports, as probes, Services and monitors spell them.
const (
	HTTPName       = "http"
	SystemName     = "system"
	GRPCName       = "grpc"
	NIXLName       = "nixl"
	MetricsName    = "metrics"
	GRPCHealthName = "grpc-health"
)

// Numbers of ports, where nobody moves them.
const (
	// HTTP is where frontends answer requests.
	HTTP int32 = 8000
	// System is where the runtime tells its health.
	System int32 = 9090
	// GRPC is where a gateway asks an endpoint picker.
	GRPC int32 = 9002
	// GRPCHealth is where an endpoint picker tells its health.
	GRPCHealth int32 = 9003
	// NIXL is where workers tell the metrics of their transfers.
	NIXL int32 = 19090
	// PlannerMetrics is where planners tell their metrics.
	PlannerMetrics int32 = 9085
	// PickerMetrics is where endpoint pickers tell theirs.
	PickerMetrics int32 = 9090
)
