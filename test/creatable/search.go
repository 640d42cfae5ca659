package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/verdict"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// namespace of the API server that objects are applied in, whatever their own.
const namespace = "default"

// searcher counts what becomes of mutants.
type searcher struct {
	previewer *preview.Previewer
	offline   validate.Verdict
	server    validate.Verdict
	out       io.Writer
	// seen are the server's answers on objects, by their content: a mutant is
	// mostly what others were.
	seen map[[sha256.Size]byte][]string

	mutants, silent, refused int
}

func newSearcher(server validate.Verdict, out io.Writer) (*searcher, error) {
	offline, err := verdict.New()
	if err != nil {
		return nil, err
	}
	return &searcher{
		previewer: preview.New(preview.Options{Settings: settings.Default()}),
		offline:   offline.Judge,
		server:    server,
		out:       out,
		seen:      map[[sha256.Size]byte][]string{},
	}, nil
}

// search tries the manifests as they are, and then mutants of them.
func (s *searcher) search(ctx context.Context, manifests []manifest, o options) error {
	said := make([]map[string]bool, len(manifests))
	for i, m := range manifests {
		findings, err := s.validate(m.object)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		said[i] = findings
		if err := s.try(m.name+" as it is", m.object, findings, nil); err != nil {
			return err
		}
	}
	for n := range o.count {
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted after %d mutants: %w", n, ctx.Err())
		}
		r := rand.New(rand.NewPCG(o.seed, uint64(n))) //nolint:gosec // to be the same each time
		i := r.IntN(len(manifests))
		mutant, what := mutate(r, manifests[i].object)
		findings, err := s.validate(mutant)
		if err != nil {
			return fmt.Errorf("%s with %s: %w", manifests[i].name, what, err)
		}
		s.mutants++
		if err := s.try(fmt.Sprintf("mutant %d, %s with %s", n, manifests[i].name, what), mutant, findings, said[i]); err != nil {
			return err
		}
		if s.mutants%100 == 0 {
			s.sayf("%d mutants, %d silent, %d of these refused", s.mutants, s.silent, s.refused)
		}
	}
	s.sayf("seed %d: of %d mutants %d were taken silently by xdynamo validate, and %d of these refused by the API server", o.seed, s.mutants, s.silent, s.refused)
	return nil
}

func (s *searcher) sayf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...) // Nothing is left to tell it to.
}

// validate is what xdynamo validate says of a manifest.
func (s *searcher) validate(object map[string]any) (map[string]bool, error) {
	raw, err := yaml.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("cannot write it: %w", err)
	}
	sources, err := preview.Sources(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	found, err := validate.Files(s.previewer, []validate.File{{Name: "mutant", Sources: sources}}, s.offline)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, f := range found {
		out[f.Text] = true
	}
	return out, nil
}

// try has the API server look at what a manifest becomes, unless something is
// said of it that was not said before.
func (s *searcher) try(name string, object map[string]any, findings, before map[string]bool) error {
	for text := range maps.Keys(findings) {
		if !before[text] {
			return nil
		}
	}
	if before != nil {
		s.silent++
	}
	node, err := s.previewer.Render(object)
	if err != nil {
		return err
	}
	answers, err := s.ask(rendered(node))
	if err != nil || len(answers) == 0 {
		return err
	}
	s.refused++
	s.sayf("REFUSED: %s\n  %s", name, strings.Join(answers, "\n  "))
	return nil
}

// rendered are the objects that a manifest becomes, without Dynamo's own.
func rendered(n preview.Node) []unstructured.Unstructured {
	var out []unstructured.Unstructured
	for _, o := range preview.Composed([]preview.Node{n}) {
		u := unstructured.Unstructured{Object: o}
		if u.GroupVersionKind().Group != v1alpha1.Group {
			out = append(out, *u.DeepCopy())
		}
	}
	return out
}

// ask applies objects, and says what the server has against them.
func (s *searcher) ask(objects []unstructured.Unstructured) ([]string, error) {
	var out, names []string
	for _, u := range objects {
		u.SetNamespace(namespace)
		name := u.GetKind() + "/" + u.GetName()
		if slices.Contains(names, name) {
			out = append(out, name+": there are two objects of this name")
		}
		names = append(names, name)
		said, err := s.answer(u)
		if err != nil {
			return nil, err
		}
		out = append(out, said...)
	}
	return out, nil
}

func (s *searcher) answer(u unstructured.Unstructured) ([]string, error) {
	raw, err := json.Marshal(u.Object)
	if err != nil {
		return nil, fmt.Errorf("cannot write %s: %w", u.GetKind(), err)
	}
	id := sha256.Sum256(raw)
	if out, ok := s.seen[id]; ok {
		return out, nil
	}
	refusals, err := s.server(u.Object)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range refusals {
		if !r.Warning {
			out = append(out, fmt.Sprintf("%s/%s: %s: %s", u.GetKind(), u.GetName(), r.Field, r.Text))
		}
	}
	s.seen[id] = out
	return out, nil
}
