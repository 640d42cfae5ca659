package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// standardInput is the name of a file that stands for standard input.
const standardInput = "-"

// renderCommand renders manifests.
type renderCommand struct {
	Settings string   `help:"File with the Settings of the pipeline step; defaults apply without it." placeholder:"FILE" type:"path"`
	Existing string   `help:"File with objects that the cluster already holds." placeholder:"FILE" type:"path"`
	Without  []string `help:"Optional API that the cluster lacks, by kind. Repeatable." placeholder:"KIND"`
	Output   string   `default:"yaml" enum:"yaml,tree" help:"What to print: yaml, every composed object, or tree, who composes what." short:"o"`
	Files    []string `arg:"" help:"Manifests; - reads standard input." name:"FILE"`
}

// optionalKinds are the APIs that a cluster may lack.
func optionalKinds() []string {
	return []string{"InferencePool", "LeaderWorkerSet", "Request", "VirtualService"}
}

// Validate is called by kong.
func (c *renderCommand) Validate() error {
	for _, k := range c.Without {
		if !slices.Contains(optionalKinds(), k) {
			return fmt.Errorf("--without %s: no optional API; one of %s", k, strings.Join(optionalKinds(), ", "))
		}
	}
	return nil
}

// Run renders the files.
func (c *renderCommand) Run(s streams) error {
	options, err := c.options(s.in)
	if err != nil {
		return err
	}
	manifests, err := readAll(c.Files, s.in)
	if err != nil {
		return err
	}
	nodes, err := render(preview.New(options), manifests)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(nodes, func(n preview.Node) bool { return n.Result != nil }) {
		return fmt.Errorf("no Dynamo manifest in %s", strings.Join(c.Files, ", "))
	}
	printer := preview.YAML
	if c.Output == "tree" {
		printer = preview.Tree
	}
	if err := printer(s.out, nodes); err != nil {
		return err
	}
	if refused := preview.Report(s.err, nodes); refused {
		return errRefused
	}
	return nil
}

func (c *renderCommand) options(in io.Reader) (preview.Options, error) {
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
			return out, err
		}
		out.Existing = objects
	}
	return out, nil
}

func readSettings(name string) (settings.Settings, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return settings.Settings{}, fmt.Errorf("cannot read settings: %w", err)
	}
	j, err := yaml.YAMLToJSON(raw)
	if err != nil {
		return settings.Settings{}, fmt.Errorf("%s: %w", name, err)
	}
	s, faults := settings.Decode(j)
	if len(faults) > 0 {
		return settings.Settings{}, fmt.Errorf("%s: %w", name, faults.ToAggregate())
	}
	return s, nil
}

func render(p *preview.Previewer, manifests []map[string]any) ([]preview.Node, error) {
	out := make([]preview.Node, 0, len(manifests))
	for _, m := range manifests {
		n, err := p.Render(m)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

func readAll(names []string, in io.Reader) ([]map[string]any, error) {
	var out []map[string]any
	for _, n := range names {
		docs, err := read(n, in)
		if err != nil {
			return nil, err
		}
		out = append(out, docs...)
	}
	return out, nil
}

func read(name string, in io.Reader) ([]map[string]any, error) {
	if name != standardInput {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read manifests: %w", err)
		}
		defer f.Close()
		in = f
	}
	docs, err := preview.Documents(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return docs, nil
}
