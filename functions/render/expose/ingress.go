package expose

import (
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Ingress exposes a component's Service at a host.
func Ingress(c dynamo.Component, o Outside) *networkingv1.Ingress {
	return &networkingv1.Ingress{
		TypeMeta: metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "Ingress"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        names.Service(c.Name),
			Labels:      meta.Merge(o.Labels),
			Annotations: meta.Merge(o.Annotations),
		},
		Spec: networkingv1.IngressSpec{
			IngressClassName: ptr.To(o.Class),
			Rules:            []networkingv1.IngressRule{makeRule(c, o.Host)},
			TLS:              makeTLS(o),
		},
	}
}

// makeRule sends all requests for a host to a component's Service.
func makeRule(c dynamo.Component, host string) networkingv1.IngressRule {
	service := &networkingv1.IngressServiceBackend{
		Name: names.Service(c.Name),
		Port: networkingv1.ServiceBackendPort{Number: ports.HTTP},
	}
	all := networkingv1.HTTPIngressPath{
		Path:     "/",
		PathType: ptr.To(networkingv1.PathTypePrefix),
		Backend:  networkingv1.IngressBackend{Service: service},
	}
	return networkingv1.IngressRule{
		Host: host,
		IngressRuleValue: networkingv1.IngressRuleValue{
			HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{all}},
		},
	}
}

// makeTLS names the certificate for the host, where there is one.
func makeTLS(o Outside) []networkingv1.IngressTLS {
	if o.TLSSecret == "" {
		return nil
	}
	return []networkingv1.IngressTLS{{Hosts: []string{o.Host}, SecretName: o.TLSSecret}}
}
