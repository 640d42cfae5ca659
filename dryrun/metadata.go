package dryrun

import (
	"slices"

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
		u.SetName(completed(u.GetGenerateName()))
	}
}

// completed returns the name that an API server makes of generateName, which it
// cuts so that names have 63 characters at most.
func completed(generateName string) string {
	const most = 63 - len(NameSuffix)

	return generateName[:min(len(generateName), most)] + NameSuffix
}

// Generated tells whether an object's name is what generateName gave it.
func Generated(object map[string]any) bool {
	u := unstructured.Unstructured{Object: object}
	return u.GetGenerateName() != "" && u.GetName() == completed(u.GetGenerateName())
}

// typeFaults checks that object is of the kind of the schema.
func (s *Schema) typeFaults(object map[string]any) field.ErrorList {
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

// metadataFaults checks the metadata of object, and that it has the name of
// old if that is not nil.
func (s *Schema) metadataFaults(object, old map[string]any) field.ErrorList {
	path := field.NewPath("metadata")
	u := unstructured.Unstructured{Object: object}

	errs := validation.ValidateObjectMeta(s.completeMetadata(u), s.namespaced, validation.NameIsDNSSubdomain, path)
	if Generated(object) {
		errs = ofGenerated(errs)
	}

	if old == nil {
		return errs
	}

	held := unstructured.Unstructured{Object: old}

	return append(errs, validation.ValidateImmutableField(u.GetName(), held.GetName(), path.Child("name"))...)
}

// ofGenerated returns faults of metadata without those of a name that nobody
// wrote, where the beginning that somebody did write has them, too.
func ofGenerated(errs field.ErrorList) field.ErrorList {
	path := field.NewPath("metadata", "generateName").String()
	if !slices.ContainsFunc(errs, func(err *field.Error) bool { return err.Field == path }) {
		return errs
	}

	return slices.DeleteFunc(errs, func(err *field.Error) bool { return err.Field == field.NewPath("metadata", "name").String() })
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
