package settings

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// Decode reads the input of a pipeline step; nothing at all means the defaults.
func Decode(input []byte) (Settings, field.ErrorList) { return Resolve(input, nil) }

// Resolve folds the defaults, the input of a pipeline step and what the
// environment has under EnvironmentKey; a later one wins. Each is JSON, and
// nothing at all where it is not given. It is strict: every unknown, doubled or
// ill-typed field is a fault, which names the layer that it is in.
func Resolve(input, environment []byte) (Settings, field.ErrorList) {
	out, faults := Default(), field.ErrorList(nil)
	for _, l := range []source{
		{LayerInput, field.NewPath("input"), input},
		{LayerEnvironment, field.NewPath("environment", EnvironmentKey), environment},
	} {
		in, found := l.read()
		faults = append(faults, found...)
		if says(in) {
			out = fold(out, in)
			out.Layers = append(slices.Clone(out.Layers), l.layer)
		}
	}
	return out, faults
}

// EnvironmentKey is the field of the environment that has settings.
const EnvironmentKey = "dynamo"

// source is one place that settings are written in.
type source struct {
	layer string
	// path that faults are reported at.
	path *field.Path
	raw  []byte
}

// read returns what the source says: nothing of it where it has another shape.
func (s source) read() (v1beta1.Settings, field.ErrorList) {
	in := v1beta1.Settings{}
	if len(s.raw) == 0 {
		return in, nil
	}
	strict, err := kjson.UnmarshalStrict(s.raw, &in)
	if err != nil {
		return v1beta1.Settings{}, field.ErrorList{field.Invalid(s.path, "Settings", fmt.Sprintf("cannot be read: %v", err))}
	}
	faults := field.ErrorList{}
	for _, e := range strict {
		faults = append(faults, field.Invalid(s.path, "Settings", e.Error()+": correct or remove it"))
	}
	return in, append(faults, findFaults(in, s.path)...)
}

// says whether anything is set.
func says(in v1beta1.Settings) bool {
	in.TypeMeta, in.ObjectMeta = metav1.TypeMeta{}, metav1.ObjectMeta{}
	return !equality.Semantic.DeepEqual(in, v1beta1.Settings{})
}
