package convert

import (
	"cmp"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// defaultBaseKey is the key of the file that a profiler starts from, as the
// published API has it.
const defaultBaseKey = "disagg.yaml"

// ReadRequest reads a DynamoGraphDeploymentRequest. It returns an error where the
// profiler's configuration is no object.
func ReadRequest(in *v1alpha1.DynamoGraphDeploymentRequest) (dynamo.Request, error) {
	spec := field.NewPath("spec")
	profiling := spec.Child("profilingConfig")
	config, ok := readFree(in.Spec.ProfilingConfig.Config)
	if !ok {
		return dynamo.Request{}, field.Invalid(profiling.Child("config"), "config", "must be an object")
	}
	return dynamo.Request{
		Name:      in.Name,
		Namespace: in.Namespace,
		UID:       string(in.UID),
		At: dynamo.RequestPaths{
			Name:         field.NewPath("metadata", "name"),
			Model:        spec.Child("model"),
			Backend:      spec.Child("backend"),
			GPUDiscovery: spec.Child("enableGpuDiscovery"),
			Image:        profiling.Child("profilerImage"),
			Config:       profiling.Child("config"),
			BaseConfig:   profiling.Child("configMapRef"),
			OutputClaim:  profiling.Child("outputPVC"),
			Overrides:    spec.Child("deploymentOverrides"),
		},
		Model:     in.Spec.Model,
		Backend:   string(in.Spec.Backend),
		AutoApply: ptr.Deref(in.Spec.AutoApply, false),
		UseMocker: ptr.Deref(in.Spec.UseMocker, false),
		Profiler:  readProfiler(in.Spec, config),
		Search:    readLegacySearch(in.Spec, config),
		Overrides: readDeploymentOverrides(in.Spec.DeploymentOverrides),
		Ignored:   listRequestUnsupported(in.Spec),
	}, nil
}

func readProfiler(in v1alpha1.DynamoGraphDeploymentRequestSpec, config map[string]any) dynamo.Profiler {
	p := in.ProfilingConfig
	out := dynamo.Profiler{
		Image:        p.ProfilerImage,
		Config:       config,
		GPUDiscovery: ptr.Deref(in.EnableGPUDiscovery, false),
		NodeSelector: p.NodeSelector,
		Tolerations:  p.Tolerations,
		OutputClaim:  p.OutputPVC,
	}
	if p.ConfigMapRef != nil {
		out.Base = dynamo.ConfigFile{ConfigMap: p.ConfigMapRef.Name, Key: cmp.Or(p.ConfigMapRef.Key, defaultBaseKey)}
	}
	if p.Resources != nil {
		out.Resources = *p.Resources
	}
	return out
}

func readDeploymentOverrides(in *v1alpha1.DeploymentOverrides) dynamo.GraphOverrides {
	if in == nil {
		return dynamo.GraphOverrides{}
	}
	return dynamo.GraphOverrides{
		Name:         in.Name,
		Namespace:    in.Namespace,
		Labels:       in.Labels,
		Annotations:  in.Annotations,
		WorkersImage: in.WorkersImage,
	}
}

// readFree reads an object of free content into JSON types, with integers as
// int64; nil for none. It says whether it could be read.
func readFree(in *runtime.RawExtension) (map[string]any, bool) {
	if in == nil || len(in.Raw) == 0 {
		return nil, true
	}
	out := map[string]any{}
	err := kjson.UnmarshalCaseSensitivePreserveInts(in.Raw, &out)
	return out, err == nil
}

// listRequestUnsupported returns the fields of a request that nothing acts on.
func listRequestUnsupported(in v1alpha1.DynamoGraphDeploymentRequestSpec) []string {
	if in.RuntimeVersionOverride != "" {
		return []string{"spec.runtimeVersionOverride"}
	}
	return nil
}
