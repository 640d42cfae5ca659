package monitor

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// port is one that metrics are told on, by its name in the pods. Frontends tell theirs
// where they serve requests.
type port struct {
	name     string
	frontend bool
}

// listPorts lists the ports on which a component's pods tell metrics; none where its
// user turns them off.
func listPorts(c dynamo.Component, s settings.Settings) []port {
	if c.Annotations[meta.AnnotationEnableMetrics] == "false" {
		return nil
	}
	var out []port
	add := func(name string, frontend bool) {
		if p := (port{name, frontend}); name != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if tellsWhereServed(c) {
		add(process.Served(c).Name, c.Type == dynamo.TypeFrontend)
	}
	if c.Pod.Sidecar != nil {
		add(process.ReadSidecar(c).Served().Name, true)
	}
	for _, p := range listMain(c, s) {
		add(p.Name, false)
	}
	return out
}

// tellsWhereServed says whether a component tells its metrics at the port that its
// probes ask.
func tellsWhereServed(c dynamo.Component) bool {
	return c.Type == dynamo.TypeFrontend || c.Type == dynamo.TypePlanner || dynamo.IsWorker(c.Type)
}

// listMain lists the ports of the main container whose names say that metrics are told
// there. Those of transfers are told where that is turned on.
func listMain(c dynamo.Component, s settings.Settings) []corev1.ContainerPort {
	main := pod.Template(c, s, dynamo.Roles(c)[0]).Spec.Containers[0]
	return slices.DeleteFunc(slices.Clone(main.Ports), func(p corev1.ContainerPort) bool {
		if strings.HasPrefix(p.Name, ports.NIXLName) {
			return !pod.TellsTransfers(main)
		}
		return p.Name != ports.SystemName && p.Name != ports.MetricsName
	})
}
