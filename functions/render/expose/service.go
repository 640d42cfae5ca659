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
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
)

// HasService says whether a component gets a Service: all do with Kubernetes
// discovery, which finds pods through them, and only frontends without.
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
			Selector: selector(c),
			Ports:    []corev1.ServicePort{port(c)},
		},
	}
}

// selector leaves out the type of a component that has none: an empty value
// would select nothing. Of a replica on
// several nodes only the pod that serves counts.
func selector(c dynamo.Component) map[string]string {
	out := map[string]string{
		meta.LabelComponent: c.Service,
		meta.LabelNamespace: c.DynamoNamespace,
	}
	if c.Type != "" {
		out[meta.LabelComponentType] = c.Type
	}
	return meta.Merge(out, c.Orchestrator.ServingLabels())
}

// port is that of the component's type, wherever its container listens.
func port(c dynamo.Component) corev1.ServicePort {
	served := pod.Served(c)
	switch c.Type {
	case dynamo.TypeFrontend:
		return servicePort(ports.HTTPName, ports.HTTP, served)
	case dynamo.TypePicker:
		return pickerPort(served)
	}
	return servicePort(ports.SystemName, ports.System, served)
}

// pickerPort says that it speaks HTTP/2 in the clear, as gRPC does: gateways
// would speak HTTP/1 to it otherwise.
func pickerPort(served corev1.ContainerPort) corev1.ServicePort {
	out := servicePort(ports.GRPCName, ports.GRPC, served)
	out.TargetPort = intstr.FromInt32(served.ContainerPort)
	out.AppProtocol = ptr.To("http2")
	return out
}

func servicePort(name string, number int32, served corev1.ContainerPort) corev1.ServicePort {
	return corev1.ServicePort{
		Name:       name,
		Port:       number,
		Protocol:   corev1.ProtocolTCP,
		TargetPort: intstr.FromString(served.Name),
	}
}
