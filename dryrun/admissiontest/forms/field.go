package forms

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// betaPaths are the field paths of v1alpha1 and what they become, the longer of two
// first. The main container is the first one.
func betaPaths() []string {
	const main = ".podTemplate.spec.containers[0]"

	return []string{
		".extraPodSpec.mainContainer", main,
		".extraPodSpec.containers[0]", ".podTemplate.spec.containers[1]",
		".extraPodSpec", ".podTemplate.spec",
		".extraPodMetadata", ".podTemplate.metadata",
		".componentType", ".type",
		".sharedMemory.size", ".sharedMemorySize",
		".volumeMounts[0].mountPoint", main + ".volumeMounts[0].mountPath",
		".volumeMounts", main + ".volumeMounts",
		".resources.limits.cpu", main + ".resources.limits[cpu]",
		".resources.limits.gpu", main + ".resources.limits[nvidia.com/gpu]",
		".resources.limits.custom", main + ".resources.limits",
		".resources.requests.custom", main + ".resources.requests",
		".resources", main + ".resources",
		".livenessProbe", main + ".livenessProbe",
		".readinessProbe", main + ".readinessProbe",
		".envs", main + ".env",
		".dgdRef.serviceName", ".dgdRef.componentName",
	}
}

// BetaField returns where a field of a manifest of v1alpha1 stands in the form of
// v1beta1. Components are numbered as Beta sorts them.
func BetaField(manifest map[string]any, path string) string {
	graph, below, inService := strings.Cut(path, "spec.services[")
	if !inService {
		path = strings.Replace(path, "spec.services", "spec.components", 1)
		path = strings.Replace(path, "spec.envs", "spec.env", 1)

		if manifest["kind"] == "DynamoGraphDeployment" {
			return path
		}

		return replacePath(path)
	}

	name, rest, _ := strings.Cut(below, "]")
	spec, _ := manifest["spec"].(values)
	services, _ := spec["services"].(values)
	index := slices.Index(slices.Sorted(maps.Keys(services)), name)

	return fmt.Sprintf("%sspec.components[%d]%s", graph, index, replacePath(rest))
}

// replacePath returns path with the first pair of betaPaths that fits.
func replacePath(path string) string {
	pairs := betaPaths()
	for i := 0; i < len(pairs); i += 2 {
		if before, after, found := strings.Cut(path, pairs[i]); found {
			return before + pairs[i+1] + after
		}
	}

	return path
}
