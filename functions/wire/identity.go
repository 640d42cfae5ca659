package wire

import (
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// Identity says which composite a request is for. What the request lacks is
// empty.
type Identity struct {
	APIVersion, Kind, Namespace, Name string
}

// Identify returns the identity of the observed composite of a request.
func Identify(req *fnv1.RunFunctionRequest) Identity {
	fields := req.GetObserved().GetComposite().GetResource().GetFields()
	metadata := fields["metadata"].GetStructValue().GetFields()
	return Identity{
		APIVersion: fields["apiVersion"].GetStringValue(),
		Kind:       fields["kind"].GetStringValue(),
		Namespace:  metadata["namespace"].GetStringValue(),
		Name:       metadata["name"].GetStringValue(),
	}
}

// Pairs are keys and values of the identity, for loggers.
func (i Identity) Pairs() []any {
	return []any{"xr-apiversion", i.APIVersion, "xr-kind", i.Kind, "xr-namespace", i.Namespace, "xr-name", i.Name}
}
