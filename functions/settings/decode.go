package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// EnvironmentKey is the field of an environment, and of the data of an
// EnvironmentConfig, that has settings.
const EnvironmentKey = "dynamo"

// Decode reads the input of a pipeline step; nothing at all means the defaults.
func Decode(input []byte) (Settings, field.ErrorList) { return Fold(Default(), Input(input)) }

// Fold puts sources over settings, the lowest first. It is strict: every unknown,
// doubled or ill-typed field is a fault, which names the source that it is in.
func Fold(base Settings, sources ...Source) (Settings, field.ErrorList) {
	out, faults, clashes := base, field.ErrorList(nil), field.ErrorList(nil)
	for _, s := range sources {
		in, found := s.read()
		faults = append(faults, found...)
		if saysAny(in) {
			out = fold(out, in)
			out.Places = s.places(out.Places)
			out.Layers = append(slices.Clone(out.Layers), s.layer)
		}
		clashes = s.clashes(clashes, out)
	}
	return out, append(faults, clashes...)
}

// Source is one place that settings are written in.
type Source struct {
	// layer that it is, as status shows it.
	layer string
	// path that faults are reported at.
	path *field.Path
	// raw is JSON; empty where nothing is said.
	raw []byte
	// err says why there is no JSON, if so.
	err error
}

// Input is the input of a pipeline step.
func Input(raw []byte) Source {
	return Source{layer: LayerInput, path: field.NewPath("input"), raw: raw}
}

// Environment is what earlier steps of a pipeline put under EnvironmentKey.
func Environment(raw []byte) Source {
	return Source{layer: LayerEnvironment, path: field.NewPath("environment", EnvironmentKey), raw: raw}
}

// Config is the data of an EnvironmentConfig. Its name is that of its layer.
func Config(name string, data map[string]any) Source {
	out := Source{layer: name, path: field.NewPath("EnvironmentConfig").Key(name).Child("data", EnvironmentKey)}
	if value, ok := data[EnvironmentKey]; ok {
		out.raw, out.err = json.Marshal(value)
	}
	return out
}

// ConfigNames are the names of the EnvironmentConfigs that have settings for a
// namespace, the lowest first: that of the whole cluster, and that of the namespace.
func ConfigNames(namespace string) []string {
	if namespace == "" {
		return []string{clusterConfig}
	}
	return []string{clusterConfig, clusterConfig + "." + namespace}
}

// Configures says whether an EnvironmentConfig of that name has settings, for the
// whole cluster or for some namespace.
func Configures(name string) bool {
	return name == clusterConfig || strings.HasPrefix(name, clusterConfig+".")
}

// ConfiguredNamespace is that which the EnvironmentConfig of a name has settings for; empty
// for all.
func ConfiguredNamespace(name string) string {
	_, namespace, _ := strings.Cut(name, ".")
	return namespace
}

// clusterConfig is the EnvironmentConfig of the whole cluster.
const clusterConfig = "dynamo"

// read returns what the source says: nothing of it where it has another shape.
func (s Source) read() (v1beta1.Settings, field.ErrorList) {
	in := v1beta1.Settings{}
	if s.err != nil {
		return in, field.ErrorList{field.Invalid(s.path, "Settings", s.err.Error())}
	}
	if len(s.raw) == 0 {
		return in, nil
	}
	strict, err := kjson.UnmarshalStrict(s.raw, &in)
	shape := s.shapeFaults()
	switch {
	case err != nil && len(shape) == 0:
		return v1beta1.Settings{}, field.ErrorList{field.Invalid(s.path, "Settings", fmt.Sprintf("cannot be read: %v", err))}
	case err != nil:
		return v1beta1.Settings{}, shape
	}
	return in, slices.Concat(shape, s.doubledFaults(strict), findFaults(in, s.path))
}

// shapeFaults names unknown and ill-typed fields.
func (s Source) shapeFaults() field.ErrorList {
	var value any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(s.raw, &value); err != nil {
		return nil // Read says what is wrong.
	}
	return shapeFaults(value, reflect.TypeFor[v1beta1.Settings](), s.path)
}

// doubledFaults names fields that are written twice: of those, what is read has one.
func (s Source) doubledFaults(strict []error) field.ErrorList {
	var faults field.ErrorList
	for _, e := range strict {
		if fault := kjson.FieldError(nil); errors.As(e, &fault) && strings.HasPrefix(e.Error(), "duplicate field") {
			faults = append(faults, field.Invalid(s.path.Child(fault.FieldPath()), field.OmitValueType{}, "is written twice: remove one of the two"))
		}
	}
	return faults
}

// saysAny says whether anything is set.
func saysAny(in v1beta1.Settings) bool {
	in.TypeMeta, in.ObjectMeta = metav1.TypeMeta{}, metav1.ObjectMeta{}
	return !equality.Semantic.DeepEqual(in, v1beta1.Settings{})
}
