package functions_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// environmentKey is where steps such as function-environment-configs put the
// environment.
const environmentKey = "apiextensions.crossplane.io/environment"

// inEnvironment is a request whose context has an environment, in YAML.
func inEnvironment(t *testing.T, environment string) *fnv1.RunFunctionRequest {
	t.Helper()
	var value any
	layertest.Parse(t, environment, &value)
	req := request(t, chat)
	req.Context = encode(t, map[string]any{environmentKey: value, "other": "kept"})
	return req
}

const (
	withEtcd  = "component/Frontend"
	allOfChat = "component/Frontend rolebinding/discovery serviceaccount/discovery"
)

// TestEnvironment: what etcd discovery changes of the children tells which layer
// won.
func TestEnvironment(t *testing.T) {
	cases := map[string]struct {
		reason             string
		input, environment string
		// config and ofTeam are EnvironmentConfigs dynamo and dynamo.team.
		config, ofTeam string
		want           string
		fault          string
	}{
		"Config": {
			reason: "an EnvironmentConfig wins over the input", input: "{discovery: {backend: kubernetes}}", config: "{discovery: {backend: etcd}}", want: withEtcd,
		},
		"ConfigOfNamespace": {
			reason: "that of the namespace over that of the cluster", config: "{discovery: {backend: kubernetes}}", ofTeam: "{discovery: {backend: etcd}}", want: withEtcd,
		},
		"EnvironmentAbove": {
			reason: "and the environment over both", config: "{discovery: {backend: etcd}}", ofTeam: "{discovery: {backend: etcd}}",
			environment: "{dynamo: {discovery: {backend: kubernetes}}}", want: allOfChat,
		},
		"ConfigFault": {
			reason: "faults of them name the object", ofTeam: "{discovery: {backend: consul}}",
			fault: "EnvironmentConfig[dynamo.team].data.dynamo.discovery.backend: Unsupported value",
		},
		"Wins": {
			reason:      "the environment wins over the input",
			input:       "{discovery: {backend: kubernetes}}",
			environment: "{dynamo: {discovery: {backend: etcd}}}",
			want:        withEtcd,
		},
		"Alone":   {reason: "it needs no input", environment: "{dynamo: {discovery: {backend: etcd}}}", want: withEtcd},
		"Other":   {reason: "other keys of the environment are not ours", environment: "{region: eu, discovery: {backend: etcd}}", want: allOfChat},
		"Nothing": {reason: "an empty environment says nothing", input: "{discovery: {backend: etcd}}", environment: "{}", want: withEtcd},
		"Null":    {reason: "nor does null", input: "{discovery: {backend: etcd}}", environment: "{dynamo: null}", want: withEtcd},
		"NoEnvironment": {
			reason: "nor a null in its place", input: "{discovery: {backend: etcd}}", environment: "null", want: withEtcd,
		},
		"Fault": {
			reason:      "a fault is told with its place, and nothing is composed",
			environment: "{dynamo: {discovery: {backend: consul}}}",
			fault:       "environment.dynamo.discovery.backend: Unsupported value",
		},
		"Unknown": {
			reason: "unknown fields are faults", environment: "{dynamo: {discovry: {}}}", fault: `environment.dynamo.discovry: Invalid value: unknown field: did you mean discovery?`,
		},
		"Text": {
			reason: "what is no object is a fault", environment: "{dynamo: etcd}", fault: "environment.dynamo: Invalid value",
		},
		"NoObject": {
			reason: "so is an environment that is no object", environment: "[a, b]",
			fault: `environment: Invalid value: "Environment": must be an object: look at the step that makes context key ` + environmentKey,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			req := inEnvironment(t, tc.environment)
			if tc.input != "" {
				req.Input = encode(t, layertest.Object(t, tc.input))
			}
			if tc.config != "" {
				withConfig(t, req, "dynamo", tc.config)
			}
			if tc.ofTeam != "" {
				withConfig(t, req, "dynamo.team", tc.ofTeam)
			}
			rsp := run(t, req)
			if diff := cmp.Diff(tc.want, childrenOf(rsp)); diff != "" {
				t.Errorf("%s\nRunFunction(...): -want children, +got:\n%s", tc.reason, diff)
			}
			if message := conditionOf(rsp, "Valid"); tc.fault == "" && message != "" || !strings.HasPrefix(message, tc.fault) {
				t.Errorf("%s\nRunFunction(...): want condition Valid with %q, got %q", tc.reason, tc.fault, message)
			}
			if diff := cmp.Diff("kept", rsp.GetContext().AsMap()["other"]); diff != "" {
				t.Errorf("%s\nRunFunction(...): -want context of later steps, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// childrenOf are the keys of a response's children, sorted.
func childrenOf(rsp *fnv1.RunFunctionResponse) string {
	return strings.Join(slices.Sorted(maps.Keys(rsp.GetDesired().GetResources())), " ")
}

// conditionOf is the message of a condition.
func conditionOf(rsp *fnv1.RunFunctionResponse, name string) string {
	for _, c := range rsp.GetConditions() {
		if c.GetType() == name {
			return c.GetMessage()
		}
	}
	return "no condition " + name
}

// solo is a component without a fault.
const solo = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata: {name: solo, namespace: team, generation: 1}
spec: {componentType: frontend, extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}}
`

// TestStatusSettings: graphs and components alike name the layers, valid or not,
// but where nothing exists that a fault could keep.
func TestStatusSettings(t *testing.T) {
	const nats = "{infrastructure: {natsAddress: nats}}"
	cases := map[string]struct {
		reason             string
		input, environment string
		configs            []string
		want               []any
	}{
		"BuiltIn":     {reason: "the defaults are there always", want: []any{"built-in"}},
		"TypeAlone":   {reason: "an input that has a type alone says nothing", input: "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings}", want: []any{"built-in"}},
		"Input":       {reason: "the input contributes", input: nats, want: []any{"built-in", "input"}},
		"Environment": {reason: "so does the environment", environment: nats, want: []any{"built-in", "environment"}},
		"Configs":     {reason: "EnvironmentConfigs are called by their names", configs: []string{"dynamo.team"}, want: []any{"built-in", "dynamo.team"}},
		"All": {
			reason: "all of them stand in their order", input: nats, configs: []string{"dynamo", "dynamo.team"}, environment: nats,
			want: []any{"built-in", "input", "dynamo", "dynamo.team", "environment"},
		},
	}
	for name, tc := range cases {
		for kind, manifest := range map[string]string{"Graph": chat, "Component": solo} {
			for spec, c := range map[string]changes{"Valid": nil, "Invalid": {"metadata/name": "2chat"}} {
				t.Run(name+kind+spec, func(t *testing.T) {
					req := request(t, manifest)
					req.Observed.Resources = applied(t, req, run(t, req)).GetObserved().GetResources()
					req.Observed.Composite.Resource = encode(t, layertest.Object(t, manifest, c))
					for _, name := range tc.configs {
						withConfig(t, req, name, nats)
					}
					if tc.input != "" {
						req.Input = encode(t, layertest.Object(t, tc.input))
					}
					if tc.environment != "" {
						req.Context = encode(t, map[string]any{environmentKey: map[string]any{"dynamo": layertest.Object(t, tc.environment)}})
					}
					status, _ := decode(run(t, req).GetDesired().GetComposite().GetResource())["status"].(map[string]any)
					if diff := cmp.Diff(any(tc.want), status["settings"]); diff != "" {
						t.Errorf("%s\nRunFunction(...): -want status.settings, +got:\n%s", tc.reason, diff)
					}
				})
			}
		}
	}
}

// TestSettingsOutsideOfJSON: protobuf holds numbers that JSON does not.
func TestSettingsOutsideOfJSON(t *testing.T) {
	broken := &structpb.Struct{Fields: map[string]*structpb.Value{"discovery": structpb.NewNumberValue(math.NaN())}}
	inContext := &structpb.Struct{Fields: map[string]*structpb.Value{
		environmentKey: structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"dynamo": structpb.NewStructValue(broken)}}),
	}}
	absent := request(t, chat)
	for want, req := range map[string]*fnv1.RunFunctionRequest{
		"input: ":              {Observed: absent.GetObserved(), RequiredResources: absent.GetRequiredResources(), Input: broken},
		"environment.dynamo: ": {Observed: absent.GetObserved(), RequiredResources: absent.GetRequiredResources(), Context: inContext},
		"EnvironmentConfig[dynamo].data.dynamo: ": withConfigs(t, request(t, chat), map[string]*structpb.Struct{
			"dynamo": {Fields: map[string]*structpb.Value{"data": inContext.GetFields()[environmentKey]}},
		}),
	} {
		t.Run(want, func(t *testing.T) {
			rsp := run(t, req)
			if got := conditionOf(rsp, "Valid"); !strings.HasPrefix(got, want) || len(rsp.GetDesired().GetResources()) > 0 {
				t.Errorf("RunFunction(...): want nothing composed and a fault at %s, got %q", want, got)
			}
		})
	}
}
