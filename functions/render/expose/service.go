// Package expose renders the objects through which a component is reached.
package expose

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
)

// HasService says whether a component gets a Service. All do where pods find each
// other through Kubernetes, since they do so through Services; else only frontends.
func HasService(c dynamo.Component, d discovery.Discovery) bool {
	return d.Kubernetes || c.Type == dynamo.TypeFrontend
}

// Service is how a component is reached inside of the cluster.
func Service(c dynamo.Component, d discovery.Discovery) *corev1.Service {
	return &corev1.Service{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        names.Service(c.Name),
			Labels:      meta.Merge(metadata.WorkloadLabels(c), metadata.DiscoveryLabels(d)),
			Annotations: metadata.Annotations(c),
		},
		Spec: corev1.ServiceSpec{
			Selector: selectServing(c),
			Ports:    []corev1.ServicePort{makePort(c, process.Served(c))},
		},
	}
}

// selectServing makes the selector of the pods that serve a component: of a replica
// on several nodes only the leader does. A component without a type is selected by
// the other labels alone, since its pods do not have that label.
func selectServing(c dynamo.Component) map[string]string {
	out := map[string]string{
		meta.LabelComponent: c.Service,
		meta.LabelNamespace: c.DynamoNamespace,
	}
	if c.Type != "" {
		out[meta.LabelComponentType] = c.Type
	}
	return meta.Merge(out, c.Orchestrator.ServingLabels())
}

// makePort makes the Service's port for the component's type. It leads to the port
// that the main container serves, wherever that is.
func makePort(c dynamo.Component, served corev1.ContainerPort) corev1.ServicePort {
	switch c.Type {
	case dynamo.TypeFrontend:
		return makeServicePort(ports.HTTPName, ports.HTTP, served)
	case dynamo.TypePicker:
		return makePickerPort(served)
	}
	return makeServicePort(ports.SystemName, ports.System, served)
}

// makePickerPort makes the port of an endpoint picker. It says that the picker
// speaks HTTP/2 in the clear, as gRPC does: gateways would speak HTTP/1 otherwise.
func makePickerPort(served corev1.ContainerPort) corev1.ServicePort {
	out := makeServicePort(ports.GRPCName, ports.GRPC, served)
	out.TargetPort = intstr.FromInt32(served.ContainerPort)
	out.AppProtocol = ptr.To("http2")
	return out
}

func makeServicePort(name string, number int32, served corev1.ContainerPort) corev1.ServicePort {
	return corev1.ServicePort{
		Name:       name,
		Port:       number,
		Protocol:   corev1.ProtocolTCP,
		TargetPort: intstr.FromString(served.Name),
	}
}
