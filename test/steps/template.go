package steps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/request"
	"github.com/crossplane/function-sdk-go/resource"
	"github.com/crossplane/function-sdk-go/response"
	yaml3 "go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kjson "k8s.io/apimachinery/pkg/util/json"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/utils/ptr"
)

// Annotations by which a template names its resources and says which are ready, and the
// version of what is no resource but a word to the function.
const (
	annotationName  = "gotemplating.fn.crossplane.io/composition-resource-name"
	annotationReady = "gotemplating.fn.crossplane.io/ready"
	templateMeta    = "meta.gotemplating.fn.crossplane.io/v1alpha1"
)

// Template stands in for function-go-templating, of which there is no Go module to be
// had. It takes the steps that function takes for a call, with the same libraries: parse,
// request to JSON types, execute, YAML to JSON types, JSON types to protobuf's. Of what a
// template can say it knows composed resources with names and readiness, the status of
// the composite, and ExtraResources by name.
type Template struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	// Source is the template; empty for the one that the step's input has inline.
	Source string
}

// RunFunction composes what the template says.
func (t Template) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, response.DefaultTTL)
	if err := t.run(req, rsp); err != nil {
		response.Fatal(rsp, err)
	}
	return rsp, nil
}

func (t Template) run(req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse) error {
	source := t.Source
	if source == "" {
		source = inlineOf(req)
	}
	parsed, err := newTemplate().Parse(source)
	if err != nil {
		return fmt.Errorf("cannot parse the template: %w", err)
	}
	data, err := toMap(req)
	if err != nil {
		return err
	}
	manifests := &bytes.Buffer{}
	if err := parsed.Execute(manifests, data); err != nil {
		return fmt.Errorf("cannot execute the template: %w", err)
	}
	text := manifests.String()
	objects, err := documents(manifests)
	if err != nil {
		return fmt.Errorf("%w in:\n%s", err, text)
	}
	return compose(rsp, req, objects)
}

// inlineOf is the template in the input of a step.
func inlineOf(req *fnv1.RunFunctionRequest) string {
	inline := req.GetInput().GetFields()["inline"].GetStructValue()
	return inline.GetFields()["template"].GetStringValue()
}

// newTemplate has the functions that templates may call. Those that read the environment
// of the process are left out, as that function does.
func newTemplate() *template.Template {
	out := template.New("manifests").Option("missingkey=default")
	known := sprig.FuncMap()
	delete(known, "env")
	delete(known, "expandenv")
	known["toYaml"], known["include"] = toYAML, include(out)
	return out.Funcs(known)
}

func toYAML(v any) (string, error) {
	raw, err := yaml3.Marshal(v)
	return string(raw), err
}

func include(t *template.Template) func(string, any) (string, error) {
	return func(name string, data any) (string, error) {
		out := &strings.Builder{}
		err := t.ExecuteTemplate(out, name, data)
		return out.String(), err
	}
}

func toMap(req *fnv1.RunFunctionRequest) (map[string]any, error) {
	raw, err := protojson.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("cannot read the request: %w", err)
	}
	out := map[string]any{}
	if err := kjson.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("cannot read the request: %w", err)
	}
	return out, nil
}

func documents(manifests io.Reader) ([]*unstructured.Unstructured, error) {
	var out []*unstructured.Unstructured
	decoder := kyaml.NewYAMLOrJSONDecoder(manifests, 1024)
	for {
		u := &unstructured.Unstructured{}
		err := decoder.Decode(&u)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read a document: %w", err)
		}
		if u != nil {
			out = append(out, u)
		}
	}
}

// composed is what a template has composed so far, beside what earlier steps did.
type composed struct {
	xr, observed *resource.Composite
	children     map[resource.Name]*resource.DesiredComposed
	needs        map[string]*fnv1.ResourceSelector
}

// compose puts the objects into the response. The SDK reads no readiness of the
// composite and writes none.
func compose(rsp *fnv1.RunFunctionResponse, req *fnv1.RunFunctionRequest, objects []*unstructured.Unstructured) error {
	c, err := readComposed(req)
	if err != nil {
		return err
	}
	c.xr.Resource.SetGroupVersionKind(c.observed.Resource.GroupVersionKind())
	for _, o := range objects {
		if err := c.add(o); err != nil {
			return err
		}
	}
	if len(c.needs) > 0 {
		rsp.Requirements = &fnv1.Requirements{Resources: c.needs}
	}
	return errors.Join(response.SetDesiredComposedResources(rsp, c.children), response.SetDesiredCompositeResource(rsp, c.xr))
}

func readComposed(req *fnv1.RunFunctionRequest) (composed, error) {
	xr, err := request.GetDesiredCompositeResource(req)
	if err != nil {
		return composed{}, fmt.Errorf("cannot read the desired composite: %w", err)
	}
	observed, err := request.GetObservedCompositeResource(req)
	if err != nil {
		return composed{}, fmt.Errorf("cannot read the composite: %w", err)
	}
	children, err := request.GetDesiredComposedResources(req)
	if err != nil {
		return composed{}, fmt.Errorf("cannot read the children: %w", err)
	}
	return composed{xr: xr, observed: observed, children: children, needs: map[string]*fnv1.ResourceSelector{}}, nil
}

// add takes a document: one with a name is a child, one of the composite's kind its
// status, and one of the function's own version a word to it.
func (c composed) add(o *unstructured.Unstructured) error {
	name, named := o.GetAnnotations()[annotationName]
	switch {
	case o.GetAPIVersion() == templateMeta:
		return c.require(o)
	case named:
		c.children[resource.Name(name)] = childOf(o)
	case o.GroupVersionKind() == c.observed.Resource.GroupVersionKind():
		return c.tell(o)
	default:
		return fmt.Errorf("%s %q has no annotation %s", o.GetKind(), o.GetName(), annotationName)
	}
	return nil
}

// childOf is a child as the template wrote it, without the words to the function.
func childOf(o *unstructured.Unstructured) *resource.DesiredComposed {
	out := resource.NewDesiredComposed()
	out.Resource.Unstructured = *o.DeepCopy()
	annotations := out.Resource.GetAnnotations()
	out.Ready = resource.Ready(annotations[annotationReady])
	delete(annotations, annotationName)
	delete(annotations, annotationReady)
	out.Resource.SetAnnotations(annotations)
	return out
}

// tell merges a status into that of the composite.
func (c composed) tell(o *unstructured.Unstructured) error {
	status, _, _ := unstructured.NestedMap(c.xr.Resource.Object, "status")
	more, _, err := unstructured.NestedMap(o.Object, "status")
	if err != nil {
		return fmt.Errorf("cannot read the status of %s %q: %w", o.GetKind(), o.GetName(), err)
	}
	if status == nil {
		status = map[string]any{}
	}
	maps.Copy(status, more)
	c.xr.Resource.Object["status"] = status
	return nil
}

// require asks Crossplane for objects.
func (c composed) require(o *unstructured.Unstructured) error {
	requirements, _, _ := unstructured.NestedMap(o.Object, "requirements")
	if o.GetKind() != "ExtraResources" || len(requirements) == 0 {
		return fmt.Errorf("%s %s is not known here: want ExtraResources with requirements", o.GetAPIVersion(), o.GetKind())
	}
	for key := range requirements {
		field := func(name string) string {
			text, _, _ := unstructured.NestedString(requirements, key, name)
			return text
		}
		c.needs[key] = &fnv1.ResourceSelector{
			ApiVersion: field("apiVersion"), Kind: field("kind"), Namespace: ptr.To(field("namespace")),
			Match: &fnv1.ResourceSelector_MatchName{MatchName: field("matchName")},
		}
	}
	return nil
}
