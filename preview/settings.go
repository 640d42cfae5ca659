package preview

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// IsConfig says whether an object is an EnvironmentConfig that the function reads.
func IsConfig(object map[string]any) bool {
	u := unstructured.Unstructured{Object: object}
	return u.GetAPIVersion() == layer.ConfigAPIVersion && u.GetKind() == layer.ConfigKind && settings.Configures(u.GetName())
}

// IsSettings says whether an object is the input of a pipeline step.
func IsSettings(object map[string]any) bool {
	u := unstructured.Unstructured{Object: object}
	return u.GroupVersionKind().Group == v1beta1.Group && u.GetKind() == v1beta1.Kind
}

// ReadSettings returns the settings of a manifest for which IsConfig or IsSettings holds,
// over those of the layers below it that are held, and what is wrong with those of the
// manifest itself.
func (p *Previewer) ReadSettings(manifest map[string]any) (settings.Settings, field.ErrorList) {
	if IsSettings(manifest) {
		raw, err := json.Marshal(manifest)
		if err != nil {
			panic(err) // It has been read from JSON's types.
		}
		return settings.Decode(raw)
	}
	u := unstructured.Unstructured{Object: manifest}
	var below []settings.Source
	for _, o := range p.held {
		if IsConfig(o.Object) && isWhole(o) && !isWhole(u) {
			below = append(below, makeSource(o))
		}
	}
	base, _ := settings.Fold(p.options.Settings, below...) // Whoever reads the other manifest is told.
	return settings.Fold(base, makeSource(u))
}

// isWhole says whether the settings of an EnvironmentConfig are those of all namespaces.
func isWhole(u unstructured.Unstructured) bool {
	return settings.ConfiguredNamespace(u.GetName()) == ""
}

func makeSource(u unstructured.Unstructured) settings.Source {
	data, _ := u.Object["data"].(map[string]any)
	return settings.Config(u.GetName(), data)
}

// LacksSettings says why an EnvironmentConfig that the function reads brings no settings,
// though it has data; empty where it brings some.
func LacksSettings(config map[string]any) string {
	data, _ := config["data"].(map[string]any)
	if _, ok := data[settings.EnvironmentKey]; ok || len(data) == 0 {
		return ""
	}
	return "data: has no key " + settings.EnvironmentKey + ", so that none of it is a setting: put settings below data." + settings.EnvironmentKey
}

// DescribeConfig says whose settings an EnvironmentConfig has.
func DescribeConfig(config map[string]any) string {
	u := unstructured.Unstructured{Object: config}
	if namespace := settings.ConfiguredNamespace(u.GetName()); namespace != "" {
		return "read for the settings of namespace " + namespace
	}
	return "read for the settings of all namespaces"
}
