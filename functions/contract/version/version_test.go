package version

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOfImage(t *testing.T) {
	cases := map[string]struct {
		reason string
		image  string
		want   Version
	}{
		"Tag":         {reason: "the tag says it", image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.5.0", want: Version{1, 5, 0}},
		"Letter":      {reason: "some write a letter in front", image: "runtime:v1.10.2", want: Version{1, 10, 2}},
		"Capital":     {reason: "or a capital one", image: "runtime:V1.6.0", want: Version{1, 6, 0}},
		"Suffix":      {reason: "a variant is of the same version", image: "runtime:1.5.0-nemotron-3.5-lightning-dev.1", want: Version{1, 5, 0}},
		"Candidate":   {reason: "and so is one before the release", image: "runtime:1.6.0-rc1", want: Version{1, 6, 0}},
		"Build":       {reason: "and one of another build", image: "runtime:1.6.0+cuda13", want: Version{1, 6, 0}},
		"Digest":      {reason: "a digest behind the tag says nothing more", image: "example.org/runtime:1.4.1@sha256:0123", want: Version{1, 4, 1}},
		"DigestAlone": {reason: "nor does it alone", image: "example.org/runtime@sha256:0123"},
		"Port":        {reason: "a registry's port is no tag", image: "example.org:5000/runtime"},
		"PortAndTag":  {reason: "beside one the tag counts", image: "example.org:5000/runtime:1.5.0", want: Version{1, 5, 0}},
		"PortLike":    {reason: "even where it looks like a version", image: "example.org:1.5.0/runtime"},
		"NoTag":       {reason: "nothing said", image: "runtime"},
		"Latest":      {reason: "nothing known", image: "runtime:latest"},
		"Word":        {reason: "a word", image: "runtime:my-tag"},
		"TwoNumbers":  {reason: "two numbers name no release", image: "runtime:1.5"},
		"FourNumbers": {reason: "nor do four", image: "runtime:1.5.0.1"},
		"Zero":        {reason: "no version is written with a zero in front", image: "runtime:2026.01.05"},
		"Letters":     {reason: "letters belong behind a hyphen", image: "runtime:1.5.0rc1"},
		"Long":        {reason: "a number of the day is none of a release", image: "runtime:20261128.1.0"},
		"Empty":       {reason: "no image at all"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, OfImage(tc.image)); diff != "" {
				t.Errorf("%s: OfImage(%q) (-want, +got):\n%s", tc.reason, tc.image, diff)
			}
		})
	}
}

func TestParse(t *testing.T) {
	cases := map[string]struct {
		reason, text string
		want         Version
	}{
		"Three":  {reason: "three numbers", text: "1.5.12", want: Version{1, 5, 12}},
		"Letter": {reason: "and nothing else", text: "v1.5.0"},
		"Suffix": {reason: "no variant", text: "1.5.0-dev.1"},
		"Two":    {reason: "no fewer", text: "1.5"},
		"Zero":   {reason: "no zero in front", text: "01.5.0"},
		"Digits": {reason: "four digits are enough", text: "1.5.10000"},
		"Line":   {reason: "one line", text: "1.5.0\n"},
		"Empty":  {reason: "nothing"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Parse(tc.text)); diff != "" {
				t.Errorf("%s: Parse(%q) (-want, +got):\n%s", tc.reason, tc.text, diff)
			}
		})
	}
}

func TestAtLeast(t *testing.T) {
	cases := map[string]struct {
		reason string
		v      Version
		want   bool
	}{
		"Same":       {reason: "the release itself", v: Version{1, 5, 0}, want: true},
		"Patch":      {reason: "and what mends it", v: Version{1, 5, 9}, want: true},
		"Later":      {reason: "numbers, not texts, are compared", v: Version{1, 10, 0}, want: true},
		"NextMajor":  {reason: "the first number counts most", v: Version{2, 0, 0}, want: true},
		"Earlier":    {reason: "what was before it", v: Version{1, 4, 99}},
		"EarlyMajor": {reason: "whatever its second number", v: Version{0, 9, 0}},
		"Unknown":    {reason: "of which nothing is known"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := tc.v.AtLeast(1, 5); got != tc.want {
				t.Errorf("%s: %v.AtLeast(1, 5): want %t, got %t", tc.reason, tc.v, tc.want, got)
			}
		})
	}
}

func TestOr(t *testing.T) {
	known, other := Version{1, 4, 0}, Version{1, 6, 0}
	if got := known.Or(other); got != known {
		t.Errorf("a known version stays: want %v, got %v", known, got)
	}
	if got := (Version{}).Or(other); got != other {
		t.Errorf("another one counts for one of which nothing is known: want %v, got %v", other, got)
	}
}

func TestString(t *testing.T) {
	for want, v := range map[string]Version{"1.5.0": {1, 5, 0}, "unknown": {}} {
		if got := v.String(); got != want {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}
