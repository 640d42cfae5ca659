package layer

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
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
	size := 0
	for _, c := range children {
		if size += c.Size; size > maxResponseSize {
			return nil, tooLarge(c.Key)
		}
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

// Hashed returns a child, not ready yet, that carries the hash of what it was
// rendered from: its labels, annotations and spec. The object must not change
// afterwards.
func Hashed(key string, o runtime.Object) (Child, error) {
	fields, err := object.Desired(o)
	if err != nil {
		return Child{}, err
	}
	metadata, _ := fields["metadata"].(map[string]any)
	digest, err := object.Hash(metadata["labels"], metadata["annotations"], fields["spec"])
	return Child{Key: key, Object: o, Hash: digest.Hash, Fields: fields, Size: digest.Size}, err
}

func encode(c Child) (map[string]any, error) {
	fields, err := c.Fields, error(nil)
	if fields == nil {
		fields, err = object.Desired(c.Object)
	}
	if err != nil {
		return nil, err
	}
	if c.Hash != "" {
		object.Annotate(fields, meta.AnnotationSpecHash, c.Hash)
	}
	for key, value := range c.Annotations {
		object.Annotate(fields, key, value)
	}
	c.Selection.write(fields)
	return fields, nil
}
