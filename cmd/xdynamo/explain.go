package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/explain"
)

// explainCommand says what a field is.
type explainCommand struct {
	APIVersion string `help:"Version of the kind, v1alpha1 or v1beta1. Without it the one to write, or the other one for a field that only that has." name:"api-version" placeholder:"VERSION"`
	Recursive  bool   `help:"Name all fields below instead of saying what the next ones are."`
	Field      string `arg:"" help:"A kind, by any of its names, and the path of a field: dgd.spec.components.podTemplate. Without it the kinds are listed." name:"KIND[.field.path]" optional:""`
}

// Run prints what the field is, or what there is to explain.
func (c *explainCommand) Run(s streams) error {
	text, err := c.answer()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(s.out, text); err != nil {
		return fmt.Errorf("cannot print: %w", err)
	}
	return nil
}

func (c *explainCommand) answer() (string, error) {
	if c.Field != "" {
		// A version may be given as manifests have it, with the group before it.
		version := c.APIVersion[strings.LastIndex(c.APIVersion, "/")+1:]
		return explain.Answer(explain.Query{Field: c.Field, Version: version, Recursive: c.Recursive})
	}
	return explain.List()
}
