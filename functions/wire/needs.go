package wire

import (
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Answers makes the answers to a layer's needs readable for it.
func Answers(req *fnv1.RunFunctionRequest) layer.Answers {
	out := layer.Answers{
		Objects: make(map[string][]layer.Object, len(req.GetRequiredResources())),
		APIs:    make(map[string]bool, len(req.GetRequiredSchemas())),
	}
	for name, found := range req.GetRequiredResources() {
		objects := make([]layer.Object, 0, len(found.GetItems()))
		for _, r := range found.GetItems() {
			objects = append(objects, Object(r.GetResource()))
		}
		out.Objects[name] = objects
	}
	for name, s := range req.GetRequiredSchemas() {
		out.APIs[name] = s.GetOpenapiV3() != nil
	}
	return out
}

// Requirements encodes what a layer needs; nil when that is nothing.
func Requirements(n layer.Needs) *fnv1.Requirements {
	if len(n.Objects)+len(n.APIs) == 0 {
		return nil
	}
	out := &fnv1.Requirements{
		Resources: make(map[string]*fnv1.ResourceSelector, len(n.Objects)),
		Schemas:   make(map[string]*fnv1.SchemaSelector, len(n.APIs)),
	}
	for name, s := range n.Objects {
		out.Resources[name] = writeSelector(s)
	}
	for name, a := range n.APIs {
		out.Schemas[name] = &fnv1.SchemaSelector{ApiVersion: a.APIVersion, Kind: a.Kind}
	}
	return out
}

// writeSelector writes a selector as core wants it.
func writeSelector(s layer.Selector) *fnv1.ResourceSelector {
	out := &fnv1.ResourceSelector{ApiVersion: s.APIVersion, Kind: s.Kind}
	if s.Namespace != "" {
		out.Namespace = &s.Namespace
	}
	if s.Name != "" {
		out.Match = &fnv1.ResourceSelector_MatchName{MatchName: s.Name}
		return out
	}
	out.Match = &fnv1.ResourceSelector_MatchLabels{MatchLabels: &fnv1.MatchLabels{Labels: s.Labels}}
	return out
}
