package main

import (
	"io"
	"os"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
	"github.com/crossplane-contrib/function-dynamo/preview/page"
)

// writePage writes what manifests become as a page, with what set each field.
func (c *renderCommand) writePage(w io.Writer, p *preview.Previewer, options preview.Options, manifests []map[string]any, nodes []preview.Node) error {
	input, err := c.input()
	if err != nil {
		return err
	}
	manifests = preview.Spread(manifests)
	found, err := origin.Find(origin.Setup{Previewer: p, Options: options, Input: input, Manifests: manifests}, nodes)
	if err != nil {
		return err
	}
	return page.Write(w, page.Preview{
		Files: c.Files, Manifests: manifests, Nodes: nodes, Origins: found,
		Layers: layers(options, manifests, nodes),
	})
}

// input is the file of settings as it is written; nothing without one.
func (c *surroundings) input() (map[string]any, error) {
	if c.Settings == "" {
		return nil, nil //nolint:nilnil // Nothing is set.
	}
	raw, err := os.ReadFile(c.Settings)
	if err != nil {
		return nil, err //nolint:wrapcheck // It has been read before.
	}
	out := map[string]any{}
	return out, yaml.Unmarshal(raw, &out) //nolint:wrapcheck // It has been read before.
}

// layers are those that settings of the nodes come from, lowest first.
func layers(options preview.Options, manifests []map[string]any, nodes []preview.Node) []string {
	read := map[string]bool{}
	for _, n := range nodes {
		for _, name := range settings.ConfigNames((&unstructured.Unstructured{Object: n.Object}).GetNamespace()) {
			read[name] = n.Result != nil || read[name]
		}
	}
	var configs []string
	for _, o := range slices.Concat(options.Existing, manifests) {
		u := unstructured.Unstructured{Object: o}
		if u.GetKind() == layer.ConfigKind && read[u.GetName()] {
			configs = append(configs, u.GetName())
		}
	}
	slices.Sort(configs)
	return append(slices.Clone(options.Settings.Layers), slices.Compact(configs)...)
}
