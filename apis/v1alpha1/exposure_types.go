package v1alpha1

// IngressSpec exposes a component through an Ingress or a VirtualService.
//
// +kubebuilder:validation:XValidation:rule="!has(self.enabled) || !self.enabled || (has(self.host) && size(self.host) > 0)",message="an enabled ingress needs a host: give one, or set enabled to false",fieldPath=".host"
type IngressSpec struct {
	// Annotations for the Ingress or VirtualService.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// Enabled turns the exposure on.
	// +optional
	Enabled bool `json:"enabled"`

	// Host is the first part of the host name.
	// +optional
	Host string `json:"host,omitempty"`

	// HostPrefix is put before Host.
	// +optional
	HostPrefix *string `json:"hostPrefix,omitempty"`

	// HostSuffix follows Host after a dot; "local" when left out.
	// +optional
	HostSuffix *string `json:"hostSuffix,omitempty"`

	// IngressControllerClassName is the class of the Ingress.
	// +optional
	IngressControllerClassName *string `json:"ingressControllerClassName,omitempty"`

	// Labels for the Ingress or VirtualService.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// TLS of the Ingress.
	// +optional
	TLS *IngressTLSSpec `json:"tls,omitempty"`

	// UseVirtualService asks for an Istio VirtualService.
	// +optional
	UseVirtualService bool `json:"useVirtualService,omitempty"`

	// VirtualServiceGateway is the Istio gateway, as namespace/name.
	// +optional
	VirtualServiceGateway *string `json:"virtualServiceGateway,omitempty"`
}

// IngressTLSSpec is the TLS of an Ingress.
type IngressTLSSpec struct {
	// SecretName of the certificate.
	// +optional
	SecretName string `json:"secretName,omitempty"`
}
