// Package verdict says what a Kubernetes API server would say of objects that
// are created, without one: it links the API server's own defaults and rules.
package verdict

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/kubernetes/pkg/capabilities"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// Offline is a verdict without a cluster. It keeps the types that it knows.
type Offline struct {
	scheme  *runtime.Scheme
	decoder runtime.Decoder
	types   managedfields.TypeConverter
}

// New returns a verdict of Kubernetes' own rules.
func New() (*Offline, error) {
	scheme, err := newScheme()
	if err != nil {
		return nil, err
	}
	// As kubeadm and all managed clusters set it up; what a cluster's policies say
	// is known to the cluster alone.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	return &Offline{
		scheme:  scheme,
		decoder: serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDecoder(),
		types:   applyconfigurations.NewTypeConverter(scheme),
	}, nil
}

// Judge says why an API server would not create an object. It knows the kinds
// that graphs become; of others it knows the rules for metadata, and leaves
// Dynamo's kinds to their definitions.
func (v *Offline) Judge(object map[string]any) ([]validate.Refusal, error) {
	u := &unstructured.Unstructured{Object: object}
	switch gvk := u.GroupVersionKind(); {
	case gvk.Group == v1alpha1.Group:
		return nil, nil
	case gvk.Kind == "LeaderWorkerSet":
		return v.leaderWorkerSet(u)
	case v.scheme.Recognizes(gvk):
		return v.create(u)
	}
	return refusals(metadata(u)), nil
}

// create does what an API server does with an object of a kind of its own: reads
// it as something that is applied, sets defaults and applies the rules.
func (v *Offline) create(u *unstructured.Unstructured) ([]validate.Refusal, error) {
	if _, err := v.types.ObjectToTyped(u); err != nil {
		return ApplyErrors(err.Error()), nil
	}
	raw, err := json.Marshal(u.Object)
	if err != nil {
		return nil, fmt.Errorf("cannot write %s %q as JSON: %w", u.GetKind(), u.GetName(), err)
	}
	o, err := runtime.Decode(v.decoder, raw)
	if err != nil {
		return []validate.Refusal{{Text: strings.ReplaceAll(err.Error(), "\n", " ")}}, nil
	}
	return refusals(check(o)), nil
}

// metadata is what an API server checks of objects of defined kinds.
func metadata(u *unstructured.Unstructured) field.ErrorList {
	return apivalidation.ValidateObjectMetaAccessor(u, true, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
}

func refusals(errs field.ErrorList) []validate.Refusal {
	var out []validate.Refusal
	for _, e := range errs {
		out = append(out, validate.Refusal{Field: e.Field, Text: body(e)})
	}
	return out
}

// body is what is wrong, with the value where it is one that a user writes: an API
// server would print whole structures.
func body(e *field.Error) string {
	if v := reflect.Indirect(reflect.ValueOf(e.BadValue)); v.Kind() != reflect.Struct || e.Detail == "" {
		return e.ErrorBody()
	}
	return e.Type.String() + ": " + e.Detail
}
