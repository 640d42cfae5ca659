package convert

import (
	"maps"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/output"
)

// legacyConfig is the configuration of a request of version v1alpha1, as a profiler of
// the current generation is told of it. What is read is taken out of it.
type legacyConfig struct {
	left   map[string]any
	at     *field.Path
	search *dynamo.Search
}

// readLegacySearch reads what a request of version v1alpha1 says to a profiler of the
// current generation. Of its configuration that is what such a profiler knows.
func readLegacySearch(in v1alpha1.DynamoGraphDeploymentRequestSpec, config map[string]any) dynamo.Search {
	spec := field.NewPath("spec")
	at := spec.Child("profilingConfig", "config")
	out := dynamo.Search{
		At: dynamo.SearchPaths{
			Strategy:   at.Child("sweep"),
			ModelCache: at.Child("deployment", "modelCache"),
			Hardware:   spec.Child("hardware"),
			Workload:   at.Child("sla"),
			Targets:    at.Child("sla"),
			Features:   at,
			Job:        spec.Child("profilingConfig"),
			Graph:      spec.Child("deploymentOverrides"),
		},
		Strategy:       string(v1beta1.SearchRapid),
		RuntimeVersion: in.RuntimeVersionOverride,
		Overrides:      writeLegacyJob(in.ProfilingConfig),
	}
	c := legacyConfig{left: runtime.DeepCopyJSON(config), at: at, search: &out}
	output.DropNulls(c.left)
	c.readTargets()
	c.readModelCache()
	out.Features = c.readFeatures(in.UseMocker != nil && *in.UseMocker)
	out.Ignored = append(listLegacyOnly(in), c.listLeft()...)
	return out
}

// writeLegacyJob writes what the profiler hands on to the graphs that it tries out.
func writeLegacyJob(in v1alpha1.ProfilingConfig) *dynamo.SearchOverrides {
	if len(in.Tolerations) == 0 {
		return nil
	}
	pod := corev1.PodSpec{Tolerations: in.Tolerations, Containers: []corev1.Container{}}
	return &dynamo.SearchOverrides{Job: &batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: pod}}}
}

func (c legacyConfig) readTargets() {
	sla, at := c.open(c.left, "sla", c.at), c.at.Child("sla")
	if len(sla) == 0 {
		return
	}
	targets := &dynamo.Targets{FirstToken: c.takeNumber(sla, "ttft", at), BetweenTokens: c.takeNumber(sla, "itl", at)}
	targets.Optimization = c.takeText(sla, "optimizationType", at)
	if *targets != (dynamo.Targets{}) {
		c.search.Targets = targets
	}
	in, out := c.takeNumber(sla, "isl", at), c.takeNumber(sla, "osl", at)
	if in == nil && out == nil {
		return
	}
	c.search.Workload = &dynamo.Load{InputTokens: defaultInputTokens, OutputTokens: defaultOutputTokens}
	if in != nil {
		c.search.Workload.InputTokens = int32(*in)
	}
	if out != nil {
		c.search.Workload.OutputTokens = int32(*out)
	}
}

func (c legacyConfig) readModelCache() {
	deployment := c.open(c.left, "deployment", c.at)
	at := c.at.Child("deployment", "modelCache")
	cache := c.open(deployment, "modelCache", c.at.Child("deployment"))
	if len(cache) == 0 {
		return
	}
	c.search.ModelCache = &dynamo.ModelCache{
		Claim:     c.takeText(cache, "pvcName", at),
		ModelPath: c.takeText(cache, "modelPathInPvc", at),
		MountPath: c.takeText(cache, "pvcMountPath", at),
	}
	if c.search.ModelCache.MountPath == "" {
		c.search.ModelCache.MountPath = defaultCacheFolder
	}
}

func (c legacyConfig) readFeatures(mocker bool) map[string]any {
	out := map[string]any{}
	if planner, ok := c.left["planner"].(map[string]any); ok {
		out["planner"] = planner
		delete(c.left, "planner")
	}
	if mocker {
		out["mocker"] = map[string]any{"enabled": true}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// open returns the object under a key; nil for none.
func (c legacyConfig) open(in map[string]any, key string, at *field.Path) map[string]any {
	value, given := in[key]
	out, ok := value.(map[string]any)
	if given && !ok {
		c.search.Faults = append(c.search.Faults, field.Invalid(at.Child(key), field.OmitValueType{}, "must be an object"))
		delete(in, key)
	}
	return out
}

func (c legacyConfig) takeNumber(in map[string]any, key string, at *field.Path) *float64 {
	value, given := in[key]
	delete(in, key)
	switch v := value.(type) {
	case int64:
		out := float64(v)
		return &out
	case float64:
		return &v
	}
	if given {
		c.search.Faults = append(c.search.Faults, field.Invalid(at.Child(key), field.OmitValueType{}, "must be a number"))
	}
	return nil
}

func (c legacyConfig) takeText(in map[string]any, key string, at *field.Path) string {
	value, given := in[key]
	delete(in, key)
	out, ok := value.(string)
	if given && !ok {
		c.search.Faults = append(c.search.Faults, field.Invalid(at.Child(key), field.OmitValueType{}, "must be a text"))
	}
	return out
}

// listLeft lists what of the configuration nobody took: by its key, or below the
// blocks of which something is.
func (c legacyConfig) listLeft() []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(c.left)) {
		block, ok := c.left[key].(map[string]any)
		if !ok || (key != "sla" && key != "deployment") {
			out = append(out, c.at.Child(key).String())
			continue
		}
		for _, leaf := range listLeaves(block) {
			out = append(out, c.at.Child(key).String()+"."+leaf)
		}
	}
	return out
}

// listLegacyOnly lists the fields of a request that only a profiler of the legacy
// generation acts on.
func listLegacyOnly(in v1alpha1.DynamoGraphDeploymentRequestSpec) []string {
	var out []string
	if in.EnableGPUDiscovery != nil && *in.EnableGPUDiscovery {
		out = append(out, "spec.enableGpuDiscovery")
	}
	if in.ProfilingConfig.ConfigMapRef != nil {
		out = append(out, "spec.profilingConfig.configMapRef")
	}
	if in.DeploymentOverrides != nil && in.DeploymentOverrides.WorkersImage != "" {
		out = append(out, "spec.deploymentOverrides.workersImage")
	}
	return out
}
