package main

import (
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/upgrade"
)

// convertCommand writes manifests in the form of v1beta1.
type convertCommand struct {
	Files []string `arg:"" help:"Manifests; - reads standard input." name:"FILE"`
}

// Run prints the manifests of all files as one stream, and on standard error what of them
// has no place in v1beta1, or is not the same there. Comments are not kept.
func (c *convertCommand) Run(s streams) error {
	manifests, err := readAll(c.Files, s.in)
	if err != nil {
		return err
	}
	p := preview.New(preview.Options{Settings: settings.Default()})
	var texts []string
	for _, m := range manifests {
		items, ok := preview.Items(m)
		if !ok {
			items = []map[string]any{m}
		}
		for _, item := range items {
			text, err := convertOne(item, p, s.err)
			if err != nil {
				return err
			}
			texts = append(texts, text)
		}
	}
	if _, err := io.WriteString(s.out, strings.Join(texts, "---\n")); err != nil {
		return fmt.Errorf("cannot print manifests: %w", err)
	}
	return nil
}

// convertOne returns a manifest as YAML in the form of v1beta1, and says what it lacks.
func convertOne(manifest map[string]any, p *preview.Previewer, notes io.Writer) (string, error) {
	out, lost, err := upgrade.Manifest(manifest)
	if err != nil {
		return "", fmt.Errorf("cannot convert: %w", err)
	}
	more, err := upgrade.Check(p, manifest, out, lost)
	if err != nil {
		return "", fmt.Errorf("cannot convert: %w", err)
	}
	u := unstructured.Unstructured{Object: out}
	for _, text := range append(lost, more...) {
		_, _ = fmt.Fprintf(notes, "%s/%s: warning: %s\n", u.GetKind(), u.GetName(), text)
	}
	text, err := yaml.Marshal(out)
	if err != nil {
		return "", fmt.Errorf("cannot write %s %q: %w", u.GetKind(), u.GetName(), err)
	}
	return string(text), nil
}
