package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	texttemplate "text/template"

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
)

// Annotations by which a template names its resources and says which are ready.
const (
	annotationName  = "gotemplating.fn.crossplane.io/composition-resource-name"
	annotationReady = "gotemplating.fn.crossplane.io/ready"
)

// template stands in for function-go-templating with its template in a file.
// It takes the steps that function takes for a call, with the same libraries:
// parse, request to JSON types, execute, YAML to JSON types, JSON types to
// protobuf's. It leaves out what only a server or another template needs.
type template struct {
	source string
}

// RunFunction composes what the template says.
func (t template) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, response.DefaultTTL)
	parsed, err := newTemplate().Parse(t.source)
	if err != nil {
		return nil, err
	}
	data, err := toMap(req)
	if err != nil {
		return nil, err
	}
	manifests := &bytes.Buffer{}
	if err := parsed.Execute(manifests, data); err != nil {
		return nil, err
	}
	objects, err := documents(manifests)
	if err != nil {
		return nil, fmt.Errorf("%w in:\n%s", err, manifests)
	}
	return rsp, compose(rsp, req, objects)
}

func newTemplate() *texttemplate.Template {
	out := texttemplate.New("manifests").Option("missingkey=default")
	return out.Funcs(texttemplate.FuncMap{
		"toYaml":  toYAML,
		"include": include(out),
	}).Funcs(sprig.FuncMap())
}

func toYAML(v any) (string, error) {
	raw, err := yaml3.Marshal(v)
	return string(raw), err
}

func include(t *texttemplate.Template) func(string, any) (string, error) {
	return func(name string, data any) (string, error) {
		out := &strings.Builder{}
		err := t.ExecuteTemplate(out, name, data)
		return out.String(), err
	}
}

func toMap(req *fnv1.RunFunctionRequest) (map[string]any, error) {
	raw, err := protojson.Marshal(req)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	return out, kjson.Unmarshal(raw, &out)
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
			return nil, err
		}
		if u != nil {
			out = append(out, u)
		}
	}
}

// compose puts the objects into the response: those with a name as desired
// resources, that of the composite's kind as its status.
func compose(rsp *fnv1.RunFunctionResponse, req *fnv1.RunFunctionRequest, objects []*unstructured.Unstructured) error {
	xr, err := request.GetDesiredCompositeResource(req)
	if err != nil {
		return err
	}
	observed, err := request.GetObservedCompositeResource(req)
	if err != nil {
		return err
	}
	desired, err := request.GetDesiredComposedResources(req)
	if err != nil {
		return err
	}
	xr.Resource.SetGroupVersionKind(observed.Resource.GroupVersionKind())
	for _, o := range objects {
		annotations := o.GetAnnotations()
		name, named := annotations[annotationName]
		if !named && o.GroupVersionKind() == observed.Resource.GroupVersionKind() {
			xr.Resource.Object["status"] = o.Object["status"]
			continue
		}
		if !named {
			return fmt.Errorf("%s %q has no annotation %s", o.GetKind(), o.GetName(), annotationName)
		}
		child := resource.NewDesiredComposed()
		child.Resource.Unstructured = *o.DeepCopy()
		child.Ready = resource.Ready(annotations[annotationReady])
		delete(annotations, annotationName)
		delete(annotations, annotationReady)
		child.Resource.SetAnnotations(annotations)
		desired[resource.Name(name)] = child
	}
	if err := response.SetDesiredComposedResources(rsp, desired); err != nil {
		return err
	}
	return response.SetDesiredCompositeResource(rsp, xr)
}
