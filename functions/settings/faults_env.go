package settings

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// envFaults names variables that no container can have, that are there twice, and that are
// not for a site to set in all pods.
func envFaults(in []corev1.EnvVar, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	seen := sets.Set[string]{}
	for i, v := range in {
		name := at.Index(i).Child("name")
		if v.Name == "" {
			faults = append(faults, field.Required(name, "name the variable"))
			continue
		}
		faults = append(faults, checkName(name, v.Name, validation.IsRelaxedEnvVarName)...)
		if seen.Has(v.Name) {
			faults = append(faults, field.Duplicate(name, v.Name))
		}
		seen.Insert(v.Name)
		if why := explainReserved(v.Name); why != "" {
			faults = append(faults, field.Invalid(name, v.Name, why))
		}
		faults = append(faults, valueFaults(v, at.Index(i))...)
	}
	return faults
}

// valueFaults names a variable with two values, or with a source of none.
func valueFaults(v corev1.EnvVar, at *field.Path) field.ErrorList {
	if v.ValueFrom == nil {
		return nil
	}
	if v.Value != "" {
		return field.ErrorList{field.Invalid(at.Child("valueFrom"), field.OmitValueType{}, "may not be beside value: leave one of the two out")}
	}
	if v.ValueFrom.FileKeyRef != nil {
		return field.ErrorList{field.Forbidden(at.Child("valueFrom", "fileKeyRef"), "reads a volume of one pod: use a Secret or a ConfigMap")}
	}
	if n := len(FieldNames(v.ValueFrom)); n != 1 {
		return field.ErrorList{field.Invalid(at.Child("valueFrom"), field.OmitValueType{}, "must name exactly one source")}
	}
	return sourceFaults(v.ValueFrom, at.Child("valueFrom"))
}

// explainReserved says why a variable is not for all pods of a site; empty where it is.
func explainReserved(name string) string {
	for setting, given := range givenBySettings() {
		if given == name {
			return "is what the setting " + setting + " says: set that"
		}
	}
	if strings.HasPrefix(name, "LWS_") || strings.HasPrefix(name, "DYN_PARENT_DGD_") || identity().Has(name) {
		return "tells a process who or where it is, which differs from pod to pod: leave it to Dynamo, or set it in a graph"
	}
	return ""
}

// givenBySettings are the variables that other settings give, by their paths.
func givenBySettings() map[string]string {
	return map[string]string{
		"discovery.backend":                 "DYN_DISCOVERY_BACKEND",
		"infrastructure.etcdAddress":        "ETCD_ENDPOINTS",
		"infrastructure.modelExpressURL":    "MODEL_EXPRESS_URL",
		"infrastructure.natsAddress":        "NATS_SERVER",
		"infrastructure.prometheusEndpoint": "PROMETHEUS_ENDPOINT",
	}
}

// identity are the variables that tell a process of Dynamo its name, its graph, its ports and
// its place among others, or configure one service of a graph.
func identity() sets.Set[string] {
	return sets.New(
		"CONTAINER_NAME", "POD_IP", "POD_NAME", "POD_NAMESPACE", "POD_UID",
		"DYN_COMPONENT", "DYN_DEPLOYMENT_CONFIG", "DYN_KUBE_DISCOVERY_MODE",
		"DYN_NAMESPACE", "DYN_NAMESPACE_PREFIX", "DYN_NAMESPACE_PREFIX_STRICT", "DYN_NAMESPACE_WORKER_SUFFIX",
		"DYNAMO_PORT", "DYN_HTTP_PORT", "DYN_SYSTEM_ENABLED", "DYN_SYSTEM_PORT", "DYN_FORWARDPASS_METRIC_PORT",
		"NIXL_TELEMETRY_PROMETHEUS_PORT", "PLANNER_PROMETHEUS_PORT",
		"DYNAMO_LEADER_ADDRESS", "DYNAMO_RANK",
		"VLLM_NIXL_SIDE_CHANNEL_HOST", "OMPI_MCA_orte_keep_fqdn_hostnames",
	)
}
