package dryrun

import (
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// NameSuffix stands for the five characters that an API server appends to
// metadata.generateName.
const NameSuffix = "xxxxx"

// generateName gives an object a name that leaves it to the API server, as far
// as that can be known.
func generateName(object map[string]any) {
	u := unstructured.Unstructured{Object: object}
	if u.GetName() == "" && u.GetGenerateName() != "" {
		u.SetName(u.GetGenerateName() + NameSuffix)
	}
}

// validateType checks that object is of the kind of the schema.
func (s *Schema) validateType(object map[string]any) field.ErrorList {
	u := unstructured.Unstructured{Object: object}

	var errs field.ErrorList

	if version := s.kind.GroupVersion().String(); u.GetAPIVersion() != version {
		errs = append(errs, field.Invalid(field.NewPath("apiVersion"), u.GetAPIVersion(), "must be "+version))
	}

	if u.GetKind() != s.kind.Kind {
		errs = append(errs, field.Invalid(field.NewPath("kind"), u.GetKind(), "must be "+s.kind.Kind))
	}

	return errs
}

// validateMetadata checks the metadata of object, and that it has the name of
// old if that is not nil.
func (s *Schema) validateMetadata(object, old map[string]any) field.ErrorList {
	path := field.NewPath("metadata")
	u := unstructured.Unstructured{Object: object}

	errs := validation.ValidateObjectMeta(s.completeMetadata(u), s.namespaced, validation.NameIsDNSSubdomain, path)

	if old == nil {
		return errs
	}

	held := unstructured.Unstructured{Object: old}

	return append(errs, validation.ValidateImmutableField(u.GetName(), held.GetName(), path.Child("name"))...)
}

// completeMetadata returns the metadata of object with what an API server knows
// from the request: a namespace.
func (s *Schema) completeMetadata(u unstructured.Unstructured) *metav1.ObjectMeta {
	meta := &metav1.ObjectMeta{
		Name:            u.GetName(),
		GenerateName:    u.GetGenerateName(),
		Namespace:       u.GetNamespace(),
		Labels:          u.GetLabels(),
		Annotations:     u.GetAnnotations(),
		OwnerReferences: u.GetOwnerReferences(),
		Finalizers:      u.GetFinalizers(),
	}

	if meta.Namespace == "" && s.namespaced {
		meta.Namespace = metav1.NamespaceDefault
	}

	return meta
}
