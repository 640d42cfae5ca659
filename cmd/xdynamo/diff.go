package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/verdict"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/preview/changes"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// diffCommand says what is different of what manifests become.
type diffCommand struct {
	surroundings

	Cluster bool     `help:"Compare with what the cluster of the current kubeconfig holds, in place of OLD. Nothing is written."`
	Output  string   `default:"text" enum:"text,json" help:"What to print: text, for people; or json." short:"o"`
	Paths   []string `arg:"" help:"OLD and NEW: a file or folder each; - reads standard input. With --cluster NEW alone, any number of them." name:"OLD NEW"`
}

// errRestart says that pods would restart, which has been printed.
var errRestart = errors.New("pods would restart")

// Validate is called by kong.
func (c *diffCommand) Validate() error {
	inputs := slices.DeleteFunc(slices.Clone(c.Paths), func(path string) bool { return path != standardInput })
	switch {
	case len(inputs) > 1:
		return errors.New("- is named twice: standard input can be read once")
	case c.Cluster || len(c.Paths) == 2:
		return c.surroundings.Validate()
	case len(c.Paths) == 1:
		return errors.New("it compares two: name OLD and NEW, or --cluster in place of OLD")
	}
	return fmt.Errorf("it compares two, OLD and NEW, and not %d: put the files of each into a folder", len(c.Paths))
}

// Run prints what is different.
func (c *diffCommand) Run(s streams) error {
	options, err := c.options(s.in)
	if err != nil {
		return err
	}
	kubernetes, err := verdict.New()
	if err != nil {
		return err
	}
	found, err := c.compose(options, s)
	if err != nil {
		return err
	}
	report := changes.Compare(found.old, found.now, kubernetes.Normal)
	write := changes.Write
	if c.Output == "json" {
		write = changes.WriteJSON
	}
	if err := write(s.out, report); err != nil {
		return err
	}
	if report.Restart {
		return errRestart
	}
	return nil
}

// composed are the objects that are composed before and now.
type composed struct{ old, now []changes.Object }

// compose renders both sides.
func (c *diffCommand) compose(options preview.Options, s streams) (composed, error) {
	if c.Cluster {
		next, err := c.readSide(c.Paths, options, s.in)
		if err != nil {
			return composed{}, err
		}
		return c.overCluster(next, s.err)
	}
	before, err := c.readSide(c.Paths[:1], options, s.in)
	if err != nil {
		return composed{}, err
	}
	next, err := c.readSide(c.Paths[1:], options, s.in)
	if err != nil {
		return composed{}, err
	}
	if !before.knowsAny() && !next.knowsAny() {
		return composed{}, fmt.Errorf("no Dynamo manifest in %s", strings.Join(c.Paths, " and "))
	}
	next.schemas = before.schemas
	return over(before, next, s.err)
}

// over renders the old manifests, and the new ones over what becomes of these.
func over(before, next side, errs io.Writer) (composed, error) {
	was, err := before.previewer().Settle(before.manifests, nil)
	if err == nil {
		err = refuse(errs, before.name, was)
	}
	if err != nil {
		return composed{}, err
	}
	stays := slices.DeleteFunc(slices.Clone(was), func(n preview.Node) bool { return next.find(n.Object) == nil })
	held := make([]map[string]any, 0, len(stays))
	for _, n := range stays {
		if n.Result != nil {
			held = append(held, preview.Running(n.Object))
		}
	}
	next.options.Existing = slices.Concat(held, next.options.Existing)
	is, err := next.settle(before.find, preview.Applied(stays, next.namespace()), errs)
	return composed{old: changes.List(was), now: changes.List(is)}, err
}

// settle renders the side over what was composed before. Old finds a manifest as it was.
func (s *side) settle(old func(map[string]any) map[string]any, before []map[string]any, errs io.Writer) ([]preview.Node, error) {
	manifests := make([]map[string]any, 0, len(s.manifests))
	for _, m := range s.manifests {
		manifests = append(manifests, restartAtOnce(m, old(m)))
	}
	nodes, err := s.previewer().Settle(manifests, before)
	if err == nil {
		err = refuse(errs, s.name, nodes)
	}
	return nodes, err
}

// refuse writes what keeps manifests from being composed. What runs would stay as it is, so
// that there is nothing to compare.
func refuse(w io.Writer, name string, nodes []preview.Node) error {
	bad := false
	for _, n := range nodes {
		for _, r := range validate.Remarks(n) {
			if r.Severity == validate.SeverityError {
				bad = true
				_, _ = fmt.Fprintf(w, "%s: %s: error: %s\n", name, r.Object, r.Text)
			}
		}
	}
	if bad {
		return fmt.Errorf("%s: a manifest is refused, or at fault: nothing would become of it, and there is nothing to compare", name)
	}
	return nil
}

// restartAtOnce returns a graph that asks for another restart than it did, with all of its
// services restarting at once: one after the other, all of them restart in the end.
func restartAtOnce(manifest, old map[string]any) map[string]any {
	id, _, _ := unstructured.NestedString(manifest, "spec", "restart", "id")
	was, _, _ := unstructured.NestedString(old, "spec", "restart", "id")
	if old == nil || id == "" || id == was {
		return manifest
	}
	out := (&unstructured.Unstructured{Object: manifest}).DeepCopy()
	// Fails where the spec is no map, which is refused.
	_ = unstructured.SetNestedField(out.Object, map[string]any{"type": "Parallel"}, "spec", "restart", "strategy")
	return out.Object
}

// sameObject says whether two manifests are of one object. Namespace is that of manifests
// without one.
func sameObject(a, b map[string]any, namespace string) bool {
	return preview.Identify(a, namespace) == preview.Identify(b, namespace)
}
