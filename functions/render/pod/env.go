package pod

import (
	"cmp"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// identity is what a container tells the Dynamo runtime of itself.
type identity struct {
	componentType   string
	dynamoNamespace string
	graph           string
	namespace       string
	container       string
	discovery       discovery.Discovery
}

func identify(c dynamo.Component, s settings.Settings) identity {
	return identity{
		componentType:   c.Type,
		dynamoNamespace: c.DynamoNamespace,
		graph:           c.Graph,
		namespace:       c.Namespace,
		container:       dynamo.MainContainer,
		discovery:       discovery.Of(c, s),
	}
}

func variable(name, value string) corev1.EnvVar { return corev1.EnvVar{Name: name, Value: value} }

func fromField(name, path string) corev1.EnvVar {
	ref := &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: ref}}
}

// commonEnv is what every Dynamo process reads.
func commonEnv(id identity) []corev1.EnvVar {
	out := []corev1.EnvVar{
		variable("DYN_NAMESPACE", id.dynamoNamespace),
		variable("DYN_COMPONENT", id.componentType),
		variable("DYN_PARENT_DGD_K8S_NAME", id.graph),
		variable("DYN_PARENT_DGD_K8S_NAMESPACE", id.namespace),
		fromField("POD_NAME", "metadata.name"),
		fromField("POD_NAMESPACE", "metadata.namespace"),
		fromField("POD_UID", "metadata.uid"),
	}
	if id.discovery.Kubernetes {
		out = append(out, variable("DYN_DISCOVERY_BACKEND", v1beta1.DiscoveryKubernetes))
	}
	if id.discovery.PerContainer {
		out = append(out,
			variable("CONTAINER_NAME", id.container),
			variable("DYN_KUBE_DISCOVERY_MODE", discovery.ModeContainer))
	}
	return out
}

func frontendEnv(id identity) []corev1.EnvVar {
	http := strconv.Itoa(int(ports.HTTP))
	return []corev1.EnvVar{
		variable("DYNAMO_PORT", http),
		variable("DYN_HTTP_PORT", http),
		variable("DYN_NAMESPACE_PREFIX", id.dynamoNamespace),
	}
}

func workerEnv() []corev1.EnvVar {
	return []corev1.EnvVar{
		variable("DYN_SYSTEM_ENABLED", meta.True),
		variable("DYN_SYSTEM_PORT", strconv.Itoa(int(ports.System))),
		variable("DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS", `["generate"]`),
		variable("DYN_HEALTH_CHECK_ENABLED", "false"),
		variable("DYN_FORWARDPASS_METRIC_PORT", "20380"),
		variable("NIXL_TELEMETRY_ENABLE", "n"),
		variable("NIXL_TELEMETRY_EXPORTER", "prometheus"),
		variable("NIXL_TELEMETRY_PROMETHEUS_PORT", strconv.Itoa(int(ports.NIXL))),
	}
}

func plannerEnv() []corev1.EnvVar {
	return []corev1.EnvVar{
		variable("PLANNER_PROMETHEUS_PORT", strconv.Itoa(int(ports.PlannerMetrics))),
		variable("DYN_SYSTEM_PORT", strconv.Itoa(int(ports.System))),
	}
}

// pickerEnv lets a graph without prefill workers be, too: only a user asks for
// the two kinds of workers to be enforced.
func pickerEnv(id identity) []corev1.EnvVar {
	return []corev1.EnvVar{
		variable("USE_STREAMING", meta.True),
		variable("RUST_LOG", "info"),
		variable("DYN_ENFORCE_DISAGG", "false"),
		variable("DYN_NAMESPACE_PREFIX", id.dynamoNamespace),
	}
}

// settingsEnv points the runtime at the site's infrastructure.
func settingsEnv(s settings.Settings) []corev1.EnvVar {
	all := []corev1.EnvVar{
		variable("NATS_SERVER", s.NATSAddress),
		variable("ETCD_ENDPOINTS", s.EtcdAddress),
		variable("MODEL_EXPRESS_URL", s.ModelExpressURL),
		variable("PROMETHEUS_ENDPOINT", s.PrometheusEndpoint),
	}
	return slices.DeleteFunc(all, func(v corev1.EnvVar) bool { return v.Value == "" })
}

// mergeEnv folds lists of variables, lowest rank first: a later variable
// replaces an earlier one of its name as a whole. The result is sorted by name,
// but for variables that refer to others: they stand behind these.
func mergeEnv(layers ...[]corev1.EnvVar) []corev1.EnvVar {
	byName := map[string]corev1.EnvVar{}
	for _, l := range layers {
		for _, v := range l {
			byName[v.Name] = v
		}
	}
	out := make([]corev1.EnvVar, 0, len(byName))
	for _, v := range byName {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b corev1.EnvVar) int { return cmp.Compare(a.Name, b.Name) })
	return orderEnv(out)
}

// addEnv appends the variables whose names are not there yet: where a rule of
// ours and the user set the same one, the user's stays. One of the user's that
// refers to one of ours moves behind it.
func addEnv(env, rules []corev1.EnvVar) []corev1.EnvVar {
	for _, v := range rules {
		if !slices.ContainsFunc(env, func(o corev1.EnvVar) bool { return o.Name == v.Name }) {
			env = append(env, v)
		}
	}
	return orderEnv(env)
}

// envFrom is the service's Secret, then the container's own sources: of two
// that hold one key, the later wins. A Secret that the container names itself
// keeps the place it has there.
func envFrom(secret string, own []corev1.EnvFromSource) []corev1.EnvFromSource {
	same := func(s corev1.EnvFromSource) bool {
		return s.SecretRef != nil && s.SecretRef.Name == secret && s.Prefix == ""
	}
	if secret == "" || slices.ContainsFunc(own, same) {
		return own
	}
	ref := &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: secret}}
	return append([]corev1.EnvFromSource{{SecretRef: ref}}, own...)
}
