package functions

import (
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"
	"google.golang.org/protobuf/encoding/protojson"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// decode reads a request. Faults are those of the step's input.
func decode(req *fnv1.RunFunctionRequest) (layer.In, field.ErrorList) {
	s, faults := readSettings(req)
	return layer.In{
		Composite: wire.Composite(req.GetObserved().GetComposite().GetResource()),
		Self:      wire.Object(req.GetObserved().GetComposite().GetResource()),
		Observed:  wire.Observed(req.GetObserved().GetResources()),
		Answers:   wire.Answers(req),
		Settings:  s,
	}, faults
}

func readSettings(req *fnv1.RunFunctionRequest) (settings.Settings, field.ErrorList) {
	if len(req.GetInput().GetFields()) == 0 {
		return settings.Default(), nil
	}
	raw, err := protojson.Marshal(req.GetInput())
	if err != nil {
		return settings.Default(), field.ErrorList{field.Invalid(field.NewPath("input"), "Settings", err.Error())}
	}
	return settings.Decode(raw)
}

// refuse answers a request whose settings are at fault. Every composite of the
// Composition is frozen: guessing at a site's settings could restart its pods.
func refuse(rsp *fnv1.RunFunctionResponse, req *fnv1.RunFunctionRequest, faults field.ErrorList) {
	found := layer.Findings{Faults: faults}
	setCondition(rsp, found.Valid())
	if len(req.GetObserved().GetResources()) > 0 {
		response.Fatal(rsp, faults.ToAggregate())
		return
	}
	response.Warning(rsp, faults.ToAggregate())
	rsp.Desired.Composite = &fnv1.Resource{
		Resource: rsp.GetDesired().GetComposite().GetResource(),
		Ready:    fnv1.Ready_READY_FALSE,
	}
}
