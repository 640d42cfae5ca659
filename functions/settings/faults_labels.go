package settings

import (
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
)

// ownedFaults names labels of pods by which Dynamo, Kubernetes or a queue find them, in the
// order of their keys: on pods that are not meant, they would be taken for others.
func ownedFaults(in map[string]string, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(in)) {
		if why := explainOwned(key); why != "" {
			faults = append(faults, field.Forbidden(at.Key(key), why))
		}
	}
	return faults
}

// explainOwned says why a label is not for all pods of a site; empty where it is.
func explainOwned(key string) string {
	domain, name, qualified := strings.Cut(key, "/")
	switch {
	case key == meta.LabelQueue:
		return "is what the setting queue.name says: set that"
	case domain == "nvidia.com" && (strings.HasPrefix(name, "dynamo-") || dynamoLabels().Has(key)),
		qualified && isOf(domain, meta.Domain, "dgdr.nvidia.com"):
		return "is what Dynamo finds pods by: leave it out"
	case kubernetesLabels().Has(key), qualified && isOf(domain, "batch.kubernetes.io", "leaderworkerset.sigs.k8s.io", "statefulset.kubernetes.io", "apps.kubernetes.io"):
		return "is what Kubernetes gives to pods that belong together: leave it out"
	}
	return ""
}

// isOf says whether a domain is one of those.
func isOf(domain string, those ...string) bool { return slices.Contains(those, domain) }

// dynamoLabels are those of the runtime contract whose names do not say so.
func dynamoLabels() sets.Set[string] {
	return sets.New(meta.LabelSelector, meta.LabelMetricsEnabled, meta.LabelManagedBy)
}

// kubernetesLabels are those of controllers whose domains do not say so.
func kubernetesLabels() sets.Set[string] {
	return sets.New("job-name", "controller-uid", appsv1.DefaultDeploymentUniqueLabelKey, appsv1.ControllerRevisionHashLabelKey)
}
