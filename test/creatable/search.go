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

	// Silent mutants are those that validate says nothing new of; refused are
	// the silent ones that the server does not take. Alarmed are those of which
	// validate says that no API server takes them; taken are the ones of these
	// that the server does take.
	mutants, silent, refused, alarmed, taken int
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
	said := make([]findings, len(manifests))
	for i, m := range manifests {
		var err error
		if said[i], err = s.validate(m.object); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if err := s.try(m.name+" as it is", m.object, nil); err != nil {
			return err
		}
	}
	s.silent, s.alarmed = 0, 0 // Those were no mutants.
	for n := range o.count {
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted after %d mutants: %w", n, ctx.Err())
		}
		r := rand.New(rand.NewPCG(o.seed, uint64(n))) //nolint:gosec // to be the same each time
		i := r.IntN(len(manifests))
		if err := s.mutant(r, n, manifests[i], said[i]); err != nil {
			return err
		}
	}
	s.sayf("seed %d: of %d mutants\n%6d were taken silently by xdynamo validate, and %d of these refused by the API server\n%6d were refused by Kubernetes' rules in xdynamo validate, and %d of these taken by the API server",
		o.seed, s.mutants, s.silent, s.refused, s.alarmed, s.taken)
	return nil
}

// mutant tries one mutant of a manifest of which something was said before.
func (s *searcher) mutant(r *rand.Rand, n int, m manifest, before findings) error {
	object, what := mutate(r, m.object)
	name := fmt.Sprintf("mutant %d, %s with %s", n, m.name, what)
	found, err := s.validate(object)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s.mutants++
	if s.mutants%100 == 0 {
		s.sayf("%d mutants", s.mutants)
	}
	return s.try(name, object, fresh(found, before))
}

// fresh are the findings that were not there before.
func fresh(found, before findings) findings {
	out := findings{}
	for text, rule := range found {
		if _, ok := before[text]; !ok {
			out[text] = rule
		}
	}
	return out
}

func (s *searcher) sayf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", args...) // Nothing is left to tell it to.
}

// findings are what validate says of a manifest, and what found it.
type findings map[string]validate.Rule

// validate is what xdynamo validate says of a manifest.
func (s *searcher) validate(object map[string]any) (findings, error) {
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
	out := findings{}
	for _, f := range found {
		out[f.Text] = f.Rule
	}
	return out, nil
}

// try has the API server look at what a manifest becomes: nothing may be refused
// where nothing new was said of it, and something where only Kubernetes' rules
// were against it.
func (s *searcher) try(name string, object map[string]any, found findings) error {
	for rule := range maps.Values(found) {
		if rule != validate.RuleKubernetes {
			return nil
		}
	}
	node, err := s.previewer.Render(object)
	if err != nil {
		return err
	}
	answers, err := s.ask(rendered(node))
	if err != nil {
		return err
	}
	s.count(name, found, answers)
	return nil
}

// count counts what was said of a manifest and what the server answered, and
// tells of it where the two do not fit.
func (s *searcher) count(name string, found findings, answers []string) {
	switch {
	case len(found) > 0 && len(answers) == 0:
		s.alarmed, s.taken = s.alarmed+1, s.taken+1
		s.sayf("TAKEN: %s\n  %s", name, strings.Join(slices.Sorted(maps.Keys(found)), "\n  "))
	case len(found) > 0:
		s.alarmed++
	case len(answers) > 0:
		s.silent, s.refused = s.silent+1, s.refused+1
		s.sayf("REFUSED: %s\n  %s", name, strings.Join(answers, "\n  "))
	default:
		s.silent++
	}
}

// rendered are the objects that a manifest becomes, without Dynamo's own, and
// those that run the pods of a LeaderWorkerSet.
func rendered(n preview.Node) []unstructured.Unstructured {
	var out []unstructured.Unstructured
	for _, o := range preview.Composed([]preview.Node{n}) {
		u := unstructured.Unstructured{Object: o}
		if u.GroupVersionKind().Group != v1alpha1.Group {
			out = append(out, *u.DeepCopy())
		}
		for name, set := range verdict.StatefulSets(o) {
			set.SetName(u.GetName() + "-" + strings.ToLower(name))
			out = append(out, *set)
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
			out = append(out, fmt.Sprintf("%s/%s: %s", u.GetKind(), u.GetName(), r))
		}
	}
	s.seen[id] = out
	return out, nil
}
