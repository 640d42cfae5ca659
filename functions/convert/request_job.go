package convert

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
)

// profilerContainer is the container of a profiler's Job that a user may change.
const profilerContainer = "profiler"

// readJobOverrides reads what a request changes of its Job. What it says beside that
// is named as ignored.
func readJobOverrides(block map[string]any, out *dynamo.Request) {
	at := out.Search.At.Job
	job := &batchv1.JobSpec{}
	raw, err := json.Marshal(block)
	if err != nil {
		return // What came as JSON can be written as JSON.
	}
	unknown, err := kjson.UnmarshalStrict(raw, job)
	if err != nil {
		out.Search.Faults = append(out.Search.Faults, field.Invalid(at, field.OmitValueType{}, fmt.Sprintf("cannot be read as the spec of a Job: %v", err)))
		return
	}
	for _, e := range unknown {
		out.Search.Ignored = append(out.Search.Ignored, fmt.Sprintf("%s: %v", at, e))
	}
	if job.Template.Spec.Containers == nil {
		job.Template.Spec.Containers = []corev1.Container{} // The profiler takes no null.
	}
	out.Search.Overrides.Job = job
	left := job.DeepCopy()
	takeJob(left, &out.Profiler)
	for _, path := range listLeaves(left) {
		out.Search.Ignored = append(out.Search.Ignored, at.String()+"."+path)
	}
}

// take moves a value, so that what is left behind is what nobody took.
func take[T any](to, from *T) {
	var nothing T
	*to, *from = *from, nothing
}

// takeJob takes what of a Job's spec is acted on. How often and how many pods run is
// not: a request is profiled once.
func takeJob(job *batchv1.JobSpec, out *dynamo.Profiler) {
	more, pod := &out.More, &job.Template.Spec
	take(&more.ActiveDeadlineSeconds, &job.ActiveDeadlineSeconds)
	take(&more.TTLSecondsAfterFinished, &job.TTLSecondsAfterFinished)
	take(&more.Labels, &job.Template.Labels)
	take(&more.Annotations, &job.Template.Annotations)
	take(&out.NodeSelector, &pod.NodeSelector)
	take(&out.Tolerations, &pod.Tolerations)
	take(&more.Affinity, &pod.Affinity)
	take(&more.PriorityClassName, &pod.PriorityClassName)
	take(&more.PullSecrets, &pod.ImagePullSecrets)
	take(&more.RuntimeClassName, &pod.RuntimeClassName)
	take(&more.SchedulerName, &pod.SchedulerName)
	take(&more.DNSPolicy, &pod.DNSPolicy)
	take(&more.DNSConfig, &pod.DNSConfig)
	take(&more.PodSecurity, &pod.SecurityContext)
	take(&more.GracePeriodSeconds, &pod.TerminationGracePeriodSeconds)
	take(&more.TopologySpreadConstraints, &pod.TopologySpreadConstraints)
	take(&more.HostAliases, &pod.HostAliases)
	take(&more.InitContainers, &pod.InitContainers)
	takeVolumes(pod, out)
	for i := range pod.Containers {
		if pod.Containers[i].Name == profilerContainer {
			takeContainer(&pod.Containers[i], out)
		}
	}
	pod.Containers = slices.DeleteFunc(pod.Containers, isEmptyContainer)
}

// takeVolumes takes the volumes. A claim in the place of the output's volume is the
// claim for what the profiler writes.
func takeVolumes(pod *corev1.PodSpec, out *dynamo.Profiler) {
	for _, v := range pod.Volumes {
		if v.Name == relay.Volume && v.PersistentVolumeClaim != nil {
			out.OutputClaim = v.PersistentVolumeClaim.ClaimName
			continue
		}
		out.More.Volumes = append(out.More.Volumes, v)
	}
	pod.Volumes = nil
}

func takeContainer(c *corev1.Container, out *dynamo.Profiler) {
	take(&out.More.Image, &c.Image)
	take(&out.Resources, &c.Resources)
	take(&out.More.PullPolicy, &c.ImagePullPolicy)
	take(&out.More.Security, &c.SecurityContext)
	take(&out.More.Env, &c.Env)
	take(&out.More.EnvFrom, &c.EnvFrom)
	take(&out.More.Mounts, &c.VolumeMounts)
}

// isEmptyContainer says whether all of a container has been taken.
func isEmptyContainer(c corev1.Container) bool {
	return len(listLeaves(c)) == 1 && c.Name == profilerContainer
}

// listLeaves lists the paths of the values in an object, sorted. Items of lists stand
// under their names, if they have any, else under their places.
func listLeaves(value any) []string {
	raw, err := json.Marshal(value)
	tree := map[string]any{}
	if err != nil || json.Unmarshal(raw, &tree) != nil {
		return nil
	}
	var out []string
	addLeaves(&out, "", tree)
	slices.Sort(out)
	return out
}

func addLeaves(out *[]string, at string, value any) {
	switch v := value.(type) {
	case nil:
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			addLeaves(out, strings.TrimPrefix(at+"."+key, "."), v[key])
		}
	case []any:
		for i, item := range v {
			place := any(i)
			if m, ok := item.(map[string]any); ok && m["name"] != nil {
				place = m["name"]
			}
			addLeaves(out, fmt.Sprintf("%s[%v]", at, place), item)
		}
	default:
		*out = append(*out, at)
	}
}
