// Package takeover tells which pods would start anew where our objects are applied over
// those of the Dynamo operator, as Crossplane applies them.
package takeover

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields/managedfieldstest"
	leaderworkersetv1 "sigs.k8s.io/lws/api/leaderworkerset/v1"

	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
	"github.com/crossplane-contrib/function-dynamo/test/serverside"
)

// Managers of fields: how the operator writes objects, and how Crossplane does.
const (
	operator   = "manager"
	crossplane = "apiextensions.crossplane.io/composed/takeover"
)

// Absent is the field of a workload that only the operator makes: its pods go on as they
// are, and ours start beside them.
const Absent = "metadata.name"

// Change is a field by which the pods of a workload differ from what they were.
type Change struct {
	// Workload is Kind/name.
	Workload string
	Field    string
}

// Compare returns what would start pods anew, sorted, and how many workloads the operator
// has.
func Compare(theirs, ours []map[string]any) ([]Change, int, error) {
	was, is := workloads(theirs), workloads(ours)
	var out []Change
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if is[name] == nil {
			out = append(out, Change{Workload: name, Field: Absent})
			continue
		}
		changed, err := compareWorkload(was[name], is[name])
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", name, err)
		}
		for _, field := range changed {
			out = append(out, Change{Workload: name, Field: field})
		}
	}
	return out, len(was), nil
}

// podFields are the fields of a spec that pods are made of, by the kind. Those of a
// Deployment's selector cannot change at all.
func podFields(kind string) []string {
	switch kind {
	case "Deployment":
		return []string{"selector", "template"}
	case "LeaderWorkerSet":
		return []string{"leaderWorkerTemplate", "networkConfig"}
	}
	return nil
}

// typed is an empty spec of a kind.
func typed(kind string) any {
	if kind == "Deployment" {
		return &appsv1.DeploymentSpec{}
	}
	return &leaderworkersetv1.LeaderWorkerSetSpec{}
}

// workloads are the objects that keep pods running, by kind and name.
func workloads(objects []map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, o := range objects {
		u := unstructured.Unstructured{Object: o}
		if kind := u.GetKind(); podFields(kind) != nil {
			out[kind+"/"+u.GetName()] = o
		}
	}
	return out
}

// compareWorkload returns the fields of pods that are not what they were once ours is
// applied over theirs.
func compareWorkload(theirs, ours map[string]any) ([]string, error) {
	live, err := read(theirs)
	if err != nil {
		return nil, err
	}
	before, err := podsOf(live)
	if err != nil {
		return nil, err
	}
	applied, err := read(ours)
	if err != nil {
		return nil, err
	}
	merged, err := mergeInto(live, applied)
	if err != nil {
		return nil, err
	}
	after, err := podsOf(merged)
	if err != nil {
		return nil, err
	}
	return differ(before, after, "spec"), nil
}

// read returns a copy of an object with the types that JSON has, whatever read it.
func read(object map[string]any) (*unstructured.Unstructured, error) {
	raw, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("cannot write as JSON: %w", err)
	}
	out := &unstructured.Unstructured{}
	if err := out.UnmarshalJSON(raw); err != nil {
		return nil, fmt.Errorf("cannot read JSON: %w", err)
	}
	return out, nil
}

// mergeInto returns the object that is there once another one is applied over it.
func mergeInto(live, applied *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	converters, err := serverside.Converters()
	if err != nil {
		return nil, err
	}
	kind := live.GroupVersionKind()
	server := managedfieldstest.NewTestFieldManager(converters[kind.Kind], kind)
	if err := server.Update(live, operator); err != nil {
		return nil, fmt.Errorf("cannot write the operator's: %w", err)
	}
	if err := server.Apply(applied, crossplane, true); err != nil {
		return nil, fmt.Errorf("cannot apply ours: %w", err)
	}
	return read(server.Live().(*unstructured.Unstructured).Object) //nolint:forcetypeassert // It keeps what it was given.
}

// podsOf are the fields that pods are made of, in the one form that Kubernetes' types
// give them, since amounts can be written in several ways, and without defaults.
func podsOf(o *unstructured.Unstructured) (map[string]any, error) {
	spec, _, err := unstructured.NestedMap(o.Object, "spec")
	if err != nil {
		return nil, fmt.Errorf("cannot read the spec: %w", err)
	}
	value := typed(o.GetKind())
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(spec, value); err != nil {
		return nil, fmt.Errorf("cannot read the spec: %w", err)
	}
	all, err := runtime.DefaultUnstructuredConverter.ToUnstructured(value)
	if err != nil {
		return nil, fmt.Errorf("cannot write the spec: %w", err)
	}
	out := map[string]any{}
	for _, name := range podFields(o.GetKind()) {
		out[name] = all[name]
	}
	return compare.WithoutDefaults(out), nil
}
