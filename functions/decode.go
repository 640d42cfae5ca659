package functions

import (
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// decode reads a request.
func decode(req *fnv1.RunFunctionRequest) layer.In {
	s, faults := readSettings(req)
	return layer.In{
		Composite: wire.Composite(req.GetObserved().GetComposite().GetResource()),
		Self:      wire.Object(req.GetObserved().GetComposite().GetResource()),
		Observed:  wire.Observed(req.GetObserved().GetResources()),
		Answers:   wire.Answers(req),
		Settings:  s,

		SettingsFaults: faults,
	}
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
