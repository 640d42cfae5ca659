package request

import (
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/gpus"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// needNodes is what nodes with GPUs are asked for by.
const needNodes = "nodes"

// discovery is what nodes say of the cluster's GPUs.
type discovery struct {
	found dynamo.Hardware
	// asks says that nodes are asked, and answered, that they have said what there is.
	asks, answered bool
	// problem says why that is of no use, if so.
	problem string
}

// discover reads what nodes say, as far as neither the request nor the settings do. It
// is found out once: what is recorded counts for as long as the request is the same.
func (s scope) discover() discovery {
	recorded := convert.ReadHardware(s.dgdr.Status.Hardware)
	same := s.attempt == s.dgdr.Status.ObservedSpecHash
	switch {
	case !s.protocol.ReadsHardware():
		return discovery{}
	case isProfiled(s.dgdr.Status.State) || (same && s.dgdr.Status.State == v1alpha1.RequestStateFailed):
		return discovery{found: recorded}
	case same && recorded != (dynamo.Hardware{}):
		return discovery{found: recorded}
	case s.request.Search.Hardware.Complete() || s.in.Settings.Hardware.Discovery == v1beta1.HardwareNone:
		return discovery{}
	}
	out := discovery{asks: true}
	nodes, answered := s.in.Answers.Objects[needNodes]
	if answered {
		out.answered = true
		out.found, out.problem = gpus.Find(nodes, s.request.Search.Hardware.SKU)
	}
	return out
}

// askForNodes asks for the nodes that have GPUs, while that is not found out.
func (s scope) askForNodes() layer.Needs {
	if !s.discovery.asks {
		return layer.Needs{}
	}
	return layer.Needs{Objects: map[string]layer.Selector{needNodes: {
		API:     layer.API{APIVersion: "v1", Kind: "Node"},
		Labels:  gpus.Labels(),
		Example: gpus.Example(),
	}}}
}

// knowsHardware says whether the profiler can be told of the cluster's GPUs, and what
// to do where it cannot.
func (s scope) knowsHardware() (bool, string) {
	h := s.request.Search.Hardware
	switch {
	case !s.protocol.ReadsHardware():
		return true, ""
	case s.discovery.asks && !s.discovery.answered:
		return false, ""
	case h.SKU != "" && h.PerNode != nil:
		return true, ""
	}
	const remedy = "give gpuSku and numGpusPerNode there, or in the block hardware of the platform team's settings"
	if s.discovery.problem == "" {
		return false, fmt.Sprintf("%s: the profiler has to know the GPUs: %s", s.request.Search.At.Hardware, remedy)
	}
	return false, fmt.Sprintf("%s: %s: %s", s.request.Search.At.Hardware, s.discovery.problem, remedy)
}
