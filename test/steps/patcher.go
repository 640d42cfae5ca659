package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/request"
	"github.com/crossplane/function-sdk-go/resource"
	"github.com/crossplane/function-sdk-go/response"
	"google.golang.org/protobuf/encoding/protojson"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Patcher stands in for function-patch-and-transform, of which there is no Go module to
// be had, where a step changes what an earlier one composes: resources without a base,
// patches from a field of the composite, and checks of conditions.
type Patcher struct {
	fnv1.UnimplementedFunctionRunnerServiceServer
}

// patched is the part of the input that Patcher knows.
type patched struct {
	Resources []patchedResource `json:"resources"`
}

type patchedResource struct {
	Name            string  `json:"name"`
	Patches         []patch `json:"patches"`
	ReadinessChecks []check `json:"readinessChecks"`
}

type patch struct {
	Type          string `json:"type"`
	FromFieldPath string `json:"fromFieldPath"`
	ToFieldPath   string `json:"toFieldPath"`
}

type check struct {
	Type           string `json:"type"`
	MatchCondition struct {
		Type   string `json:"type"`
		Status string `json:"status"`
	} `json:"matchCondition"`
}

// RunFunction is called once a reconcile.
func (Patcher) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, response.DefaultTTL)
	if err := patchAll(req, rsp); err != nil {
		response.Fatal(rsp, err)
	}
	return rsp, nil
}

func patchAll(req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse) error {
	in, err := readPatched(req)
	if err != nil {
		return err
	}
	c, err := readComposed(req)
	if err != nil {
		return err
	}
	observed, err := request.GetObservedComposedResources(req)
	if err != nil {
		return fmt.Errorf("cannot read the observed children: %w", err)
	}
	for _, r := range in.Resources {
		child, ok := c.children[resource.Name(r.Name)]
		if !ok {
			return fmt.Errorf("%q has no base, and no earlier step composes it", r.Name)
		}
		// What an earlier step said of its readiness is not looked at.
		child.Ready = resource.ReadyUnspecified
		if was, ok := observed[resource.Name(r.Name)]; ok && r.ready(&was.Resource.Unstructured) {
			child.Ready = resource.ReadyTrue
		}
		if err := r.patch(child, c.observed); err != nil {
			return err
		}
	}
	return errors.Join(response.SetDesiredComposedResources(rsp, c.children), response.SetDesiredCompositeResource(rsp, c.xr))
}

func readPatched(req *fnv1.RunFunctionRequest) (patched, error) {
	out := patched{}
	raw, err := protojson.Marshal(req.GetInput())
	if err != nil {
		return out, fmt.Errorf("cannot read the input: %w", err)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("cannot read the input: %w", err)
	}
	return out, nil
}

// ready says whether an observed child passes all checks; without any, condition Ready
// decides.
func (r patchedResource) ready(o *unstructured.Unstructured) bool {
	checks := r.ReadinessChecks
	if len(checks) == 0 {
		checks = []check{{Type: "MatchCondition"}}
		checks[0].MatchCondition.Type, checks[0].MatchCondition.Status = "Ready", "True"
	}
	for _, c := range checks {
		if statusOf(o, c.MatchCondition.Type) != c.MatchCondition.Status {
			return false
		}
	}
	return true
}

// statusOf is the status of a condition; empty where there is none.
func statusOf(o *unstructured.Unstructured, condition string) string {
	all, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, each := range all {
		if c, _ := each.(map[string]any); c["type"] == condition {
			status, _ := c["status"].(string)
			return status
		}
	}
	return ""
}

// patch copies fields of the composite. One that the composite lacks is left out.
func (r patchedResource) patch(child *resource.DesiredComposed, xr *resource.Composite) error {
	for _, p := range r.Patches {
		value, err := xr.Resource.GetValue(p.FromFieldPath)
		if err != nil {
			continue
		}
		if err := child.Resource.SetValue(p.ToFieldPath, value); err != nil {
			return fmt.Errorf("cannot set %s of %q: %w", p.ToFieldPath, r.Name, err)
		}
	}
	return nil
}
