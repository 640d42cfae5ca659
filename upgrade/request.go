package upgrade

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
)

// writeRequest writes the spec of a request. Another profiler reads it, of which the older
// one's configuration says little.
func writeRequest(in map[string]any) (map[string]any, []string, error) {
	dgdr := &v1alpha1.DynamoGraphDeploymentRequest{}
	if err := read(in, dgdr); err != nil {
		return nil, nil, err
	}
	r, err := convert.ReadRequest(dgdr)
	if err != nil {
		return nil, nil, err
	}
	c := readConfig(r)
	out := map[string]any{
		"model":          r.Model,
		"backend":        r.Backend,
		"autoApply":      r.AutoApply,
		"searchStrategy": c.strategy(),
	}
	set(out, "runtimeVersionOverride", r.Search.RuntimeVersion)
	set(out, "features", r.Search.Features)
	set(out, "hardware", c.hardware())
	set(out, "modelCache", c.modelCache())
	set(out, "sla", writeTargets(r.Search.Targets))
	set(out, "workload", c.workload())
	overrides := map[string]any{}
	set(overrides, "dgd", writeOverlay(r.Overrides))
	job, err := writeJob(r.Profiler)
	set(overrides, "profilingJob", job)
	set(out, "overrides", overrides)
	return out, c.listLost(r), err
}

// set writes a value that says anything.
func set(out map[string]any, key string, value any) {
	switch v := value.(type) {
	case map[string]any:
		if len(v) == 0 {
			return
		}
	case string:
		if v == "" {
			return
		}
	case nil:
		return
	}
	out[key] = value
}

func writeTargets(t *dynamo.Targets) map[string]any {
	out := map[string]any{}
	if t == nil {
		return out
	}
	for key, value := range map[string]*float64{"ttft": t.FirstToken, "itl": t.BetweenTokens} {
		if value != nil {
			out[key] = *value
		}
	}
	set(out, "optimizationType", t.Optimization)
	return out
}

// writeOverlay writes what a request says of its graph.
func writeOverlay(in dynamo.GraphOverrides) map[string]any {
	metadata := map[string]any{}
	set(metadata, "name", in.Name)
	for key, texts := range map[string]map[string]string{"labels": in.Labels, "annotations": in.Annotations} {
		values := map[string]any{}
		for name, value := range texts {
			values[name] = value
		}
		set(metadata, key, values)
	}
	if len(metadata) == 0 {
		return nil
	}
	return map[string]any{"apiVersion": v1beta1.GroupVersion().String(), "kind": v1alpha1.GraphKind, "metadata": metadata}
}

// writeJob writes what a request says of its Job.
func writeJob(in dynamo.Profiler) (map[string]any, error) {
	pod := corev1.PodSpec{NodeSelector: in.NodeSelector, Tolerations: in.Tolerations, Containers: []corev1.Container{}}
	if in.OutputClaim != "" {
		claim := &corev1.PersistentVolumeClaimVolumeSource{ClaimName: in.OutputClaim}
		pod.Volumes = []corev1.Volume{{Name: relay.Volume, VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: claim}}}
	}
	if len(in.Resources.Limits)+len(in.Resources.Requests)+len(in.Resources.Claims) > 0 {
		pod.Containers = append(pod.Containers, corev1.Container{Name: "profiler", Resources: in.Resources})
	}
	if len(pod.NodeSelector)+len(pod.Tolerations)+len(pod.Volumes)+len(pod.Containers) == 0 {
		return map[string]any{}, nil
	}
	out, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: pod}})
	if err != nil {
		return nil, fmt.Errorf("cannot write the Job: %w", err)
	}
	if template, ok := out["template"].(map[string]any); ok {
		delete(template, "metadata")
	}
	return out, nil
}

// config is the configuration of the older profiler, in which a block has one of two
// spellings.
type config struct {
	fields map[string]any
	search dynamo.Search
}

func readConfig(r dynamo.Request) config { return config{fields: r.Profiler.Config, search: r.Search} }

// value returns what stands under one of several paths.
func (c config) value(paths ...string) any {
	for _, path := range paths {
		var at any = c.fields
		for key := range strings.SplitSeq(path, ".") {
			block, _ := at.(map[string]any)
			at = block[key]
		}
		if at != nil {
			return at
		}
	}
	return nil
}

// text returns the text that stands there; empty for anything else.
func (c config) text(paths ...string) string {
	out, _ := c.value(paths...).(string)
	return out
}

// strategy is rapid where the older profiler computes, and thorough where it tries graphs
// out.
func (c config) strategy() string {
	if computes, _ := c.value("sweep.useAiConfigurator", "sweep.use_ai_configurator").(bool); computes {
		return string(v1beta1.SearchRapid)
	}
	return string(v1beta1.SearchThorough)
}

func (c config) hardware() map[string]any {
	out := map[string]any{}
	set(out, "gpuSku", c.text("sweep.aicSystem", "sweep.aic_system"))
	if n, ok := c.value("hardware.numGpusPerNode", "hardware.num_gpus_per_node").(int64); ok && n > 0 {
		out["numGpusPerNode"] = n
	}
	return out
}

func (c config) modelCache() map[string]any {
	out := map[string]any{}
	for key, path := range map[string][]string{
		"pvcName":      {"deployment.modelCache.pvcName"},
		"pvcModelPath": {"deployment.modelCache.modelPathInPvc", "deployment.modelCache.pvcPath"},
		"pvcMountPath": {"deployment.modelCache.pvcMountPath", "deployment.modelCache.mountPath"},
	} {
		set(out, key, c.text(path...))
	}
	return out
}

func (c config) workload() map[string]any {
	out := map[string]any{}
	set(out, "isl", c.value("sla.isl"))
	set(out, "osl", c.value("sla.osl"))
	return out
}

// hasPlace says whether a key of the older configuration stands in v1beta1 under another
// name, and its value is one that does.
func (c config) hasPlace(key string) bool {
	switch value := c.value(key).(type) {
	case string:
		return slices.Contains([]string{"deployment.modelCache.pvcPath", "deployment.modelCache.mountPath", "sweep.aicSystem", "sweep.aic_system"}, key)
	case bool:
		return slices.Contains([]string{"sweep.useAiConfigurator", "sweep.use_ai_configurator"}, key)
	case int64:
		return value > 0 && slices.Contains([]string{"hardware.numGpusPerNode", "hardware.num_gpus_per_node"}, key)
	}
	return false
}

// listLost names what has no place in v1beta1.
func (c config) listLost(r dynamo.Request) []string {
	out := []string{r.At.Image.String() + ": the profiler of v1beta1 is in another image: name the planner's in spec.image, or leave it to the site's settings"}
	for _, path := range c.search.Ignored {
		key, inConfig := strings.CutPrefix(path, r.At.Config.String()+".")
		if !inConfig {
			out = append(out, path+notRead)
			continue
		}
		for _, below := range c.open(key) {
			if !c.hasPlace(below) {
				out = append(out, r.At.Config.String()+"."+below+notRead)
			}
		}
	}
	for _, fault := range c.search.Faults {
		out = append(out, fault.Error()+": it is left out")
	}
	if r.Overrides.Namespace != "" {
		out = append(out, r.At.Overrides.Child("namespace").String()+": a graph is made in the namespace of its request")
	}
	return out
}

const notRead = ": the profiler of v1beta1 does not read it"

// open returns the keys of a block, sorted, or the key of what is none.
func (c config) open(key string) []string {
	block, ok := c.value(key).(map[string]any)
	if !ok || len(block) == 0 {
		return []string{key}
	}
	var out []string
	for _, below := range slices.Sorted(maps.Keys(block)) {
		out = append(out, key+"."+below)
	}
	return out
}
