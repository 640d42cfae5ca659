package profiler_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
)

func TestCheckImage(t *testing.T) {
	cases := map[string]struct {
		reason, image string
		want          []string
	}{
		"Whole":     {reason: "registry, path, tag and digest", image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.6.1@sha256:" + strings.Repeat("a1", 32)},
		"Short":     {reason: "a name alone", image: "profiler"},
		"Port":      {reason: "a port of a registry is no tag", image: "registry.example:5000/team_a/a--b:v1_2.X"},
		"Registry":  {reason: "registries may have capitals", image: "Registry.example/profiler"},
		"Address":   {reason: "or be an address", image: "[fd00::1]:5000/profiler:1"},
		"Missing":   {reason: "without an image there is no pod", want: []string{`spec.image: Required value: name the image of the profiler`}},
		"Space":     {reason: "no part has a space", image: " has space", want: []string{"is no name of an image"}},
		"Behind":    {reason: "nor ends with one", image: "a:1 ", want: []string{"is no name of an image"}},
		"Capitals":  {reason: "repositories have none", image: "registry.example/Team/profiler", want: []string{"is no name of an image"}},
		"EmptyTag":  {reason: "a tag is something", image: "profiler:", want: []string{"is no name of an image"}},
		"Scheme":    {reason: "it is no address of a page", image: "https://registry.example/profiler", want: []string{"is no name of an image"}},
		"LongWords": {reason: "long texts are not repeated", image: strings.Repeat("a ", 500), want: []string{`Invalid value: "a long text"`}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			contains(t, tc.reason, tc.want, profiler.CheckImage(field.NewPath("spec", "image"), tc.image))
		})
	}
}

func TestCheckName(t *testing.T) {
	cases := map[string]struct {
		reason, name string
		want         []string
	}{
		"None":  {reason: "nothing is named"},
		"Valid": {reason: "objects are called so", name: "results.v1"},
		"Space": {reason: "but not so", name: "Bad Claim", want: []string{`spec.image: Invalid value: "Bad Claim"`}},
		"Under": {reason: "nor so", name: "bad_name", want: []string{`spec.image: Invalid value: "bad_name"`}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			contains(t, tc.reason, tc.want, profiler.CheckName(field.NewPath("spec", "image"), tc.name))
		})
	}
}

// contains fails where faults are others than those with the texts.
func contains(t *testing.T, reason string, want []string, got field.ErrorList) {
	t.Helper()
	var all []string
	for i, f := range got {
		text := f.Error()
		if i < len(want) && strings.Contains(text, want[i]) {
			text = want[i]
		}
		all = append(all, text)
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("\n%s\nfaults: -want, +got:\n%s", reason, diff)
	}
}
