package process

import (
	"cmp"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
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
}

// OfType is the identity of a component of which only the type is known. That is
// enough for the ports and probes of its container.
func OfType(componentType string) Identity { return Identity{componentType: componentType} }

// IdentifySidecar returns the identity of the frontend beside a main container. The
// component must have one.
func IdentifySidecar(c dynamo.Component, s settings.Settings) Identity {
	out := Identify(c, s)
	out.componentType = dynamo.TypeFrontend
	out.container = cmp.Or(c.Pod.Sidecar.Container, SidecarContainer)
	return out
}

// Identify returns the identity of the main container of a component.
func Identify(c dynamo.Component, s settings.Settings) Identity {
	return Identity{
		componentType:   c.Type,
		dynamoNamespace: c.DynamoNamespace,
		graph:           c.Graph,
		namespace:       c.Namespace,
		container:       dynamo.MainContainer,
		discovery:       discovery.Of(c, s),
	}
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
	return []corev1.EnvVar{
		environment.Variable("DYNAMO_PORT", http),
		environment.Variable("DYN_HTTP_PORT", http),
		environment.Variable("DYN_NAMESPACE_PREFIX", id.dynamoNamespace),
	}
}

// makeWorkerEnv makes the variables of a worker.
func makeWorkerEnv() []corev1.EnvVar {
	return []corev1.EnvVar{
		environment.Variable("DYN_SYSTEM_ENABLED", meta.True),
		environment.Variable("DYN_SYSTEM_PORT", strconv.Itoa(int(ports.System))),
		environment.Variable("DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS", `["generate"]`),
		environment.Variable("DYN_HEALTH_CHECK_ENABLED", "false"),
		environment.Variable("DYN_FORWARDPASS_METRIC_PORT", "20380"),
		environment.Variable("NIXL_TELEMETRY_ENABLE", "n"),
		environment.Variable("NIXL_TELEMETRY_EXPORTER", "prometheus"),
		environment.Variable("NIXL_TELEMETRY_PROMETHEUS_PORT", strconv.Itoa(int(ports.NIXL))),
	}
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
	return []corev1.EnvVar{
		environment.Variable("USE_STREAMING", meta.True),
		environment.Variable("RUST_LOG", "info"),
		environment.Variable("DYN_ENFORCE_DISAGG", "false"),
		environment.Variable("DYN_NAMESPACE_PREFIX", id.dynamoNamespace),
	}
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
