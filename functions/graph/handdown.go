package graph

import (
	"fmt"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/selection"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// handDown tells a service's children what core composes them with, and its component
// what settings the graph has.
func (s scope) handDown(svc *service) {
	svc.told = s.selection.Component(s.find(svc.child.Key))
	svc.child.Selection = svc.told.Selection
	svc.child.Annotations = meta.Merge(s.describeSettings(svc.child.Key), svc.told.Annotations())
	if adapter := svc.scale.child; adapter != nil {
		told := s.selection.Adapter(s.find(adapter.Key))
		adapter.Selection, adapter.Annotations = told.Selection, told.Annotations()
	}
}

// find returns an observed child; nil where there is none.
func (s scope) find(key string) *layer.Object {
	o, ok := s.in.Observed[key]
	if !ok {
		return nil
	}
	return &o
}

// describeSettings returns the hash of the graph's settings and, where a component has
// seen it and was composed with others all the same, of those. A component warns of
// them only then: while both change, one of the two is always first.
func (s scope) describeSettings(key string) map[string]string {
	out := map[string]string{meta.AnnotationSettingsHash: s.settings}
	status := s.in.Observed[key].Status()
	other, _ := status["settingsHash"].(string)
	if other != "" && other != s.settings && status["graphSettingsHash"] == s.settings {
		out[meta.AnnotationOtherSettings] = other
	}
	return out
}

// warnOfRevisions warns where a graph stays with a revision of its Composition to
// which none of its components' Composition belongs.
func warnOfRevisions(g selection.Graph, services []service) []string {
	if !slices.ContainsFunc(services, func(s service) bool { return s.told.Unmatched }) {
		return nil
	}
	return []string{fmt.Sprintf("spec.crossplane.compositionRevisionRef: no revision of the components' Composition has the settings of %q: "+
		"the components stay with the revision that they have; give both Compositions the same input", g.Revision)}
}
