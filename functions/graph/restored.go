package graph

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
)

// ReasonAdapterRestored is that of an event on an adapter that came back with another
// number of replicas than those that run.
const ReasonAdapterRestored = "AdapterRestored"

// isRestored says whether the adapter of a service is another object than the one whose
// replicas counted until now: somebody has deleted that, and made one again that looks
// the same, as restoring a backup does. Its number is as old as the backup. It is the one
// that counts as soon as its spec was written since the graph knows it: by the graph, or
// by whoever scaled it after that.
func (s scope) isRestored(serviceName string, adapter layer.Object) bool {
	known := s.dgd.Status.ScalingAdapters[serviceName]
	uid, generation, resumed := strings.Cut(known, "@")
	return known != "" && (uid != uidOf(adapter) || (resumed && generation == generationOf(adapter)))
}

// resumeScale reads the scale of a service whose adapter was restored while its pods ran
// on: they are what counts, and the adapter is told.
func (s scope) resumeScale(c dynamo.Component, restored layer.Object, running int32) scale {
	asked := scaling.Asked(restored, c.Replicas)
	out := scale{replicas: running, resumed: asked != running, adapter: uidOf(restored)}
	if out.resumed {
		out.adapter += "@" + generationOf(restored)
	}
	out.child = makeAdapter(s.graph, c, scaling.Replicas{Value: &running, ResourceVersion: restored.Guard()}, restored)
	if out.resumed {
		out.event = &layer.Event{Warning: true, Reason: ReasonAdapterRestored, Message: fmt.Sprintf(
			"scaling adapter %q was deleted and came back asking for %d replicas: it gets the %d that run; scale it to change them",
			restored.Name, asked, running)}
	}
	return out
}

// listAdapters returns the UIDs of the adapters whose replicas count, by service. That of
// a service whose adapter is made anew is not known yet.
func (s scope) listAdapters(services []service) map[string]string {
	out := maps.Clone(s.dgd.Status.ScalingAdapters)
	if out == nil {
		out = map[string]string{}
	}
	if !s.held {
		maps.DeleteFunc(out, func(name, _ string) bool {
			return !slices.ContainsFunc(services, func(svc service) bool { return svc.Service == name })
		})
	}
	for _, svc := range services {
		switch {
		case svc.child == nil:
		case svc.scale.adapter == "":
			delete(out, svc.Service)
		default:
			out[svc.Service] = svc.scale.adapter
		}
	}
	return out
}

func uidOf(o layer.Object) string { return o.Metadata("uid") }

func generationOf(o layer.Object) string { return strconv.FormatInt(o.Generation, 10) }
