package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/live"
	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/verdict"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// validateCommand says what is wrong with manifests.
type validateCommand struct {
	surroundings

	Server bool     `help:"Also ask the cluster of the current kubeconfig, by a dry run: quotas, policies and admission have a say. Nothing is written."`
	Old    string   `help:"File with the manifests as they are now: those of the same kind and name are checked as updates." placeholder:"FILE" type:"path"`
	Files  []string `arg:"" help:"Manifests; - reads standard input." name:"FILE"`
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
	verdicts, err := c.verdicts(&options)
	if err != nil {
		return err
	}
	p := preview.New(options)
	findings, err := validate.Files(p, files, verdicts...)
	if err != nil {
		return err
	}
	if !validate.Any(p, files) {
		_, _ = fmt.Fprintf(s.err, "xdynamo: note: no Dynamo manifest in %s: nothing was checked\n", strings.Join(c.Files, ", "))
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

// verdicts are Kubernetes' own rules, and the cluster's answers where it is
// asked: then a manifest without a namespace goes where kubectl would put it.
func (c *validateCommand) verdicts(options *preview.Options) ([]validate.Verdict, error) {
	offline, err := verdict.New()
	if err != nil || !c.Server {
		return []validate.Verdict{offline.Judge}, err
	}
	cfg, namespace, err := live.Current()
	if err != nil {
		return nil, err
	}
	cluster, err := live.New(cfg)
	if err != nil {
		return nil, err
	}
	options.Namespace = namespace
	return []validate.Verdict{offline.Judge, cluster.Verdict(context.Background())}, nil
}

// options are those of the surroundings, which hold the old manifests, too.
func (c *validateCommand) options(in io.Reader) (preview.Options, error) {
	out, err := c.surroundings.options(in)
	if err != nil || c.Old == "" {
		return out, err
	}
	old, err := read(c.Old, in)
	if err != nil {
		return out, fmt.Errorf("--old: %w", err)
	}
	out.Existing = slices.Concat(old, out.Existing)
	return out, nil
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
