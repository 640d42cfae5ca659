package convert

import (
	"cmp"
	"errors"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// defaultBaseKey is the key of the file that a profiler starts from, as the
// published API has it.
const defaultBaseKey = "disagg.yaml"

// DecodeRequest reads a request in the form that it has: that of v1alpha1 cannot do
// without a configuration. Its metadata and status are those of v1alpha1, which are the
// same in both. A spec that cannot be read is a fault of the request; an error is for
// anything else.
func DecodeRequest(composite map[string]any) (*v1alpha1.DynamoGraphDeploymentRequest, dynamo.Request, error) {
	dgdr := &v1alpha1.DynamoGraphDeploymentRequest{}
	if err := object.Into(without(composite, "spec"), dgdr); err != nil {
		return nil, dynamo.Request{}, err
	}
	spec, _ := composite["spec"].(map[string]any)
	if _, ok := spec["profilingConfig"]; ok {
		return dgdr, decodeRequestV1Alpha1(spec, dgdr), nil
	}
	return dgdr, decodeRequestV1Beta1(spec, dgdr), nil
}

func decodeRequestV1Alpha1(spec map[string]any, dgdr *v1alpha1.DynamoGraphDeploymentRequest) dynamo.Request {
	in := &v1alpha1.DynamoGraphDeploymentRequest{}
	if fault := readSpec(spec, in); fault != nil {
		return faultyRequest(dgdr, v1alpha1.Version, fault)
	}
	dgdr.Spec = in.Spec
	out, err := ReadRequest(dgdr)
	if fault := (&field.Error{}); errors.As(err, &fault) {
		return faultyRequest(dgdr, v1alpha1.Version, fault)
	}
	return out
}

// faultyRequest is a request of which nothing is known but its name.
func faultyRequest(in *v1alpha1.DynamoGraphDeploymentRequest, version string, why *field.Error) dynamo.Request {
	return dynamo.Request{
		Name:      in.Name,
		Namespace: in.Namespace,
		UID:       string(in.UID),
		Version:   version,
		At:        dynamo.RequestPaths{Name: field.NewPath("metadata", "name")},
		Faults:    field.ErrorList{why},
	}
}

// ReadRequest reads a DynamoGraphDeploymentRequest in the form of v1alpha1. It returns an error where the
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
		Version:   v1alpha1.Version,
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
