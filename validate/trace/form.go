package trace

import (
	"slices"
	"strconv"
)

// Rules speak of fields as v1alpha1 spells them. A manifest of v1beta1 has most of them
// elsewhere.

// respelled are the fields of a service by where v1beta1 has them, the most special first.
//
//nolint:gochecknoglobals // A constant table.
var respelled = []struct{ old, recent path }{
	{parse("extraPodSpec.mainContainer"), mainPath()},
	{parse("extraPodSpec"), parse("podTemplate.spec")},
	{parse("extraPodMetadata"), parse("podTemplate.metadata")},
	{parse("componentType"), parse("type")},
	{parse("subComponentType"), parse("type")},
	{parse("serviceName"), parse("name")},
	{parse("sharedMemory.size"), parse("sharedMemorySize")},
	{parse("sharedMemory"), parse("sharedMemorySize")},
	{parse("livenessProbe"), mainPath("livenessProbe")},
	{parse("readinessProbe"), mainPath("readinessProbe")},
	{parse("resources"), mainPath("resources")},
	{parse("envFromSecret"), mainPath("envFrom")},
	{parse("volumeMounts[].mountPoint"), parse("compilationCache.mountPath")},
	{parse("volumeMounts[].name"), parse("compilationCache.pvcName")},
	{parse("volumeMounts"), parse("compilationCache")},
}

func mainPath(more ...string) path {
	return path{"podTemplate", "spec", "containers", key("main")}.with(more...)
}

// IsV1Beta1 says whether the manifest has the form of v1beta1.
func (o Origin) IsV1Beta1() bool {
	spec, _ := o.Manifest["spec"].(map[string]any)
	return slices.ContainsFunc([]string{"components", "compilationCache", "podTemplate", "sharedMemorySize", "type"}, func(name string) bool {
		return spec[name] != nil
	})
}

// find is the path of a field of the service, in the form that the manifest has.
func (o Origin) find(names ...string) path {
	field := path(names)
	if !o.IsV1Beta1() {
		return o.spec().with(field...)
	}
	if rest, ok := field.below(path{"envs"}); ok {
		return path{"spec", "env"}.with(rest...)
	}
	if rest, ok := field.below(parse("extraPodSpec.containers[]")); ok {
		i, err := strconv.Atoi(selected(field[2]))
		if err == nil {
			return o.find("extraPodSpec", "containers").with(at(o.placeOf(i))).with(rest...)
		}
	}
	for _, r := range respelled {
		if rest, ok := field.below(r.old); ok {
			return o.spec().with(r.recent...).with(rest...)
		}
	}
	return o.spec().with(field...)
}

// placeOf is where the container stands in the list of v1beta1 that is number i of those
// beside the main one.
func (o Origin) placeOf(i int) int {
	place := 0
	for _, item := range o.list(o.spec().with("podTemplate", "spec", "containers")) {
		if c, _ := item.(map[string]any); c["name"] == "main" {
			place++
			continue
		}
		if i == 0 {
			return place
		}
		i--
		place++
	}
	return place
}

// Respell returns the path of a field of a component, as the layers spell it, in the form
// that the manifest has.
func (o Origin) Respell(field string) string {
	p := parse(field)
	if len(p) == 0 || p[0] != "spec" {
		return field
	}
	return o.find(p[1:]...).String()
}
