package pod

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
)

const (
	// telemetryVariable turns the metrics of transfers on, and mostTelemetry is how many
	// GPUs of a container tell them.
	telemetryVariable = "NIXL_TELEMETRY_ENABLE"
	mostTelemetry     = 8
)

// addTelemetry adds the ports at which the GPUs of a worker of SGLang tell the metrics of
// their transfers: those behind the one of the first, which is there already. A user's list
// of ports without that one is left alone.
func addTelemetry(c dynamo.Component, main corev1.Container) []corev1.ContainerPort {
	first := slices.IndexFunc(main.Ports, func(p corev1.ContainerPort) bool { return p.Name == ports.NIXLName })
	if first < 0 {
		return main.Ports
	}
	out := slices.Clone(main.Ports)
	for rank := range min(countTelemetry(c, main), mostTelemetry) {
		p := main.Ports[first]
		p.Name = fmt.Sprintf("%s-%d", ports.NIXLName, rank)
		p.ContainerPort += int32(rank)
		taken := func(o corev1.ContainerPort) bool { return o.ContainerPort == p.ContainerPort || o.Name == p.Name }
		if !slices.ContainsFunc(out, taken) {
			out = append(out, p)
		}
	}
	return out
}

// TellsTransfers says whether a main container tells the metrics of transfers. The engine
// takes y for yes, and no other word; what a reference stands for is not known here, and
// may be that.
func TellsTransfers(main corev1.Container) bool {
	return slices.ContainsFunc(main.Env, func(v corev1.EnvVar) bool {
		return v.Name == telemetryVariable && (v.ValueFrom != nil || strings.EqualFold(v.Value, "y"))
	})
}

// countTelemetry counts the GPUs of a worker that each tell metrics: none where nothing is
// added for them.
func countTelemetry(c dynamo.Component, main corev1.Container) int64 {
	if c.Engine.Name != dynamo.EngineSGLang || !dynamo.TellsTransfers(c.Runtime()) {
		return 0
	}
	if !TellsTransfers(main) {
		return 0
	}
	if n := resources.CountGPUs(c.Pod.Resources, main.Resources); n > 0 {
		return n
	}
	return c.Claimed.GPUs
}

// telemetryWarnings tell of GPUs whose metrics nobody finds.
func telemetryWarnings(c dynamo.Component) []string {
	n := countTelemetry(c, foresee(c))
	if n <= mostTelemetry {
		return nil
	}
	return []string{fmt.Sprintf("%s: with %s only %d of the %d GPUs have a port for their metrics: take fewer for a replica, or turn it off",
		c.At.At(dynamo.FieldResources), telemetryVariable, mostTelemetry, n)}
}
