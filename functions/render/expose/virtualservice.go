package expose

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
)

// VirtualService of Istio, as much of it as is rendered here. Istio's own
// module has types that only protobuf can encode.
type VirtualService struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec VirtualServiceSpec `json:"spec"`
}

// VirtualServiceSpec sends the requests that gateways receive for some hosts along
// routes.
type VirtualServiceSpec struct {
	// Gateways as namespace/name.
	Gateways []string    `json:"gateways"`
	Hosts    []string    `json:"hosts"`
	HTTP     []HTTPRoute `json:"http"`
}

// HTTPRoute sends the requests that match to destinations.
type HTTPRoute struct {
	Match []HTTPMatch        `json:"match"`
	Route []RouteDestination `json:"route"`
}

// HTTPMatch is a condition of a request.
type HTTPMatch struct {
	URI StringMatch `json:"uri"`
}

// StringMatch is a condition of a text.
type StringMatch struct {
	Prefix string `json:"prefix"`
}

// RouteDestination is where requests go.
type RouteDestination struct {
	Destination Destination `json:"destination"`
}

// Destination is a Service, in the namespace of the VirtualService, and its port.
type Destination struct {
	Host string       `json:"host"`
	Port PortSelector `json:"port"`
}

// PortSelector names a port by its number.
type PortSelector struct {
	Number int32 `json:"number"`
}

// DeepCopyObject is a copy that shares no memory with the original.
func (v *VirtualService) DeepCopyObject() runtime.Object {
	out := &VirtualService{TypeMeta: v.TypeMeta}
	v.DeepCopyInto(&out.ObjectMeta)
	out.Spec.Gateways = append(out.Spec.Gateways, v.Spec.Gateways...)
	out.Spec.Hosts = append(out.Spec.Hosts, v.Spec.Hosts...)
	for _, r := range v.Spec.HTTP {
		out.Spec.HTTP = append(out.Spec.HTTP, HTTPRoute{
			Match: append([]HTTPMatch(nil), r.Match...),
			Route: append([]RouteDestination(nil), r.Route...),
		})
	}
	return out
}

// ViaGateway exposes a component's Service at a host through a gateway of Istio.
func ViaGateway(c dynamo.Component, o Outside) *VirtualService {
	service := Destination{Host: names.Service(c.Name), Port: PortSelector{Number: ports.HTTP}}
	kind := optional.VirtualService()
	return &VirtualService{
		TypeMeta: metav1.TypeMeta{APIVersion: kind.APIVersion, Kind: kind.Kind},
		ObjectMeta: metav1.ObjectMeta{
			Name:        names.Service(c.Name),
			Labels:      meta.Merge(o.Labels),
			Annotations: meta.Merge(o.Annotations),
		},
		Spec: VirtualServiceSpec{
			Gateways: []string{o.Gateway},
			Hosts:    []string{o.Host},
			HTTP: []HTTPRoute{{
				Match: []HTTPMatch{{URI: StringMatch{Prefix: "/"}}},
				Route: []RouteDestination{{Destination: service}},
			}},
		},
	}
}
