package model

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// endpoint is a pod that serves the base model.
type endpoint struct {
	pod, uid string
	// address at which the pod takes adapters.
	address string
	// ready says whether the pod serves, as Kubernetes sees it.
	ready bool
	// prefill says that it is a prefill worker of vLLM, and group which workers it
	// works with.
	prefill bool
	group   string

	// rank of the address: a lower one is taken where a pod has several.
	rank int
}

// readEndpoints returns the pods behind EndpointSlices, each once, sorted by name. A pod
// is behind one slice for each of its Services and for each family of its addresses.
func readEndpoints(all []layer.Object) ([]endpoint, error) {
	byPod := map[string]endpoint{}
	for _, o := range all {
		slice := &discoveryv1.EndpointSlice{}
		if err := object.Into(o.Whole(), slice); err != nil {
			return nil, err
		}
		if slice.Labels[discoveryv1.LabelServiceName] == "" {
			continue // Nobody serves the model through it.
		}
		for _, e := range slice.Endpoints {
			for _, found := range readEndpoint(slice, e) {
				if had, ok := byPod[found.pod]; !ok || prefer(found, had) {
					byPod[found.pod] = found
				}
			}
		}
	}
	out := make([]endpoint, 0, len(byPod))
	for _, e := range byPod {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b endpoint) int { return cmp.Compare(a.pod, b.pod) })
	return out, nil
}

// prefer says whether an entry of a pod is taken over another one, in whatever order core
// tells of them: one that says which pod it is, by its rank, and of two slices that differ
// while they are written the one in which the pod is ready.
func prefer(a, b endpoint) bool {
	return cmp.Or(
		compareTrue(a.uid != "", b.uid != ""), cmp.Compare(a.rank, b.rank), compareTrue(a.ready, b.ready),
		cmp.Compare(a.address, b.address), cmp.Compare(a.uid, b.uid),
	) < 0
}

// compareTrue puts what is true first.
func compareTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Ranks of addresses. The model's own Service has its pods as Kubernetes knows them, and
// its port is the one that takes adapters; other Services may not name it.
const (
	rankOtherService = 4
	rankOtherPort    = 2
	rankOtherFamily  = 1
)

// readEndpoint returns an entry for each address of a slice's endpoint; none where it is
// no pod.
func readEndpoint(slice *discoveryv1.EndpointSlice, e discoveryv1.Endpoint) []endpoint {
	if e.TargetRef == nil || e.TargetRef.Kind != "Pod" || e.TargetRef.Name == "" {
		return nil
	}
	if in := e.TargetRef.Namespace; in != "" && in != slice.Namespace {
		return nil
	}
	port, named := findPort(slice)
	out := make([]endpoint, 0, len(e.Addresses))
	for _, address := range e.Addresses {
		if _, err := netip.ParseAddr(address); err != nil {
			continue // A name could be that of anything.
		}
		found := endpoint{
			pod:     e.TargetRef.Name,
			uid:     string(e.TargetRef.UID),
			address: "http://" + net.JoinHostPort(address, strconv.Itoa(int(port))),
			ready:   ptr.Deref(e.Conditions.Ready, true) && !ptr.Deref(e.Conditions.Terminating, false),
			prefill: isPrefill(slice.Labels),
			group:   cmp.Or(slice.Labels[meta.LabelGraph], slice.Labels[meta.LabelComponent]),
		}
		if !named {
			found.rank += rankOtherPort
		}
		if !ofModel(slice) {
			found.rank += rankOtherService
		}
		if slice.AddressType != discoveryv1.AddressTypeIPv4 {
			found.rank += rankOtherFamily
		}
		out = append(out, found)
	}
	return out
}

// ofModel says whether a slice is that of a model's own Service.
func ofModel(slice *discoveryv1.EndpointSlice) bool {
	own := names.ModelServicePrefix(slice.Labels[meta.LabelBaseModelHash])
	return strings.HasPrefix(slice.Labels[discoveryv1.LabelServiceName], own)
}

// findPort returns the port on which pods take adapters, and whether the slice names it.
func findPort(slice *discoveryv1.EndpointSlice) (int32, bool) {
	for _, p := range slice.Ports {
		if ptr.Deref(p.Name, "") == ports.SystemName && p.Port != nil && ptr.Deref(p.Protocol, corev1.ProtocolTCP) == corev1.ProtocolTCP {
			return *p.Port, true
		}
	}
	return ports.System, false
}

// isPrefill says whether the pods of a Service with these labels are prefill workers of
// vLLM.
func isPrefill(labels map[string]string) bool {
	prefill := labels[meta.LabelComponentType] == dynamo.TypePrefill || labels[meta.LabelSubComponentType] == dynamo.TypePrefill
	return prefill && labels[meta.LabelBackendFramework] == string(dynamo.EngineVLLM)
}

// haveServices says whether any slice belongs to a Service.
func haveServices(all []layer.Object) bool {
	return slices.ContainsFunc(all, func(o layer.Object) bool {
		metadata, _ := o.Whole()["metadata"].(map[string]any)
		labels, _ := metadata["labels"].(map[string]any)
		name, _ := labels[discoveryv1.LabelServiceName].(string)
		return name != ""
	})
}
