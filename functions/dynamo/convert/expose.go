package convert

import (
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

func ingress(in *v1alpha1.IngressSpec) *dynamo.Ingress {
	if in == nil {
		return nil
	}
	out := &dynamo.Ingress{
		Enabled:        in.Enabled,
		Host:           in.Host,
		Prefix:         ptr.Deref(in.HostPrefix, ""),
		Suffix:         ptr.Deref(in.HostSuffix, ""),
		Class:          ptr.Deref(in.IngressControllerClassName, ""),
		VirtualService: in.UseVirtualService,
		Gateway:        ptr.Deref(in.VirtualServiceGateway, ""),
		Labels:         in.Labels,
		Annotations:    in.Annotations,
	}
	if in.TLS != nil {
		out.TLSSecret = in.TLS.SecretName
	}
	return out
}

func picker(in *v1alpha1.EPPConfig) *dynamo.Picker {
	if in == nil {
		return nil
	}
	out := &dynamo.Picker{}
	if in.Config != nil {
		out.Document = in.Config.Raw
	}
	if r := in.ConfigMapRef; r != nil {
		out.ConfigMap, out.Key, out.Optional = r.Name, r.Key, r.Optional
	}
	return out
}
