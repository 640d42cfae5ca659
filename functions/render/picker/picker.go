// Package picker renders what an endpoint picker needs beside its pods and its
// Service: its configuration, and the pool of endpoints that it picks from.
package picker

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
)

// The kind and version that are written into every configuration: the only ones that
// endpoint pickers of the Gateway API Inference Extension read.
const (
	configAPIVersion = "inference.networking.x-k8s.io/v1alpha1"
	configKind       = "EndpointPickerConfig"
)

// HasConfig says whether the component has its configuration written in place, so that
// a ConfigMap has to be made of it.
func HasConfig(c dynamo.Component) bool {
	return c.Type == dynamo.TypePicker && c.Picker != nil && c.Picker.Document != nil
}

// Faults names what is wrong with a picker's configuration: what it says, or that it is
// there while the picker reads none, or the other way round.
func Faults(c dynamo.Component) field.ErrorList {
	at := c.At.At(dynamo.FieldPickerConfig)
	switch {
	case c.PicksByItself() && !dynamo.LacksPickerConfig(c.Runtime()):
		return field.ErrorList{field.Required(at, "an endpoint picker needs it unless its runtime is of 1.5 or later: give it, or "+tellVersion(c))}
	case c.Type == dynamo.TypePicker && c.Picker != nil && dynamo.LacksPickerConfig(c.SaidRuntime()):
		return field.ErrorList{field.Forbidden(at, fmt.Sprintf(
			"the endpoint picker of runtime %s reads no configuration: remove it, or run an image before 1.5", c.Runtime()))}
	case !HasConfig(c):
		return nil
	}
	if _, err := makeDocument(c.Picker.Document); err != nil {
		return field.ErrorList{field.Invalid(c.At.At(dynamo.FieldPickerDocument), "its value", err.Error())}
	}
	return nil
}

// tellVersion says how users tell the version of a picker's runtime.
func tellVersion(c dynamo.Component) string {
	if c.RuntimeImage() == "" {
		return "an image of such a runtime"
	}
	return fmt.Sprintf("say the version of image %q in %s", c.RuntimeImage(), c.At.Word(dynamo.FieldRuntimeVersion))
}

// ConfigMap holds the configuration of a component. HasConfig has to hold for it, and
// Faults to find nothing wrong.
func ConfigMap(c dynamo.Component) *corev1.ConfigMap {
	text, _ := makeDocument(c.Picker.Document) // Faults names what cannot be read.
	return &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: names.PickerConfig(c.Owner()), Labels: makeLabels(c)},
		Data:       map[string]string{volumes.PickerConfigKey: text},
	}
}

// makeDocument writes a configuration as YAML, with sorted keys.
func makeDocument(raw []byte) (string, error) {
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return "", fmt.Errorf("must be an object with the fields of %s", configKind)
	}
	fields["apiVersion"], fields["kind"] = quote(configAPIVersion), quote(configKind)
	whole, err := json.Marshal(fields)
	if err != nil {
		return "", fmt.Errorf("cannot be encoded: %w", err)
	}
	text, err := yaml.JSONToYAML(whole)
	if err != nil {
		return "", fmt.Errorf("cannot be written as YAML: %w", err)
	}
	return string(text), nil
}

// quote makes JSON of a text that needs no escapes.
func quote(s string) json.RawMessage { return json.RawMessage(`"` + s + `"`) }

// makeLabels makes the labels of the objects that belong to a graph's picker.
func makeLabels(c dynamo.Component) map[string]string {
	out := map[string]string{
		meta.LabelComponent:     c.Service,
		meta.LabelComponentType: c.Type,
	}
	if !c.Standalone {
		out[meta.LabelGraph] = c.Graph
	}
	return out
}
