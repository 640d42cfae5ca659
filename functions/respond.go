package functions

import (
	"cmp"
	"errors"
	"fmt"
	"maps"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// copyDesired returns what earlier steps of the pipeline want, in a message of its own:
// the SDK's response shares that of the request.
func copyDesired(req *fnv1.RunFunctionRequest) *fnv1.State {
	earlier := req.GetDesired()
	out := &fnv1.State{
		Composite: earlier.GetComposite(),
		Resources: make(map[string]*fnv1.Resource, len(earlier.GetResources())),
	}
	maps.Copy(out.GetResources(), earlier.GetResources())
	return out
}

// respond puts what a layer wants into the response. Conditions and events come
// first: core keeps the conditions of a Fatal response.
func respond(rsp *fnv1.RunFunctionResponse, xr wire.Identity, out layer.Out) error {
	rsp.Meta.Ttl = durationpb.New(cmp.Or(out.Pace, layer.PaceProgressing))
	if needs := wire.Requirements(out.Needs); needs != nil {
		rsp.Requirements = needs
	}
	for _, c := range out.Conditions {
		setCondition(rsp, c)
	}
	if out.Fatal != "" {
		response.Fatal(rsp, errors.New(out.Fatal))
		return nil
	}
	for _, e := range out.Events {
		setEvent(rsp, e)
	}
	if err := setChildren(rsp, xr, out); err != nil {
		return err
	}
	return setComposite(rsp, xr, out)
}

func setCondition(rsp *fnv1.RunFunctionResponse, c layer.Condition) {
	set := response.ConditionFalse
	switch c.Status {
	case layer.True:
		set = response.ConditionTrue
	case layer.Unknown:
		set = response.ConditionUnknown
	case layer.False:
	}
	option := set(rsp, c.Type, c.Reason).WithMessage(c.Message)
	if c.OfClaim {
		option.TargetCompositeAndClaim()
	}
}

func setEvent(rsp *fnv1.RunFunctionResponse, e layer.Event) {
	if e.Warning {
		response.Warning(rsp, errors.New(e.Message)).WithReason(e.Reason)
		return
	}
	response.Normal(rsp, e.Message).WithReason(e.Reason)
}

func setChildren(rsp *fnv1.RunFunctionResponse, xr wire.Identity, out layer.Out) error {
	earlier := rsp.GetDesired().GetResources()
	out.Children = dropEarlier(out.Children, earlier)
	encoded, err := layer.Encode(layer.TellReady(out))
	if err != nil {
		return err
	}
	if len(encoded) == 0 && !out.Ready {
		tellEarlier(rsp)
	}
	known := nameAll(earlier, xr)
	for _, e := range encoded {
		s, err := wire.Struct(e.Object)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Key, err)
		}
		if err := known.check(e.Key, s, xr); err != nil {
			return err
		}
		rsp.Desired.Resources[e.Key] = &fnv1.Resource{Resource: s, Ready: writeReady(e.Ready)}
	}
	return nil
}

// setComposite gives the composite our status, over what earlier steps say of
// fields that are not ours. Core reads nothing else of it.
func setComposite(rsp *fnv1.RunFunctionResponse, xr wire.Identity, out layer.Out) error {
	status, err := object.Status(out.Status)
	if err != nil {
		return err
	}
	s, err := wire.Struct(map[string]any{"apiVersion": xr.APIVersion, "kind": xr.Kind, "status": status})
	if err != nil {
		return err
	}
	earlier := rsp.GetDesired().GetComposite()
	own := s.GetFields()["status"].GetStructValue().GetFields()
	for k, v := range earlier.GetResource().GetFields()["status"].GetStructValue().GetFields() {
		if _, ok := own[k]; !ok {
			own[k] = v
		}
	}
	rsp.Desired.Composite = &fnv1.Resource{
		Resource:          s,
		ConnectionDetails: addConnection(earlier.GetConnectionDetails(), out.Connection),
		Ready:             writeReady(out.Ready),
	}
	return nil
}

// addConnection adds what a layer says of connections to what earlier steps say.
func addConnection(earlier map[string][]byte, more map[string]string) map[string][]byte {
	if len(more) == 0 {
		return earlier
	}
	out := make(map[string][]byte, len(earlier)+len(more))
	maps.Copy(out, earlier)
	for k, v := range more {
		out[k] = []byte(v)
	}
	return out
}

// writeReady writes readiness, which is always said: core guesses otherwise.
func writeReady(ok bool) fnv1.Ready {
	if ok {
		return fnv1.Ready_READY_TRUE
	}
	return fnv1.Ready_READY_FALSE
}
