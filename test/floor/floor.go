package main

import (
	"context"
	_ "embed" // For the children.
	"fmt"
	"strings"
	"time"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// pace is the longest that a function of ours asks for.
const pace = 10 * time.Minute

// The children by key, with $(name) and $(namespace) where those of the composite go. A test
// holds them against what our function makes of the load test's graph.
var (
	//go:embed graph.yaml
	graph string
	//go:embed component.yaml
	component string
)

// floor is the function.
type floor struct {
	fnv1.UnimplementedFunctionRunnerServiceServer
}

// RunFunction returns the children of the composite's kind.
func (floor) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, pace)
	xr := wire.Identify(req)
	children, err := listChildren(xr)
	if err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	rsp.Desired = &fnv1.State{
		Composite: &fnv1.Resource{Resource: req.GetDesired().GetComposite().GetResource()},
		Resources: map[string]*fnv1.Resource{},
	}
	for key, child := range children {
		s, err := wire.Struct(child)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		rsp.Desired.Resources[key] = &fnv1.Resource{Resource: s, Ready: readiness(key, req.GetObserved().GetResources()[key])}
	}
	return rsp, nil
}

// listChildren returns the children of a composite, by key.
func listChildren(xr wire.Identity) (map[string]map[string]any, error) {
	text, ok := map[string]string{"DynamoGraphDeployment": graph, "DynamoComponentDeployment": component}[xr.Kind]
	if !ok {
		return nil, fmt.Errorf("the floor composes no %s", xr.Kind)
	}
	text = strings.NewReplacer("$(name)", xr.Name, "$(namespace)", xr.Namespace).Replace(text)
	out := map[string]map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("cannot read the children of %s %q: %w", xr.Kind, xr.Name, err)
	}
	return out, nil
}

// readyTypes are the conditions that say that a child is ready, by what its key
// begins with. All others are ready always.
func readyTypes() map[string]string {
	return map[string]string{"component": "Ready", "deployment": "Available"}
}

// readiness reads the one condition of an observed child that says that it is ready.
func readiness(key string, observed *fnv1.Resource) fnv1.Ready {
	kind, _, _ := strings.Cut(key, "/")
	want, ok := readyTypes()[kind]
	if !ok {
		return fnv1.Ready_READY_TRUE
	}
	conditions := observed.GetResource().GetFields()["status"].GetStructValue().GetFields()["conditions"].GetListValue().GetValues()
	for _, c := range conditions {
		fields := c.GetStructValue().GetFields()
		if fields["type"].GetStringValue() == want && fields["status"].GetStringValue() == "True" {
			return fnv1.Ready_READY_TRUE
		}
	}
	return fnv1.Ready_READY_FALSE
}
