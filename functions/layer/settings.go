package layer

import "github.com/crossplane-contrib/function-dynamo/functions/settings"

// configNeed begins the names by which EnvironmentConfigs are asked for: frozen,
// since core calls again when names change.
const configNeed = "environmentconfig/"

// AskForSettings asks for the EnvironmentConfigs that have settings for a namespace.
// They are asked for by name on every run, whether they exist or not, so that core
// looks at a composite again when one is made.
func AskForSettings(namespace string) map[string]Selector {
	out := map[string]Selector{}
	for _, name := range settings.ConfigNames(namespace) {
		out[configNeed+name] = Selector{
			API:  API{APIVersion: ConfigAPIVersion, Kind: ConfigKind},
			Name: name,
		}
	}
	return out
}

// The EnvironmentConfig of Crossplane, which is cluster-scoped.
const (
	ConfigAPIVersion = "apiextensions.crossplane.io/v1beta1"
	ConfigKind       = "EnvironmentConfig"
)

// Configs returns the settings for a namespace that EnvironmentConfigs have, the
// lowest first, and whether core has answered for all of them.
func (a Answers) Configs(namespace string) ([]settings.Source, bool) {
	var out []settings.Source
	known := true
	for _, name := range settings.ConfigNames(namespace) {
		found, answered := a.Objects[configNeed+name]
		known = known && answered
		for _, o := range found {
			out = append(out, settings.Config(name, o.Data()))
		}
	}
	return out, known
}
