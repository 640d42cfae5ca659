package object

import (
	"strings"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// stubs are fields that typed objects emit although nobody set them.
//
//nolint:gochecknoglobals // A constant set.
var stubs = map[string]bool{"strategy": true, "resources": true, "status": true, "metadata": true}

// fields are those of an object that hold what the user wrote freely, or have
// such fields below them. Nil is the former: nothing of it is ours to change.
type fields map[string]fields

// everyKey stands for all keys of a map that the user chooses.
const everyKey = "*"

// specFields are those of the specs of our kinds. What components and the
// services of a graph have in common stands in serviceFields.
//
//nolint:gochecknoglobals // Constant trees.
var (
	serviceFields = fields{
		"autoscaling":      {"behavior": nil, "metrics": nil},
		"checkpoint":       nil,
		"eppConfig":        {"config": nil},
		"failover":         nil,
		"gpuMemoryService": nil,
		"multinode":        {"leader": nil, "worker": nil},
		"providerOverride": nil,
	}
	specFields = map[string]fields{
		v1alpha1.ComponentKind: {"spec": serviceFields},
		v1alpha1.GraphKind: {"spec": {
			"experimental":     nil,
			"providerOverride": nil,
			"services":         {everyKey: serviceFields},
		}},
	}
)

// freeForm are the fields of an object that its user wrote freely; Kubernetes'
// own kinds that we make have none.
func freeForm(m map[string]any) fields {
	apiVersion, _ := m["apiVersion"].(string)
	kind, _ := m["kind"].(string)
	if !strings.HasPrefix(apiVersion, v1alpha1.Group+"/") {
		return nil
	}
	return specFields[kind]
}

// prune removes nulls, empty stubs and creation times, in place, but for what is
// below the free fields.
func prune(m map[string]any, free fields) {
	for k, v := range m {
		below, known := free[k]
		if !known {
			below, known = free[everyKey]
		}
		if known && below == nil {
			continue
		}
		switch v := v.(type) {
		case nil:
			delete(m, k)
		case map[string]any:
			prune(v, below)
			if len(v) == 0 && stubs[k] {
				delete(m, k)
			}
		case []any:
			pruneAll(v)
		}
	}
}

// pruneAll prunes the items of a list: no list of ours has free fields in it.
func pruneAll(l []any) {
	for _, v := range l {
		switch v := v.(type) {
		case map[string]any:
			prune(v, nil)
		case []any:
			pruneAll(v)
		}
	}
}
