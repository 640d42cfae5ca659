package claim

import (
	"maps"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// machinery are the fields of a spec in which Crossplane keeps what it knows of claims and
// of the composites behind them.
func machinery() []string {
	return []string{
		"claimRef", "compositeDeletePolicy", "compositionRef", "compositionRevisionRef", "compositionRevisionSelector", "compositionSelector",
		"compositionUpdatePolicy", "crossplane", "resourceRef", "resourceRefs", fieldConnection,
	}
}

// makeTarget makes the object that the claim asks for: its fields, labels and annotations,
// as they are. What is wrong with them its own layer says.
func (s scope) makeTarget() (layer.Child, error) {
	metadata := map[string]any{"name": s.claim.name, "namespace": s.claim.namespace}
	labels, annotations := pickOwn(s.xr.Labels()), pickOwn(s.xr.Annotations)
	if len(labels) > 0 {
		metadata["labels"] = labels
	}
	if len(annotations) > 0 {
		metadata["annotations"] = annotations
	}
	spec := pickSpec(s.xr.Spec())
	digest, err := object.Hash(labels, annotations, spec)
	of := api(s.kind)
	return layer.Child{
		Key:    Key(s.kind),
		Fields: map[string]any{"apiVersion": of.APIVersion, "kind": of.Kind, "metadata": metadata, "spec": spec},
		Hash:   digest.Hash,
		Size:   digest.Size,
	}, err
}

// pickSpec returns what of a spec is not Crossplane's.
func pickSpec(spec map[string]any) map[string]any {
	out := make(map[string]any, len(spec))
	for name, value := range spec {
		if !slices.Contains(machinery(), name) {
			out[name] = value
		}
	}
	return out
}

// pickOwn returns the labels or annotations that are neither Crossplane's nor Kubernetes'.
// Those of Dynamo steer what is rendered, and tools have some of their own. Argo CD's say what
// is in its repository: it would delete an object that has them and is not there.
func pickOwn(all map[string]string) map[string]any {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if isOwn(key) {
			out[key] = all[key]
		}
	}
	return out
}

// isOwn says whether a key is the user's. What ends in Kubernetes' domains, as x-k8s.io does,
// Crossplane itself leaves on the claim.
func isOwn(key string) bool {
	domain, _, qualified := strings.Cut(key, "/")
	switch {
	case strings.HasSuffix(domain, "kubernetes.io"), strings.HasSuffix(domain, "k8s.io"):
		return false
	case !qualified, domain == meta.Domain:
		return true
	}
	return !slices.ContainsFunc([]string{"argocd.argoproj.io", "crossplane.io"}, func(reserved string) bool {
		return domain == reserved || strings.HasSuffix(domain, "."+reserved)
	})
}
