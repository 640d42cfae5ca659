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
		result.Errors = metadataFaults(out["metadata"], err)
		return out, result
	}

	result.Pruned = slices.Concat(unknown, s.prune(object, out))
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

// prune drops the unknown fields of object, a copy of original, and returns
// their paths.
func (s *Schema) prune(original, object map[string]any) []string {
	paths := pruning.PruneWithOptions(object, s.structural, true, structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for i := range paths {
		paths[i] = s.locate(paths[i], original).path.String()
	}

	return paths
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
