package compare

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
)

// rules are the tables of what is equal though it is written differently.
type rules struct {
	// defaults are values, anywhere below an object's top level, that the API
	// server puts where the key is absent.
	defaults map[string]sets.Set[any]
	// irrelevant keys are ignored whatever they hold.
	irrelevant sets.Set[string]
	// metadata are the keys of an object's metadata that its maker does not set
	// alike: the namespace comes from the composite, the rest from the cluster.
	metadata sets.Set[string]
	// ordered are the lists whose order means something.
	ordered sets.Set[string]
}

func newRules() rules {
	return rules{
		defaults: map[string]sets.Set[any]{
			"apiVersion":              sets.New[any]("v1"), // of a fieldRef
			"defaultMode":             sets.New[any](int64(0o644)),
			"dnsPolicy":               sets.New[any]("ClusterFirst"),
			"failureThreshold":        sets.New[any](int64(3)),
			"internalTrafficPolicy":   sets.New[any]("Cluster"),
			"maxSurge":                sets.New[any]("25%"),
			"maxUnavailable":          sets.New[any]("25%"),
			"periodSeconds":           sets.New[any](int64(10)),
			"progressDeadlineSeconds": sets.New[any](int64(600)),
			"protocol":                sets.New[any]("TCP"),
			"restartPolicy":           sets.New[any]("Always"),
			"revisionHistoryLimit":    sets.New[any](int64(10)),
			"schedulerName":           sets.New[any]("default-scheduler"),
			"scheme":                  sets.New[any]("HTTP"),
			"sessionAffinity":         sets.New[any]("None"),
			"successThreshold":        sets.New[any](int64(1)),
			"timeoutSeconds":          sets.New[any](int64(1)),
			"type":                    sets.New[any]("ClusterIP", "RollingUpdate"),
		},
		irrelevant: sets.New("creationTimestamp", "serviceAccount", "terminationMessagePath", "terminationMessagePolicy"),
		metadata: sets.New("finalizers", "generateName", "generation", "managedFields", "namespace", "ownerReferences",
			"resourceVersion", "uid"),
		ordered: sets.New("args", "command", "initContainers"),
	}
}

// ignores tells whether a key of the map at p is left out of the comparison.
func (r rules) ignores(p path, key string) bool {
	switch {
	case len(p) == 0:
		return key == "status" || key == "creationTimestamp"
	case len(p) == 1 && p.last() == "metadata" && r.metadata.Has(key):
		return true
	case p.last() == "labels" || p.last() == "annotations":
		return ours(key) || r.irrelevant.Has(key)
	}
	return r.irrelevant.Has(key)
}

// ours tells whether the label or annotation is ours to add or to choose. In a
// selector, it is not.
func ours(key string) bool {
	return strings.HasPrefix(key, "crossplane.io/") ||
		strings.Contains(key, "dynamo.fn.crossplane.io") ||
		key == "app.kubernetes.io/managed-by"
}

// absent tells whether the key of the map at p may as well be absent.
func (r rules) absent(p path, key string, value any) bool {
	if empty(value) {
		return true
	}
	switch value.(type) {
	case string, int64:
		return (len(p) > 0 || key == "type") && r.defaults[key].Has(value)
	}
	return false
}

func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// defaultPullPolicy tells whether a container's pull policy is what the API
// server makes of its image's tag.
func defaultPullPolicy(container map[string]any) bool {
	image, ok := container["image"]
	if !ok {
		return false
	}
	name := text(image)
	name = name[strings.LastIndex(name, "/")+1:]
	latest := !strings.Contains(name, ":") || strings.HasSuffix(name, ":latest")
	if latest && !strings.Contains(name, "@") {
		return container["imagePullPolicy"] == "Always"
	}
	return container["imagePullPolicy"] == "IfNotPresent"
}
