package legacy

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// NodesClusterRole is the ClusterRole with which a profiler finds the cluster's GPUs.
// Only a ClusterRoleBinding of the site gives it.
const NodesClusterRole = "function-dynamo:profiler-nodes"

// defaultPort is that of the profiler's web page.
const defaultPort = 8000

// findWarnings names what a request may ask for otherwise than meant.
func findWarnings(r dynamo.Request, c section) []string {
	out := ignoredWarnings(r, c)
	out = append(out, namespaceWarnings(r, c)...)
	out = append(out, cacheWarnings(r, c)...)
	out = append(out, sweepWarnings(r, c.section("sweep"), c)...)
	return append(out, discoveryWarnings(r, c.section("hardware"))...)
}

// ignoredWarnings name the values of the configuration that the request itself says
// otherwise.
func ignoredWarnings(r dynamo.Request, c section) []string {
	deployment, engine := c.section("deployment"), c.section("engine")
	at := r.At.Config
	var out []string
	for _, o := range []struct {
		given any
		wins  string
		at    *field.Path
		by    *field.Path
	}{
		{deployment.value("dgdImage"), r.Overrides.WorkersImage, at.Child("deployment", deployment.find("dgdImage")), r.At.Overrides.Child("workersImage")},
		{deployment["model"], r.Model, at.Child("deployment", "model"), r.At.Model},
		{engine["backend"], r.Backend, at.Child("engine", "backend"), r.At.Backend},
		{engine["config"], locateBase(r), at.Child("engine", "config"), r.At.BaseConfig},
	} {
		if o.given != nil && o.wins != "" && o.given != o.wins {
			out = append(out, fmt.Sprintf("%s: is ignored, since %s wins over it: leave it out", o.at, o.by))
		}
	}
	return out
}

// namespaceWarnings: the profiler may do nothing in another namespace by itself.
func namespaceWarnings(r dynamo.Request, c section) []string {
	namespace := c.section("deployment")["namespace"]
	if namespace == nil || namespace == r.Namespace {
		return nil
	}
	return []string{fmt.Sprintf("%s: the profiler has rights in namespace %s alone, where it can try out graphs: leave it out",
		r.At.Config.Child("deployment", "namespace"), r.Namespace)}
}

// cacheWarnings: a model cache without a claim is none.
func cacheWarnings(r dynamo.Request, c section) []string {
	cache := c.section("deployment").section("modelCache")
	if _, ok := cache["pvcName"]; ok || len(cache) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: has no effect without pvcName: name the claim that has the model", r.At.Config.Child("deployment", "modelCache"))}
}

// sweepWarnings: what makes the profiler wait for a person, or fail.
func sweepWarnings(r dynamo.Request, sweep, c section) []string {
	at := r.At.Config.Child("sweep")
	var out []string
	if sweep.is("pickWithWebui") {
		port := sweep.value("webuiPort")
		if port == nil {
			port = defaultPort
		}
		out = append(out, fmt.Sprintf("%s: profiling waits until a person picks a graph in the profiler's web page, which kubectl port-forward job/%s %v opens",
			at.Child(sweep.find("pickWithWebui")), names.ProfilingJob(r.Name), describe(port)))
	}
	// The first profilers read the system in a block of its own.
	if usesAIConfigurator(c) && sweep.find("aicSystem") == "" && c.section("aic")["system"] == nil {
		out = append(out, fmt.Sprintf("%s: AIConfigurator fails without aicSystem: name the GPUs to compute with beside it, such as h200_sxm",
			at.Child(sweep.find("useAiConfigurator"))))
	}
	return out
}

// discoveryWarnings: nodes belong to no namespace, so what reads them needs a right
// that no request can have of its own.
func discoveryWarnings(r dynamo.Request, hardware section) []string {
	at := r.At.GPUDiscovery
	if !r.Profiler.GPUDiscovery {
		at = r.At.Config.Child("hardware", hardware.find("enableGpuDiscovery"))
	}
	if !r.Profiler.GPUDiscovery && !hardware.is("enableGpuDiscovery") || knowsSizes(hardware) {
		return nil
	}
	return []string{fmt.Sprintf("%s: the profiler reads nodes, which only a ClusterRoleBinding of ClusterRole %s to ServiceAccount %s/%s allows: "+
		"make one, or give minNumGpusPerEngine, maxNumGpusPerEngine and numGpusPerNode in %s instead",
		at, NodesClusterRole, r.Namespace, names.ProfilerAccount(r.Name), r.At.Config.Child("hardware"))}
}

// knowsSizes says whether all sizes are given. The profiler discovers only then when
// one of them is not, or 0.
func knowsSizes(hardware section) bool {
	for _, key := range []string{"minNumGpusPerEngine", "maxNumGpusPerEngine", "numGpusPerNode"} {
		if !isPositive(hardware.value(key)) {
			return false
		}
	}
	return true
}
