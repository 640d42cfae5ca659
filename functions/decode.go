package functions

import (
	fncontext "github.com/crossplane/function-sdk-go/context"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// decode reads a request.
func decode(req *fnv1.RunFunctionRequest) layer.In {
	in := layer.In{
		Composite: wire.Composite(req.GetObserved().GetComposite().GetResource()),
		Self:      wire.Object(req.GetObserved().GetComposite().GetResource()),
		Observed:  wire.Observed(req.GetObserved().GetResources()),
		Answers:   wire.Answers(req),
		Input:     readInput(req),
	}
	configs, known := in.Answers.Configs(wire.Identify(req).Namespace)
	in.Waiting = !known
	in.Settings, in.SettingsFaults = readSettings(req, configs)
	return in
}

// readInput returns the step's input; nothing of one that JSON cannot hold, which is
// a fault of the settings.
func readInput(req *fnv1.RunFunctionRequest) []byte {
	raw, err := protojson.Marshal(req.GetInput())
	if err != nil || len(req.GetInput().GetFields()) == 0 {
		return nil
	}
	return raw
}

// readSettings folds what the step's input, EnvironmentConfigs and the environment
// say.
func readSettings(req *fnv1.RunFunctionRequest, configs []settings.Source) (settings.Settings, field.ErrorList) {
	var input []byte
	var faults field.ErrorList
	if len(req.GetInput().GetFields()) > 0 {
		raw, err := protojson.Marshal(req.GetInput())
		input, faults = raw, makeFault(field.NewPath("input"), err)
	}
	environment, found := readEnvironment(req.GetContext().GetFields()[fncontext.KeyEnvironment])
	sources := append([]settings.Source{settings.Input(input)}, configs...)
	out, more := settings.Fold(settings.Default(), append(sources, settings.Environment(environment))...)
	return out, append(append(faults, found...), more...)
}

// readEnvironment is what an earlier step of the pipeline has put into the
// environment for us.
func readEnvironment(environment *structpb.Value) ([]byte, field.ErrorList) {
	at := field.NewPath("environment")
	switch environment.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
		return nil, nil
	case *structpb.Value_StructValue:
	default:
		return nil, field.ErrorList{field.Invalid(at, "Environment", "must be an object: look at the step that makes context key "+fncontext.KeyEnvironment)}
	}
	value, ok := environment.GetStructValue().GetFields()[settings.EnvironmentKey]
	if !ok {
		return nil, nil
	}
	raw, err := protojson.Marshal(value)
	return raw, makeFault(at.Child(settings.EnvironmentKey), err)
}

// makeFault returns the fault of a value that JSON cannot hold; none without an error.
func makeFault(at *field.Path, err error) field.ErrorList {
	if err == nil {
		return nil
	}
	return field.ErrorList{field.Invalid(at, "Settings", err.Error())}
}
