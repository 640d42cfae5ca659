package legacy

import (
	"errors"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
)

// errNoObject: the configuration is not of a form that values can be written into.
var errNoObject = errors.New("a part of it that must be an object is none")

// writeDocument writes the configuration for the profiler: the user's, with what the
// request itself says over it. It is YAML in block style, with sorted keys, since the
// profiler tries to read a Python literal first, which YAML in flow style may be.
func writeDocument(r dynamo.Request) (string, error) {
	c := readConfig(r)
	if len(findFormFaults(c, r.At.Config)) > 0 {
		return "", errNoObject
	}
	deployment, engine := c.ensure("deployment"), c.ensure("engine")
	deployment["model"] = r.Model
	if deployment["namespace"] == nil {
		deployment["namespace"] = r.Namespace
	}
	if r.Overrides.WorkersImage != "" {
		deployment.set("dgdImage", r.Overrides.WorkersImage)
	}
	engine["backend"] = r.Backend
	if base := locateBase(r); base != "" {
		engine["config"] = base
	}
	c.set("outputDir", profiler.OutputFolder)
	out, err := yaml.Marshal(c)
	return string(out), err
}

// ensure returns the object under a key, which it makes where there is none.
func (s section) ensure(key string) section {
	out, ok := s[key].(map[string]any)
	if !ok {
		out = map[string]any{}
		s[key] = out
	}
	return out
}

// findFormFaults names the parts of a configuration that the profiler, or this
// package, cannot read since they are no objects.
func findFormFaults(c section, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	check := func(in section, at *field.Path, key string) {
		if _, ok := in[key].(map[string]any); !ok && in[key] != nil {
			faults = append(faults, field.Invalid(at.Child(key), describe(in[key]), "must be an object"))
		}
	}
	for _, key := range []string{"deployment", "engine", "hardware", "planner", "sla", "sweep"} {
		check(c, at, key)
	}
	check(c.section("deployment"), at.Child("deployment"), "modelCache")
	return faults
}
