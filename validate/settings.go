package validate

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// configs are the objects of a file that have settings.
func (f File) configs() []manifest {
	return slices.DeleteFunc(f.objects(), func(m manifest) bool { return !preview.IsConfig(m.Object) && !preview.IsSettings(m.Object) })
}

// settings returns what is wrong with the settings of a file, which may stand beside those
// of other files.
func (f File) settings(p *preview.Previewer, all []map[string]any) []Finding {
	var out []Finding
	for _, m := range f.configs() {
		out = append(out, m.locate(m.checkSettings(p.Beside(all)), f.Name)...)
	}
	return out
}

// checkSettings returns faults, which keep all graphs as they are, and what has no effect
// or works against the rest.
func (m manifest) checkSettings(p *preview.Previewer) []note {
	s, faults := p.ReadSettings(m.Object)
	var out []note
	for _, e := range faults {
		out = append(out, note{rule: RuleFunction, refused: true, text: m.trim(e.Error())})
	}
	if why := preview.LacksSettings(m.Object); why != "" && preview.IsConfig(m.Object) {
		out = append(out, flag(why))
	}
	for _, text := range slices.Concat(s.Warnings(), s.Idle()) {
		// What another layer says is told of that one, if it is among the files.
		if own := m.trim(text); own != text {
			out = append(out, flag(own))
		}
	}
	return out
}

// trim returns what is said of settings with their path in the manifest.
func (m manifest) trim(text string) string {
	before := "input."
	if preview.IsConfig(m.Object) {
		before = field.NewPath("EnvironmentConfig").Key(m.GetName()).String() + "."
	}
	return strings.TrimPrefix(text, before)
}

// withoutConfigs leaves out what is said of EnvironmentConfigs that are checked, too.
func withoutConfigs(said []note, all []map[string]any) []note {
	return slices.DeleteFunc(said, func(n note) bool {
		return slices.ContainsFunc(all, func(o map[string]any) bool {
			m := manifest{}
			m.Object = o
			return preview.IsConfig(o) && m.trim(n.text) != n.text
		})
	})
}
