package convert

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

func readIngress(in *v1alpha1.IngressSpec) *dynamo.Ingress {
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

func readPicker(in *v1alpha1.EPPConfig) *dynamo.Picker {
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

func writeIngress(in *dynamo.Ingress) *v1alpha1.IngressSpec {
	if in == nil {
		return nil
	}
	out := &v1alpha1.IngressSpec{
		Enabled:                    in.Enabled,
		Host:                       in.Host,
		HostPrefix:                 nilIfEmpty(in.Prefix),
		HostSuffix:                 nilIfEmpty(in.Suffix),
		IngressControllerClassName: nilIfEmpty(in.Class),
		UseVirtualService:          in.VirtualService,
		VirtualServiceGateway:      nilIfEmpty(in.Gateway),
		Labels:                     in.Labels,
		Annotations:                in.Annotations,
	}
	if in.TLSSecret != "" {
		out.TLS = &v1alpha1.IngressTLSSpec{SecretName: in.TLSSecret}
	}
	return out
}

// nilIfEmpty returns a pointer to a text, or nil where it is empty.
func nilIfEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func writePicker(in *dynamo.Picker) *v1alpha1.EPPConfig {
	if in == nil {
		return nil
	}
	out := &v1alpha1.EPPConfig{}
	if in.Document != nil {
		out.Config = &runtime.RawExtension{Raw: in.Document}
	}
	if in.ConfigMap != "" || in.Key != "" || in.Optional != nil {
		out.ConfigMapRef = &v1alpha1.ConfigMapKeyReference{
			Name:     in.ConfigMap,
			Key:      in.Key,
			Optional: in.Optional,
		}
	}
	return out
}
