package profiler

import (
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
	"github.com/crossplane-contrib/function-dynamo/functions/render/keyed"
)

// CheckJob refuses what a request changes of its Job that an API server would refuse the
// Job for: the request would wait for it without an end.
func CheckJob(r dynamo.Request) field.ErrorList {
	template := r.Search.At.Job.Child("template")
	return slices.Concat(
		jobMetadataFaults(r.Profiler.More, template.Child("metadata")),
		initContainerFaults(r.Profiler.More, template.Child("spec", "initContainers")),
		mountFaults(r, template.Child("spec")),
		listFaults(r, template.Child("spec")),
	)
}

// listFaults looks at the lists of which Kubernetes takes each key once. Of two containers
// of one name, what the first one says would be lost.
func listFaults(r dynamo.Request, at *field.Path) field.ErrorList {
	if r.Search.Overrides == nil || r.Search.Overrides.Job == nil {
		return nil
	}
	spec := r.Search.Overrides.Job.Template.Spec
	out := slices.Concat(
		keyed.Pod(at, spec),
		keyed.Repeated(at.Child("containers"), "name", spec.Containers, func(c corev1.Container) string { return c.Name }),
	)
	check := func(at *field.Path, c corev1.Container) {
		out = append(out, keyed.Container(at, c)...)
		out = append(out, keyed.Mounts(at.Child("volumeMounts"), c.VolumeMounts)...)
	}
	for _, c := range spec.Containers {
		if c.Name == Container {
			check(at.Child("containers").Key(c.Name), c)
		}
	}
	for _, c := range spec.InitContainers {
		check(at.Child("initContainers").Key(c.Name), c)
	}
	return out
}

// jobMetadataFaults checks labels and annotations. Kubernetes sets some labels itself, by
// which a Job finds its pods.
func jobMetadataFaults(by dynamo.JobOverrides, at *field.Path) field.ErrorList {
	out := slices.Concat(
		metav1validation.ValidateLabels(by.Labels, at.Child("labels")),
		validation.ValidateAnnotations(by.Annotations, at.Child("annotations")),
	)
	for _, key := range []string{batchv1.ControllerUidLabel, batchv1.JobNameLabel, "controller-uid", "job-name"} {
		if _, ok := by.Labels[key]; ok {
			out = append(out, field.Forbidden(at.Child("labels").Key(key), "is set by Kubernetes, which finds the pods of a Job by it: leave it out"))
		}
	}
	return out
}

// initContainerFaults checks the names of further containers.
func initContainerFaults(by dynamo.JobOverrides, at *field.Path) field.ErrorList {
	var out field.ErrorList
	taken := []string{Container, relay.Name}
	for i, c := range by.InitContainers {
		path := at.Index(i).Child("name")
		switch {
		case c.Name == "":
			out = append(out, field.Required(path, "name the container"))
		case slices.Contains(taken, c.Name):
			out = append(out, field.Duplicate(path, c.Name))
		}
		taken = append(taken, c.Name)
	}
	return out
}

// mountFaults refuses mounts of volumes that the pod does not have.
func mountFaults(r dynamo.Request, at *field.Path) field.ErrorList {
	known := []string{relay.Volume}
	if cache := r.Search.ModelCache; cache != nil && cache.Claim != "" {
		known = append(known, CacheVolume)
	}
	for _, v := range r.Profiler.More.Volumes {
		known = append(known, v.Name)
	}
	check := func(path *field.Path, mounts []corev1.VolumeMount) field.ErrorList {
		var out field.ErrorList
		for i, m := range mounts {
			if !slices.Contains(known, m.Name) {
				out = append(out, field.NotFound(path.Child("volumeMounts").Index(i).Child("name"), m.Name))
			}
		}
		return out
	}
	out := check(at.Child("containers").Key(Container), r.Profiler.More.Mounts)
	for _, c := range r.Profiler.More.InitContainers {
		out = append(out, check(at.Child("initContainers").Key(c.Name), c.VolumeMounts)...)
	}
	return out
}

// CacheVolume is the volume of a pod that has the model.
const CacheVolume = "model-cache"
