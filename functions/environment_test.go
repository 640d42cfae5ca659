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
	allOfChat = "component/Frontend role/discovery rolebinding/discovery serviceaccount/discovery"
)

// TestEnvironment: what etcd discovery changes of the children tells which layer
// won.
func TestEnvironment(t *testing.T) {
	cases := map[string]struct {
		reason             string
		input, environment string
		want               string
		fault              string
	}{
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
			reason: "unknown fields are faults", environment: "{dynamo: {discovry: {}}}", fault: `environment.dynamo: Invalid value: "Settings": unknown field "discovry"`,
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
			rsp := run(t, req)
			got := strings.Join(slices.Sorted(maps.Keys(rsp.GetDesired().GetResources())), " ")
			if diff := cmp.Diff(tc.want, got); diff != "" {
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

// conditionOf is the message of a condition.
func conditionOf(rsp *fnv1.RunFunctionResponse, name string) string {
	for _, c := range rsp.GetConditions() {
		if c.GetType() == name {
			return c.GetMessage()
		}
	}
	return "no condition " + name
}

// TestSettingsOutsideOfJSON: protobuf holds numbers that JSON does not.
func TestSettingsOutsideOfJSON(t *testing.T) {
	broken := &structpb.Struct{Fields: map[string]*structpb.Value{"discovery": structpb.NewNumberValue(math.NaN())}}
	inContext := &structpb.Struct{Fields: map[string]*structpb.Value{
		environmentKey: structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"dynamo": structpb.NewStructValue(broken)}}),
	}}
	for want, req := range map[string]*fnv1.RunFunctionRequest{
		"input: ":              {Observed: request(t, chat).GetObserved(), Input: broken},
		"environment.dynamo: ": {Observed: request(t, chat).GetObserved(), Context: inContext},
	} {
		t.Run(want, func(t *testing.T) {
			rsp := run(t, req)
			if got := conditionOf(rsp, "Valid"); !strings.HasPrefix(got, want) || len(rsp.GetDesired().GetResources()) > 0 {
				t.Errorf("RunFunction(...): want nothing composed and a fault at %s, got %q", want, got)
			}
		})
	}
}
