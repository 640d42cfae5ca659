package wire

import (
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// managedFields are the larger half of an observed object, and nothing reads
// them but what asks for them by name.
const managedFields = "managedFields"

// Composite converts the observed composite without its managed fields.
func Composite(s *structpb.Struct) map[string]any {
	out := Map(s, "metadata")
	out["metadata"] = Map(s.GetFields()["metadata"].GetStructValue(), managedFields)
	return out
}

// Observed makes the observed children readable for layers.
func Observed(resources map[string]*fnv1.Resource) layer.Observed {
	out := make(layer.Observed, len(resources))
	for key, r := range resources {
		out[key] = Object(r.GetResource())
	}
	return out
}

// Object makes one object readable for layers, a section at a time.
func Object(s *structpb.Struct) layer.Object {
	fields := s.GetFields()
	metadata := fields["metadata"].GetStructValue().GetFields()
	return layer.Object{
		APIVersion:  fields["apiVersion"].GetStringValue(),
		Kind:        fields["kind"].GetStringValue(),
		Name:        metadata["name"].GetStringValue(),
		Generation:  int64(metadata["generation"].GetNumberValue()),
		Annotations: readStrings(metadata["annotations"].GetStructValue()),
		Section: func(name string) map[string]any {
			section := fields[name].GetStructValue()
			if section == nil {
				return nil
			}
			return Map(section)
		},
		Whole: func() map[string]any { return Map(s) },
	}
}

// readStrings reads a map of texts; nil where there is none.
func readStrings(s *structpb.Struct) map[string]string {
	if s == nil {
		return nil
	}
	out := make(map[string]string, len(s.GetFields()))
	for k, v := range s.GetFields() {
		out[k] = v.GetStringValue()
	}
	return out
}
