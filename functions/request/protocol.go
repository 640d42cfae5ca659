package request

import (
	"cmp"

	apiv1beta1 "github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/current"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/legacy"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// chooseProtocol returns how the profiler of a request is called. A request of version
// v1beta1 says nothing to profilers of the legacy generation.
func chooseProtocol(r dynamo.Request, s settings.Settings) profiler.Protocol {
	if isV1Beta1(r) || s.ProfilerProtocol == v1beta1.ProtocolCurrent {
		return current.Protocol{}
	}
	return legacy.Protocol{}
}

// listResults lists the output files that may be the result, the one that the request
// asks for first. A Job may have begun under another protocol.
func listResults(p profiler.Protocol, r dynamo.Request) []string {
	out := []string{p.Files(r)[0]}
	for _, other := range []profiler.Protocol{legacy.Protocol{}, current.Protocol{}} {
		out = append(out, other.Files(r)[0])
	}
	return out
}

// complete returns a request with what the site's settings say where it says nothing.
func complete(r dynamo.Request, s settings.Settings) dynamo.Request {
	if isV1Beta1(r) {
		r.Profiler.Image = cmp.Or(r.Profiler.Image, s.ProfilerImage)
	}
	r.Search.Hardware = r.Search.Hardware.Fill(readSite(s.Hardware))
	return r
}

// readSite returns what the settings say of GPUs.
func readSite(s settings.Hardware) dynamo.Hardware {
	out := dynamo.Hardware{SKU: s.SKU, Interconnect: s.Interconnect, RDMA: s.RDMA}
	if s.MemoryMiB > 0 {
		memory := float64(s.MemoryMiB)
		out.MemoryMiB = &memory
	}
	if s.Total > 0 {
		out.Total = &s.Total
	}
	if s.PerNode > 0 {
		out.PerNode = &s.PerNode
	}
	return out
}

// isV1Beta1 says whether a request has the form of version v1beta1.
func isV1Beta1(r dynamo.Request) bool { return r.Version == apiv1beta1.Version }

func (s scope) isV1Beta1() bool { return isV1Beta1(s.request) }
