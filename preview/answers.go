package preview

import (
	"fmt"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// maxRounds is how often core calls a function again that asks for more.
const maxRounds = 5

// compose runs a layer until it asks for nothing that it has not been told.
func (p *Previewer) compose(compose functions.Composer, composite map[string]any) (layer.Out, error) {
	u := unstructured.Unstructured{Object: composite}
	in := layer.In{
		Composite: composite,
		Self:      layer.Read(u.Object),
		Observed:  p.held.observed(u),
	}
	asked := layer.Needs{}
	for range maxRounds {
		in.Random = randomness() // Anew, so that each round has the same keys.
		in.Settings, in.SettingsFaults, in.Waiting = p.readSettings(u.GetNamespace(), in.Answers)
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

// answer gives a layer what it asks for, from the objects that are held.
func (p *Previewer) answer(n layer.Needs) layer.Answers {
	out := layer.Answers{Objects: map[string][]layer.Object{}, APIs: map[string]bool{}}
	for name, s := range n.Objects {
		out.Objects[name] = p.held.selected(s)
	}
	for name, a := range n.APIs {
		out.APIs[name] = !slices.Contains(p.options.Without, a.Kind)
	}
	return out
}

func (h holdings) selected(s layer.Selector) []layer.Object {
	out := []layer.Object{}
	for _, u := range h {
		if selects(s, u) {
			out = append(out, layer.Read(u.Object))
		}
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
