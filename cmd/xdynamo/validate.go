package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/verdict"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// validateCommand says what is wrong with manifests.
type validateCommand struct {
	surroundings

	Old   string   `help:"File with the manifests as they are now: those of the same kind and name are checked as updates." placeholder:"FILE" type:"path"`
	Files []string `arg:"" help:"Manifests; - reads standard input." name:"FILE"`
}

// Run checks the files and prints a line for each finding.
func (c *validateCommand) Run(s streams) error {
	options, err := c.options(s.in)
	if err != nil {
		return err
	}
	files, err := readFiles(c.Files, s.in)
	if err != nil {
		return err
	}
	offline, err := verdict.New()
	if err != nil {
		return err
	}
	findings, err := validate.Files(preview.New(options), files, offline.Judge)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if _, err := fmt.Fprintln(s.out, f); err != nil {
			return fmt.Errorf("cannot print findings: %w", err)
		}
	}
	if validate.Refused(findings) {
		return errRefused
	}
	return nil
}

// options are those of the surroundings, which hold the old manifests, too.
func (c *validateCommand) options(in io.Reader) (preview.Options, error) {
	out, err := c.surroundings.options(in)
	if err != nil || c.Old == "" {
		return out, err
	}
	old, err := read(c.Old, in)
	out.Existing = slices.Concat(old, out.Existing)
	return out, err
}

func readFiles(names []string, in io.Reader) ([]validate.File, error) {
	out := make([]validate.File, 0, len(names))
	for _, name := range names {
		sources, err := readSources(name, in)
		if err != nil {
			return nil, err
		}
		out = append(out, validate.File{Name: name, Sources: sources})
	}
	return out, nil
}
