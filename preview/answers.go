package preview

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// maxRounds is how often core calls a function again that asks for more.
const maxRounds = 5

// compose runs a layer until it asks for nothing that it has not been told. A request
// goes on to where its profiler has ended, if the options have its result.
func (p *Previewer) compose(compose functions.Composer, composite map[string]any) (layer.Out, error) {
	u := uncreated(p.held.behind(composite))
	in := layer.In{
		Composite: u.Object,
		Self:      layer.Read(u.Object),
		Observed:  p.held.observed(u),
	}
	out, err := p.settle(compose, in)
	if err != nil || p.options.Result == "" || u.GetKind() != v1alpha1.RequestKind || out.Fatal != "" {
		return out, err
	}
	if in, err = request.Profiled(in, out, p.options.Result); err != nil {
		return out, err
	}
	return p.settle(compose, in)
}

// uncreated returns a composite as it stands in a file, also one that a cluster holds or
// printed. A layer lets what runs pods wait for its next look where the composite was
// created, and a preview has one look.
func uncreated(composite map[string]any) unstructured.Unstructured {
	out := unstructured.Unstructured{Object: maps.Clone(composite)}
	if metadata, ok := composite["metadata"].(map[string]any); ok {
		metadata = maps.Clone(metadata)
		delete(metadata, "creationTimestamp")
		out.Object["metadata"] = metadata
	}
	return out
}

// settle runs a layer until its needs stop changing, as core does.
func (p *Previewer) settle(compose functions.Composer, in layer.In) (layer.Out, error) {
	namespace := (&unstructured.Unstructured{Object: in.Composite}).GetNamespace()
	asked := layer.Needs{}
	for range maxRounds {
		in.Random = randomness() // Anew, so that each round has the same keys.
		in.Settings, in.SettingsFaults, in.Waiting = p.readSettings(namespace, in.Answers)
		out, err := compose(in)
		if err != nil {
			return out, err
		}
		if out.Fatal != "" || reflect.DeepEqual(out.Needs, asked) {
			return out, nil
		}
		asked, in.Answers = out.Needs, p.answer(out.Needs)
	}
	return layer.Out{}, fmt.Errorf("asks for something else each time it is called, %d times", maxRounds)
}

// readSettings puts what the EnvironmentConfigs that are held say over the settings of
// the step, and says whether they are known yet.
func (p *Previewer) readSettings(namespace string, a layer.Answers) (settings.Settings, field.ErrorList, bool) {
	configs, known := a.Configs(namespace)
	out, faults := settings.Fold(p.options.Settings, configs...)
	return out, faults, !known
}

// answer gives a layer what it asks for, from the objects that are held. A cluster is asked in
// the same order each time, so that it is the same object that cannot be read.
func (p *Previewer) answer(n layer.Needs) layer.Answers {
	out := layer.Answers{Objects: map[string][]layer.Object{}, APIs: map[string]bool{}}
	for _, name := range slices.Sorted(maps.Keys(n.Objects)) {
		out.Objects[name] = p.known(n.Objects[name]).selected(n.Objects[name])
	}
	for name, a := range n.APIs {
		out.APIs[name] = !slices.Contains(p.options.Without, a.Kind)
	}
	return out
}

// known are the objects that are held, and beside them those that the cluster has of a
// selection, where there is one to ask.
func (p *Previewer) known(s layer.Selector) holdings {
	if p.options.Ask == nil {
		return p.held
	}
	return hold(p.options.Ask(s), p.options.namespace()).with(p.held)
}

func (h holdings) selected(s layer.Selector) []layer.Object {
	out := []layer.Object{}
	for _, u := range h {
		if selects(s, u) {
			out = append(out, layer.Read(u.Object))
		}
	}
	if len(out) == 0 && s.Example != nil {
		out = append(out, layer.Read(s.Example))
	}
	return out
}

func selects(s layer.Selector, u unstructured.Unstructured) bool {
	return u.GetAPIVersion() == s.APIVersion &&
		u.GetKind() == s.Kind &&
		(s.Namespace == "" || s.Namespace == u.GetNamespace()) &&
		(s.Name == "" || s.Name == u.GetName()) &&
		labels.SelectorFromSet(s.Labels).Matches(labels.Set(u.GetLabels()))
}
