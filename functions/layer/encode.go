package layer

import (
	"fmt"

	apimeta "k8s.io/apimachinery/pkg/api/meta"

	"github.com/crossplane-contrib/function-dynamo/functions/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/object"
)

// Encoded is a child as it is sent to core.
type Encoded struct {
	Key    string
	Object map[string]any
	Ready  bool
}

// Encode turns children into what is sent to core. Two keys that name one
// object are an error: core would fight itself over it for ever.
func Encode(children []Child) ([]Encoded, error) {
	out := make([]Encoded, 0, len(children))
	owners := make(map[string]string, len(children))
	for _, c := range children {
		m, err := encode(c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Key, err)
		}
		id := object.Identify(m)
		if other, ok := owners[id]; ok {
			return nil, fmt.Errorf("%s and %s are both %s: one of them needs another name", other, c.Key, id)
		}
		owners[id] = c.Key
		out = append(out, Encoded{Key: c.Key, Object: m, Ready: c.Ready})
	}
	return out, nil
}

func encode(c Child) (map[string]any, error) {
	if c.Hash != "" {
		acc, err := apimeta.Accessor(c.Object)
		if err != nil {
			return nil, err
		}
		acc.SetAnnotations(meta.Merge(acc.GetAnnotations(), map[string]string{meta.AnnotationSpecHash: c.Hash}))
	}
	return object.Desired(c.Object)
}
