package dynamo

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Paths say where a component's values stand in the manifest that its user
// wrote, so that errors speak of fields that the user knows. The paths of
// single fields are those of the form that the manifest has.
type Paths struct {
	// Spec of the component or service.
	Spec *field.Path
	// Name is where the component's name inside of its graph stands.
	Name *field.Path
	// Framework is where the engine is declared.
	Framework *field.Path
	// Envs is where variables stand that are not the main container's own; nil where
	// that is a field of the form.
	Envs *field.Path
	// LabelSources and AnnotationSources are the places that labels and
	// annotations come from; an earlier one wins.
	LabelSources, AnnotationSources []Source
	// Kept has the paths of fields that the form does not have, where the operator kept
	// some of an older form; nil where it did not.
	Kept *Paths

	Form Form
}

// Source is a place where labels or annotations are written, and those that are.
type Source struct {
	Path   *field.Path
	Values map[string]string
}

// Annotations is the winning place of the first key that is set anywhere; where
// none is, the place where the component's own would be.
func (p Paths) Annotations(keys ...string) *field.Path {
	return findSource(p.AnnotationSources, keys, p.At(FieldAnnotations))
}

// Labels is the same of labels.
func (p Paths) Labels(keys ...string) *field.Path {
	return findSource(p.LabelSources, keys, p.At(FieldLabels))
}

func findSource(all []Source, keys []string, otherwise *field.Path) *field.Path {
	for _, key := range keys {
		for _, s := range all {
			if _, ok := s.Values[key]; ok {
				return s.Path
			}
		}
	}
	return otherwise
}

// At is the path of a field of the component.
func (p Paths) At(f Field) *field.Path {
	if f == FieldEnvs && p.Envs != nil {
		return p.Envs
	}
	if p.Kept != nil && !p.Has(f) {
		return p.Kept.At(f)
	}
	return p.Form.Below(p.Spec, f)
}

// Main is the path of a field of the main container, whose names are those of
// Kubernetes.
func (p Paths) Main(names ...string) *field.Path {
	out := p.At(FieldMain)
	for _, name := range names {
		out = out.Child(name)
	}
	return out
}

// Container is the path of one of the user's further containers, given the name of
// the list in the pod spec and its place among those of the model. Where the main
// container is in the list, places differ from the manifest's, and names do not.
func (p Paths) Container(list string, place int, name string) *field.Path {
	at := p.At(FieldPodSpec).Child(list)
	if p.Form.ListsMain() && name != "" {
		return at.Key(name)
	}
	return at.Index(place)
}

// Mount is the path of a field of a mount, given its place among those of the model.
// A form that has no list of mounts has one for a compilation cache.
func (p Paths) Mount(place int, f Field) *field.Path {
	at := p.At(FieldCache)
	if p.Has(FieldMounts) {
		at = p.At(FieldMounts).Index(place)
	}
	return p.Form.Below(at, f)
}

// Has says whether the form has a field.
func (p Paths) Has(f Field) bool { return len(p.Form[f]) > 0 }

// Word is what the user writes for a field: its own name, without those before
// it in the path. It is for messages that tell the user what to write.
func (p Paths) Word(f Field) string {
	names := p.Form[f]
	switch {
	case len(names) == 0 && p.Kept != nil:
		return p.Kept.Word(f)
	case len(names) == 0:
		return ""
	}
	last := names[len(names)-1]
	if key, ok := cutKey(last); ok {
		return key
	}
	return last
}

// Form is how an API version spells the fields of a component: the names on the
// way from its spec or, for the fields of a mount or of resources, from there. A
// name in brackets is that of an item of a list.
type Form map[Field][]string

// Below is the path of a field from the value that it belongs to. A field that
// the form does not have is at that value itself.
func (f Form) Below(parent *field.Path, what Field) *field.Path {
	out := parent
	for _, name := range f[what] {
		if key, ok := cutKey(name); ok {
			out = out.Key(key)
			continue
		}
		out = out.Child(name)
	}
	return out
}

// ListsMain says whether the main container is one of the list of containers, and not
// a field of its own.
func (f Form) ListsMain() bool {
	names := f[FieldMain]
	if len(names) == 0 {
		return false
	}
	_, ok := cutKey(names[len(names)-1])
	return ok
}

// cutKey returns the name of an item, and whether a name is that of an item.
func cutKey(name string) (string, bool) {
	key, ok := strings.CutPrefix(name, "[")
	return strings.TrimSuffix(key, "]"), ok
}

// Field is a value of a component, whatever an API version calls it.
type Field int

// Fields of a component.
const (
	FieldType Field = iota
	FieldSubType
	FieldLabels
	FieldAnnotations
	FieldPodLabels
	FieldPodAnnotations
	FieldReplicas
	FieldMultinode
	FieldScalingAdapter
	FieldModel
	FieldIngress
	FieldHost
	FieldHostPrefix
	FieldHostSuffix
	FieldGateway
	FieldVirtualService
	FieldPickerConfig
	// FieldPickerDocument is the configuration of an endpoint picker where it is
	// written in place.
	FieldPickerDocument
	FieldRuntimeVersion
	FieldEnvs
	FieldEnvFromSecret
	FieldResources
	FieldLimits
	FieldRequests
	FieldLivenessProbe
	FieldReadinessProbe
	FieldMounts
	// FieldCache is a compilation cache that is no mount among others.
	FieldCache
	FieldSharedMemory
	FieldSidecar
	FieldSidecarArgs
	FieldSidecarEnvs
	// FieldPodSpec is the user's part of the pod spec, and FieldMain the main
	// container in it.
	FieldPodSpec
	FieldMain

	// FieldMountName and FieldMountPath are those of one mount.
	FieldMountName
	FieldMountPath

	// FieldCPU and the others are those of limits or requests.
	FieldCPU
	FieldMemory
	FieldGPU
	FieldCustom
)
