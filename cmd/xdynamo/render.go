package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// standardInput is the name of a file that stands for standard input.
const standardInput = "-"

// renderCommand renders manifests.
type renderCommand struct {
	surroundings

	Output string   `default:"yaml" enum:"yaml,tree" help:"What to print: yaml, every composed object, or tree, who composes what." short:"o"`
	Files  []string `arg:"" help:"Manifests; - reads standard input." name:"FILE"`
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
	sources, err := readSources(name, in)
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, 0, len(sources))
	for _, source := range sources {
		out = append(out, source.Object)
	}
	return out, nil
}

func readSources(name string, in io.Reader) ([]preview.Source, error) {
	if name != standardInput {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read manifests: %w", err)
		}
		defer f.Close()
		in = f
	}
	sources, err := preview.Sources(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return sources, nil
}
