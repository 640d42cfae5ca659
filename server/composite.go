package server

import (
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// composite identifies the composite resource of a request.
type composite struct {
	apiVersion, kind, namespace, name string
}

// compositeOf is the observed composite of req; what req lacks is empty.
func compositeOf(req *fnv1.RunFunctionRequest) composite {
	fields := req.GetObserved().GetComposite().GetResource().GetFields()
	metadata := fields["metadata"].GetStructValue().GetFields()
	return composite{
		apiVersion: fields["apiVersion"].GetStringValue(),
		kind:       fields["kind"].GetStringValue(),
		namespace:  metadata["namespace"].GetStringValue(),
		name:       metadata["name"].GetStringValue(),
	}
}
