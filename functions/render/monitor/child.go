package monitor

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
)

// Key of a PodMonitor: frozen API.
const Key = "podmonitor/main"

// Found is the PodMonitor of an owner, if it has one.
type Found struct {
	Children []layer.Child
	// Lacking says which kind the cluster lacks. The owner serves without it.
	Lacking []string
}

// Child returns the PodMonitor of an owner where the site wants one and the cluster has
// the kind.
func Child(o Owner, components []dynamo.Component, in layer.In) Found {
	if !in.Settings.Monitoring.PodMonitors {
		return Found{}
	}
	switch kind := optional.PodMonitor(); kind.In(in, Key) {
	case optional.Present:
		if m := PodMonitor(o, components, in.Settings); m != nil {
			return Found{Children: []layer.Child{layer.Made(Key, m, in.Observed)}}
		}
	case optional.Absent:
		return Found{Lacking: []string{kind.Lacking(in.Settings.Place("monitoring.podMonitors"))}}
	case optional.Unknown:
	}
	return Found{}
}

// Needs asks whether the cluster has the kind, where the site wants a PodMonitor.
func Needs(in layer.In) layer.Needs {
	if !in.Settings.Monitoring.PodMonitors {
		return layer.Needs{}
	}
	return layer.Needs{APIs: optional.Needs(optional.PodMonitor())}
}

// AskForOthers asks for what may have the name of an owner's PodMonitor, while there is
// none and the cluster is known to have the kind.
func AskForOthers(o Owner, namespace string, in layer.In) map[string]layer.Selector {
	kind := optional.PodMonitor()
	if !in.Settings.Monitoring.PodMonitors || in.Observed.Has(Key) || kind.In(in, Key) != optional.Present {
		return nil
	}
	return others.Needs(namespace, others.Place{API: kind.API, Name: o.Name})
}
