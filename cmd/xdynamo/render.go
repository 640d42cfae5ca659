package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// standardInput is the name of a file that stands for standard input.
const standardInput = "-"

// renderCommand renders manifests.
type renderCommand struct {
	surroundings

	Output  string   `default:"yaml" enum:"yaml,tree,html" help:"What to print: yaml, every composed object; tree, who composes what; or html, a page with both and with what set each field." short:"o"`
	Result  string   `help:"File that a profiler wrote, as the result of each request." placeholder:"FILE" type:"path"`
	Verbose bool     `help:"Print all conditions, too, on standard error." short:"v"`
	Files   []string `arg:"" help:"Manifests; - reads standard input." name:"FILE"`
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
	if c.Result != "" {
		result, err := os.ReadFile(c.Result)
		if err != nil {
			return fmt.Errorf("--result: %w", err)
		}
		options.Result = string(result)
	}
	previewer := preview.New(options)
	nodes, err := previewer.All(manifests)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(nodes, func(n preview.Node) bool { return n.Result != nil }) {
		return fmt.Errorf("no Dynamo manifest in %s", strings.Join(c.Files, ", "))
	}
	switch c.Output {
	case "html":
		err = c.writePage(s.out, previewer, options, manifests, nodes)
	case "tree":
		err = preview.Tree(s.out, nodes)
	default:
		err = preview.YAML(s.out, nodes)
	}
	if err != nil {
		return err
	}
	if validate.Report(s.err, nodes, c.Verbose) {
		return errRefused
	}
	return nil
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
		f, err := open(name)
		if err != nil {
			return nil, err
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

// open opens a file, and says how to name those of a folder.
func open(name string) (*os.File, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, fmt.Errorf("cannot read: %s is a directory: name the files in it, such as %s", name, filepath.Join(name, "*.yaml"))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read: %w", err)
	}
	return f, nil
}
