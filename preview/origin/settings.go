package origin

import (
	"encoding/json"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// another is what a setting may say otherwise.
type another struct {
	source Source
	worlds []world
}

// otherSettings are worlds in which one field of the settings for a namespace is another.
func (w world) otherSettings(namespace string, values map[string]bool) ([]another, error) {
	out, err := w.otherInputs(values)
	if err != nil {
		return nil, err
	}
	for i, object := range w.options.Existing {
		out = append(out, otherConfigs(object, namespace, func(other map[string]any) world {
			next := w
			next.options.Existing = replace(w.options.Existing, i, other)
			return next
		})...)
	}
	for i, object := range w.manifests {
		out = append(out, otherConfigs(object, namespace, func(other map[string]any) world {
			next := w
			next.manifests = replace(w.manifests, i, other)
			return next
		})...)
	}
	return out, nil
}

// otherInputs are those of the input and of what no input says.
func (w world) otherInputs(values map[string]bool) ([]another, error) {
	var out []another
	for _, u := range units(w.input, "apiVersion", "kind", "metadata") {
		other := another{source: Source{Kind: Site, Layer: settings.LayerInput, Path: u.path}}
		for _, input := range u.variants(w.input) {
			next, err := w.withInput(input, nil)
			if err != nil {
				return nil, err
			}
			other.worlds = append(other.worlds, next)
		}
		out = append(out, other)
	}
	for _, d := range defaults() {
		if d.value != "" && !values[d.value] {
			continue // Nothing has the name.
		}
		next, err := w.withInput(w.input, d.other)
		if err != nil {
			return nil, err
		}
		out = append(out, another{source: Source{Kind: BuiltIn, Layer: settings.LayerBuiltIn, Path: d.path}, worlds: []world{next}})
	}
	return out, nil
}

// withInput is the world with an input, and one below it, that wins over what is built in.
func (w world) withInput(input, below map[string]any) (world, error) {
	var sources []settings.Source
	for _, in := range []map[string]any{below, input} {
		raw, err := json.Marshal(in)
		if err != nil {
			return w, fmt.Errorf("cannot write settings: %w", err)
		}
		if len(in) > 0 {
			sources = append(sources, settings.Input(raw))
		}
	}
	w.input = input
	w.options.Settings, _ = settings.Fold(settings.Default(), sources...) // Faults leave settings out, and what then is different is no claim on them.
	return w, nil
}

// replace is a list with another object in the place of one.
func replace(list []map[string]any, i int, other map[string]any) []map[string]any {
	out := slices.Clone(list)
	out[i] = other
	return out
}

// otherConfigs are those of an EnvironmentConfig for the namespace. World is the one that
// has another object in its place.
func otherConfigs(object map[string]any, namespace string, with func(other map[string]any) world) []another {
	u := unstructured.Unstructured{Object: object}
	data, ok, _ := unstructured.NestedMap(object, "data", settings.EnvironmentKey)
	if !ok || u.GetKind() != layer.ConfigKind || !slices.Contains(settings.ConfigNames(namespace), u.GetName()) {
		return nil
	}
	var out []another
	for _, f := range units(data) {
		other := another{source: Source{Kind: Site, Layer: u.GetName(), Path: f.path}}
		for _, variant := range f.variants(data) {
			changed := u.DeepCopy()
			_ = unstructured.SetNestedMap(changed.Object, variant, "data", settings.EnvironmentKey) // It was read from there.
			other.worlds = append(other.worlds, with(changed.Object))
		}
		out = append(out, other)
	}
	return out
}

// setting is one that has a default.
type setting struct {
	path string
	// value is the default where it is a name that objects have; other settings are
	// always tried.
	value string
	// other are settings that say something else.
	other map[string]any
}

// defaults are the settings that have one.
func defaults() []setting {
	in := func(block, name string, value any) map[string]any {
		return map[string]any{block: map[string]any{name: value}}
	}
	named := func(block, name, value string) setting {
		return setting{path: block + "." + name, value: value, other: in(block, name, "another")}
	}
	return []setting{
		{path: "discovery.backend", other: in("discovery", "backend", v1beta1.DiscoveryEtcd)},
		named("multinode", "sshSecretName", settings.DefaultSSHSecret),
		named("profiler", "huggingFaceSecretName", settings.DefaultHuggingFaceSecret),
		named("profiler", "image", settings.DefaultProfilerImage),
		{path: "profiler.protocol", other: in("profiler", "protocol", v1beta1.ProtocolCurrent)},
		named("rbac", "discoveryClusterRole", settings.DefaultDiscoveryClusterRole),
		named("rbac", "pickerClusterRole", settings.DefaultPickerClusterRole),
		named("rbac", "plannerClusterRole", settings.DefaultPlannerClusterRole),
		named("rbac", "profilerClusterRole", settings.DefaultProfilerClusterRole),
	}
}

// world is what manifests meet.
type world struct {
	previewer *preview.Previewer
	options   preview.Options
	input     map[string]any
	manifests []map[string]any
}

// render renders a manifest, as it is or changed, among the others.
func (w world) render(i int, manifest map[string]any) func() (preview.Node, error) {
	all := replace(w.manifests, i, manifest)
	return func() (preview.Node, error) { return w.previewer.Under(w.options).Among(manifest, all) }
}
