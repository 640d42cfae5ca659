package dryrun

import (
	"fmt"
	"slices"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// decode does to a copy of object what an API server does while it reads a
// request body: prune, drop nulls, check metadata, default. The copy is also the
// object of the result.
func (s *Schema) decode(object map[string]any) (map[string]any, Result) {
	out, err := normalize(object)
	if err != nil {
		return nil, Result{Errors: field.ErrorList{field.InternalError(nil, err)}}
	}

	result := Result{Object: out}

	meta, found, unknown, err := objectmeta.GetObjectMetaWithOptions(out, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		result.Errors = unreadableMetadata(out["metadata"], err)
		return out, result
	}

	result.Pruned, result.Similar = s.prune(object, out)
	result.Pruned = append(result.Pruned, unknown...)
	slices.Sort(result.Pruned)

	if found {
		if err := objectmeta.SetObjectMeta(out, meta); err != nil {
			result.Errors = field.ErrorList{field.Invalid(field.NewPath("metadata"), "", err.Error())}
			return out, result
		}
	}

	defaulting.PruneNonNullableNullsWithoutDefaults(out, s.structural)
	defaulting.Default(out, s.structural)

	return out, result
}

// prune drops the unknown fields of object, a copy of original. It returns their
// paths and, by path, the known fields that may have been meant.
func (s *Schema) prune(original, object map[string]any) ([]string, map[string]string) {
	paths := pruning.PruneWithOptions(object, s.structural, true, structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	meant := map[string]string{}

	for i := range paths {
		parent, name := s.locateParent(paths[i], original)
		paths[i] = parent.path.Child(name).String()

		if near := similar(name, parent.schema); near != "" {
			meant[paths[i]] = near
		}
	}

	return paths, meant
}

// normalize returns a copy of object with numbers as Kubernetes has them: int64
// or float64. Readers of YAML differ in that.
func normalize(object map[string]any) (map[string]any, error) {
	raw, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("not representable as JSON: %w", err)
	}

	out := map[string]any{}
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("cannot copy: %w", err)
	}

	return out, nil
}
