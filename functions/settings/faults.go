package settings

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// findFaults names what the API server would refuse in the objects that settings
// end up in: there it would stop a graph without naming the setting.
func findFaults(in v1beta1.Settings, root *field.Path) field.ErrorList {
	faults := checkOneOf(root.Child("apiVersion"), in.APIVersion, v1beta1.Group+"/"+v1beta1.Version)
	faults = append(faults, checkOneOf(root.Child("kind"), in.Kind, v1beta1.Kind)...)
	faults = append(faults, checkOneOf(root.Child("discovery", "backend"), in.Discovery.Backend, v1beta1.DiscoveryKubernetes, v1beta1.DiscoveryEtcd)...)
	faults = append(faults, checkOneOf(root.Child("multinode", "orchestrator"), in.Multinode.Orchestrator, v1beta1.OrchestratorLeaderWorkerSet)...)
	faults = append(faults, checkOneOf(root.Child("profiler", "protocol"), in.Profiler.Protocol, v1beta1.ProtocolLegacy, v1beta1.ProtocolCurrent)...)
	faults = append(faults, hardwareFaults(in.Hardware, root.Child("hardware"))...)
	for _, n := range []struct {
		at    *field.Path
		value string
		rule  func(string) []string
	}{
		{root.Child("compositions", "component"), in.Compositions.Component, validation.IsDNS1123Subdomain},
		{root.Child("compositions", "scalingAdapter"), in.Compositions.ScalingAdapter, validation.IsDNS1123Subdomain},
		{root.Child("ingress", "className"), in.Ingress.ClassName, validation.IsDNS1123Subdomain},
		{root.Child("ingress", "tlsSecretName"), in.Ingress.TLSSecretName, validation.IsDNS1123Subdomain},
		{root.Child("ingress", "hostSuffix"), in.Ingress.HostSuffix, validation.IsDNS1123Subdomain},
		{root.Child("ingress", "virtualServiceGateway"), in.Ingress.VirtualServiceGateway, isGateway},
		{root.Child("ingress", "gateway", "name"), in.Ingress.Gateway.Name, validation.IsDNS1123Subdomain},
		{root.Child("ingress", "gateway", "namespace"), in.Ingress.Gateway.Namespace, validation.IsDNS1123Label},
		{root.Child("ingress", "gateway", "sectionName"), in.Ingress.Gateway.SectionName, validation.IsDNS1123Subdomain},
		{root.Child("ingress", "gateway", "requestTimeout"), in.Ingress.Gateway.RequestTimeout, isTimeout},
		{root.Child("monitoring", "interval"), in.Monitoring.Interval, isDuration},
		{root.Child("multinode", "sshSecretName"), in.Multinode.SSHSecretName, validation.IsDNS1123Subdomain},
		{root.Child("rbac", "discoveryClusterRole"), in.RBAC.DiscoveryClusterRole, content.IsPathSegmentName},
		{root.Child("rbac", "plannerClusterRole"), in.RBAC.PlannerClusterRole, content.IsPathSegmentName},
		{root.Child("rbac", "pickerClusterRole"), in.RBAC.PickerClusterRole, content.IsPathSegmentName},
		{root.Child("rbac", "profilerClusterRole"), in.RBAC.ProfilerClusterRole, content.IsPathSegmentName},
		{root.Child("profiler", "huggingFaceSecretName"), in.Profiler.HuggingFaceSecretName, validation.IsDNS1123Subdomain},
		{root.Child("images", "frontend"), in.Images.Frontend, isImage},
		{root.Child("images", "sglang"), in.Images.SGLang, isImage},
		{root.Child("images", "trtllm"), in.Images.TRTLLM, isImage},
		{root.Child("images", "vllm"), in.Images.VLLM, isImage},
		{root.Child("profiler", "image"), in.Profiler.Image, isImage},
		{root.Child("podDefaults", "priorityClassName"), in.PodDefaults.PriorityClassName, validation.IsDNS1123Subdomain},
		{root.Child("podDefaults", "runtimeClassName"), in.PodDefaults.RuntimeClassName, validation.IsDNS1123Subdomain},
		{root.Child("podDefaults", "schedulerName"), in.PodDefaults.SchedulerName, validation.IsDNS1123Subdomain},
		{root.Child("queue", "name"), in.Queue.Name, isQueue},
		{root.Child("runtime", "defaultVersion"), in.Runtime.DefaultVersion, isVersion},
	} {
		faults = append(faults, checkName(n.at, n.value, n.rule)...)
	}
	faults = append(faults, pullSecretFaults(in.ImagePullSecrets, root.Child("imagePullSecrets"))...)
	faults = append(faults, siteObjectFaults(in, root)...)
	return append(faults, podDefaultFaults(in.PodDefaults, root.Child("podDefaults"))...)
}

// hardwareFaults names amounts that no GPU has.
func hardwareFaults(in v1beta1.Hardware, at *field.Path) field.ErrorList {
	faults := checkOneOf(at.Child("discovery"), in.Discovery, v1beta1.HardwareNodes, v1beta1.HardwareNone)
	for _, n := range []struct {
		key   string
		value int64
	}{{"numGpusPerNode", int64(in.NumGPUsPerNode)}, {"totalGpus", int64(in.TotalGPUs)}, {"vramMb", in.VRAMMB}} {
		if n.value < 0 {
			faults = append(faults, field.Invalid(at.Child(n.key), n.value, "must be greater than 0, or left out"))
		}
	}
	return faults
}

// checkOneOf checks that a text is empty or one of those that are known.
func checkOneOf[T ~string](at *field.Path, v T, known ...T) field.ErrorList {
	if v == "" || slices.Contains(known, v) {
		return nil
	}
	return field.ErrorList{field.NotSupported(at, v, known)}
}

// checkName checks a name, which may be empty, by a rule.
func checkName(at *field.Path, v string, rule func(string) []string) field.ErrorList {
	if v == "" {
		return nil
	}
	var faults field.ErrorList
	for _, msg := range rule(v) {
		faults = append(faults, field.Invalid(at, v, msg))
	}
	return faults
}

// isGateway is how VirtualServices refer to a Gateway of another namespace.
func isGateway(v string) []string {
	namespace, name, ok := strings.Cut(v, "/")
	if !ok {
		return []string{"must be written as namespace/name"}
	}
	return append(validation.IsDNS1123Label(namespace), validation.IsDNS1123Subdomain(name)...)
}

// isImage is what a container can be given as its image, as far as the kubelet alone would
// tell otherwise, of each pod that waits for it.
func isImage(v string) []string {
	switch {
	case strings.ContainsAny(v, " \t\r\n"):
		return []string{"must be an image without blanks, such as registry/repository:tag"}
	case strings.Contains(v, "://"):
		return []string{"is a URL: leave out what stands before the registry, as in registry/repository:tag"}
	}
	if repository := readRepository(v); repository != strings.ToLower(repository) {
		return []string{"has capitals in the repository, which no registry takes: write " + strings.Replace(v, repository, strings.ToLower(repository), 1)}
	}
	return nil
}

// readRepository reads what stands between the registry of an image and its tag or digest.
func readRepository(image string) string {
	path, _, _ := strings.Cut(image, "@")
	path = strings.TrimPrefix(path, readRegistry(path)+"/")
	path, _, _ = strings.Cut(path, ":")
	return path
}

// isQueue is how queues of Kueue are named: their names are label values, too, of which
// those that are no names say no more.
func isQueue(v string) []string {
	if faults := validation.IsDNS1123Subdomain(v); len(faults) > 0 {
		return faults
	}
	return validation.IsValidLabelValue(v)
}

// isVersion is how versions of the Dynamo runtime are written.
func isVersion(v string) []string {
	if version.Parse(v).Known() {
		return nil
	}
	return []string{"must be the three numbers of a release, such as 1.5.0"}
}

func pullSecretFaults(in []v1beta1.RegistryPullSecret, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for i, s := range in {
		if s.Registry == "" {
			faults = append(faults, field.Required(at.Index(i).Child("registry"), "name the registry whose images need the Secret"))
		}
		if s.Name == "" {
			faults = append(faults, field.Required(at.Index(i).Child("name"), "name the Secret"))
		}
		faults = append(faults, checkName(at.Index(i).Child("name"), s.Name, validation.IsDNS1123Subdomain)...)
		faults = append(faults, checkName(at.Index(i).Child("registry"), s.Registry, isRegistry)...)
	}
	return faults
}
