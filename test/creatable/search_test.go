package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// TestSearch: what a server refuses and validate does not is told, with what
// made it.
func TestSearch(t *testing.T) {
	picky := func(object map[string]any) ([]validate.Refusal, error) {
		if object["kind"] != "Service" {
			return []validate.Refusal{{Text: "is old", Warning: true}}, nil
		}
		return []validate.Refusal{{Field: "spec", Text: "denied"}}, nil
	}
	taking := func(map[string]any) ([]validate.Refusal, error) { return nil, nil }
	cases := map[string]struct {
		reason  string
		server  validate.Verdict
		refused bool
		want    []string
	}{
		"Picky": {
			reason: "everything that makes a Service", server: picky, refused: true,
			want: []string{"REFUSED: a as it is\n  Service/chat-worker: spec: denied\n", "REFUSED: mutant ", "seed 1: of 300 mutants\n"},
		},
		"Taking": {reason: "nothing", server: taking, want: []string{"and 0 of these refused by the API server\n", "TAKEN: mutant ", "[Worker].extraPodSpec"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := &bytes.Buffer{}
			s, err := newSearcher(tc.server, out)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.search(t.Context(), []manifest{{name: "a", object: original(t)}}, options{seed: 1, count: 300}); err != nil {
				t.Fatal(err)
			}
			if (s.refused > 0) != tc.refused || s.mutants != 300 || s.silent == 0 || s.silent == 300 {
				t.Errorf("\n%s\nsearch(...): want refusals %v, some of 300 silent, got %d of %d", tc.reason, tc.refused, s.refused, s.silent)
			}
			for _, want := range tc.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("\n%s\nsearch(...): want %q in\n%s", tc.reason, want, out)
				}
			}
		})
	}
}

func TestCorpus(t *testing.T) {
	all, err := corpus("../..")
	if err != nil || len(all) < 20 {
		t.Fatalf("corpus(...): want manifests, got %d: %v", len(all), err)
	}
}
