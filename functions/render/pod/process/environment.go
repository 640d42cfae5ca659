package process

import (
	"cmp"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// Identity is what a container tells the Dynamo runtime of itself.
type Identity struct {
	componentType   string
	dynamoNamespace string
	graph           string
	namespace       string
	container       string
	discovery       discovery.Discovery

	// runtime is the version of the runtime, as far as it is known.
	runtime version.Version
	// foreign says that the container knows nothing of Dynamo: the runtime of its
	// component runs in another one.
	foreign bool
	// alone says that an endpoint picker needs no configuration, and replicated that it
	// has several replicas.
	alone, replicated bool
	// line is what a worker runs that leaves it to the settings.
	line []string
}

// Outline is the identity of the main container of a component as far as its ports and
// probes depend on it.
func Outline(c dynamo.Component) Identity {
	out := Identity{
		componentType: c.Type,
		container:     dynamo.MainContainer,
		runtime:       c.Runtime(),
		foreign:       c.RuntimeApart() != nil,
		alone:         c.PicksByItself(),
		replicated:    c.Replicas > 1,
	}
	if c.RunsItself() {
		out.line = engine.CommandLine(c)
	}
	return out
}

// IdentifySidecar returns the identity of the frontend beside a main container. The
// component must have one.
func IdentifySidecar(c dynamo.Component, s settings.Settings) Identity {
	out := Identify(c, s)
	out.componentType = dynamo.TypeFrontend
	out.container = cmp.Or(c.Pod.Sidecar.Container, SidecarContainer)
	out.runtime = c.SidecarRuntime()
	return out
}

// IdentifyApart returns the identity of the init container with the runtime of a worker.
func IdentifyApart(c dynamo.Component, s settings.Settings) Identity {
	out := Identify(c, s)
	out.container = dynamo.RuntimeContainer
	out.foreign = false
	return out
}

// Identify returns the identity of the main container of a component.
func Identify(c dynamo.Component, s settings.Settings) Identity {
	out := Outline(c)
	out.dynamoNamespace = c.DynamoNamespace
	out.graph, out.namespace = c.Graph, c.Namespace
	out.discovery = discovery.Of(c, s)
	return out
}

// makeCommonEnv makes the variables that every Dynamo process reads.
func makeCommonEnv(id Identity) []corev1.EnvVar {
	out := []corev1.EnvVar{
		environment.Variable("DYN_NAMESPACE", id.dynamoNamespace),
		environment.Variable("DYN_COMPONENT", id.componentType),
		environment.Variable("DYN_PARENT_DGD_K8S_NAME", id.graph),
		environment.Variable("DYN_PARENT_DGD_K8S_NAMESPACE", id.namespace),
		environment.FromField("POD_NAME", "metadata.name"),
		environment.FromField("POD_NAMESPACE", "metadata.namespace"),
		environment.FromField("POD_UID", "metadata.uid"),
	}
	if id.discovery.Kubernetes {
		out = append(out, environment.Variable("DYN_DISCOVERY_BACKEND", v1beta1.DiscoveryKubernetes))
	}
	if id.discovery.PerContainer {
		out = append(out,
			environment.Variable("CONTAINER_NAME", id.container),
			environment.Variable("DYN_KUBE_DISCOVERY_MODE", discovery.ModeContainer))
	}
	return out
}

// makeFrontendEnv makes the variables of a frontend.
func makeFrontendEnv(id Identity) []corev1.EnvVar {
	http := strconv.Itoa(int(ports.HTTP))
	return append([]corev1.EnvVar{
		environment.Variable("DYNAMO_PORT", http),
		environment.Variable("DYN_HTTP_PORT", http),
	}, makeScopeEnv(id)...)
}

// makeScopeEnv makes the variables that say whose workers a frontend or an endpoint picker
// serves: those that register in its graph's namespace. By the prefix alone that would be
// those of a graph with a longer name, too.
func makeScopeEnv(id Identity) []corev1.EnvVar {
	out := []corev1.EnvVar{environment.Variable("DYN_NAMESPACE_PREFIX", id.dynamoNamespace)}
	if dynamo.MatchesExactly(id.runtime) {
		out = append(out, environment.Variable("DYN_NAMESPACE_PREFIX_STRICT", meta.True))
	}
	return out
}

// makeSystemEnv makes the variables of the server that the runtime has in each worker.
func makeSystemEnv() []corev1.EnvVar {
	return []corev1.EnvVar{
		environment.Variable("DYN_SYSTEM_ENABLED", meta.True),
		environment.Variable("DYN_SYSTEM_PORT", strconv.Itoa(int(ports.System))),
	}
}

// makeWorkerEnv makes the variables of a worker.
func makeWorkerEnv(id Identity) []corev1.EnvVar {
	return append(makeSystemEnv(),
		environment.Variable("DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS", `["generate"]`),
		environment.Variable("DYN_HEALTH_CHECK_ENABLED", strconv.FormatBool(dynamo.ChecksEngines(id.runtime))),
		environment.Variable("DYN_FORWARDPASS_METRIC_PORT", "20380"),
		environment.Variable("NIXL_TELEMETRY_ENABLE", "n"),
		environment.Variable("NIXL_TELEMETRY_EXPORTER", "prometheus"),
		environment.Variable("NIXL_TELEMETRY_PROMETHEUS_PORT", strconv.Itoa(int(ports.NIXL))),
	)
}

// makePlannerEnv makes the variables of a planner.
func makePlannerEnv() []corev1.EnvVar {
	return []corev1.EnvVar{
		environment.Variable("PLANNER_PROMETHEUS_PORT", strconv.Itoa(int(ports.PlannerMetrics))),
		environment.Variable("DYN_SYSTEM_PORT", strconv.Itoa(int(ports.System))),
	}
}

// makePickerEnv makes the variables of an endpoint picker. It does not require prefill
// workers, unless the user sets DYN_ENFORCE_DISAGG.
func makePickerEnv(id Identity) []corev1.EnvVar {
	out := []corev1.EnvVar{
		environment.Variable("USE_STREAMING", meta.True),
		environment.Variable("RUST_LOG", "info"),
		environment.Variable("DYN_ENFORCE_DISAGG", "false"),
	}
	if !id.alone {
		return append(out, environment.Variable("DYN_NAMESPACE_PREFIX", id.dynamoNamespace))
	}
	out = append(out, makeScopeEnv(id)...)
	out = append(out, environment.Variable("HOME", volumes.PickerHome))
	if id.replicated && dynamo.SharesLoad(id.runtime) {
		out = append(out, environment.Variable("DYN_ROUTER_REPLICA_SYNC", meta.True))
	}
	return out
}

// SettingsEnv are the variables that point the Dynamo runtime at the site's
// infrastructure.
func SettingsEnv(s settings.Settings) []corev1.EnvVar {
	all := []corev1.EnvVar{
		environment.Variable("NATS_SERVER", s.NATSAddress),
		environment.Variable("ETCD_ENDPOINTS", s.EtcdAddress),
		environment.Variable("MODEL_EXPRESS_URL", s.ModelExpressURL),
		environment.Variable("PROMETHEUS_ENDPOINT", s.PrometheusEndpoint),
	}
	return slices.DeleteFunc(all, func(v corev1.EnvVar) bool { return v.Value == "" })
}
