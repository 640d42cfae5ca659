package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// surroundings are the flags that say what manifests meet in a cluster.
type surroundings struct {
	Settings    string   `help:"File with the Settings of the pipeline step; defaults apply without it." placeholder:"FILE" type:"path"`
	Environment []string `help:"File with EnvironmentConfigs called dynamo or dynamo.NAMESPACE, whose settings win over those of the step. Repeatable." placeholder:"FILE" type:"path"`
	Existing    string   `help:"File with objects that the cluster already holds." placeholder:"FILE" type:"path"`
	Without     []string `help:"Optional API that the cluster lacks, by kind. Repeatable." placeholder:"KIND"`
}

// optionalKinds are the APIs that a cluster may lack.
func optionalKinds() []string {
	var out []string
	for _, k := range optional.Kinds() {
		out = append(out, k.Kind)
	}
	return out
}

// Validate is called by kong.
func (c *surroundings) Validate() error {
	for _, k := range c.Without {
		if !slices.Contains(optionalKinds(), k) {
			return fmt.Errorf("--without %s: no optional API; one of %s", k, strings.Join(optionalKinds(), ", "))
		}
	}
	return nil
}

// options reads what the flags name.
func (c *surroundings) options(in io.Reader) (preview.Options, error) {
	out := preview.Options{Settings: settings.Default(), Without: c.Without}
	if c.Settings != "" {
		s, err := readSettings(c.Settings)
		if err != nil {
			return out, err
		}
		out.Settings = s
	}
	if c.Existing != "" {
		objects, err := read(c.Existing, in)
		if err != nil {
			return out, fmt.Errorf("--existing: %w", err)
		}
		out.Existing = objects
	}
	configs, err := readConfigs(c.Environment, in)
	if err != nil {
		return out, fmt.Errorf("--environment: %w", err)
	}
	out.Existing = append(out.Existing, configs...)
	return out, nil
}

func readSettings(name string) (settings.Settings, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return settings.Settings{}, fmt.Errorf("cannot read settings: %w", err)
	}
	j, err := yaml.YAMLToJSONStrict(raw)
	if err != nil {
		return settings.Settings{}, fmt.Errorf("%s: %w", name, err)
	}
	s, faults := settings.Decode(j)
	if len(faults) > 0 {
		return settings.Settings{}, fmt.Errorf("%s: %s", name, list(faults))
	}
	return s, nil
}

// list is what is wrong, one after the other.
func list(faults field.ErrorList) string {
	out := make([]string, 0, len(faults))
	for _, f := range faults {
		out = append(out, f.Error())
	}
	return strings.Join(out, "; ")
}
