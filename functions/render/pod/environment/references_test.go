package environment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestReferences(t *testing.T) {
	cases := map[string]struct {
		reason string
		text   string
		want   []string
	}{
		"Empty":       {reason: "nothing refers to nothing"},
		"Plain":       {reason: "nor does text", text: "a) b (c)"},
		"One":         {reason: "a name in parentheses behind a dollar", text: "http://$(POD_IP):7000", want: []string{"POD_IP"}},
		"Several":     {reason: "each of them", text: "$(A)$(B)/$(A)", want: []string{"A", "B", "A"}},
		"Escaped":     {reason: "two dollars are one that means nothing", text: "$$(A)"},
		"ThreeDollar": {reason: "the third is one again", text: "$$$(A)", want: []string{"A"}},
		"FourDollars": {reason: "the fourth is not", text: "$$$$(A)"},
		"Shell":       {reason: "what a shell would expand is not expanded", text: "${A} $A $1"},
		"Open":        {reason: "without an end it is text", text: "$(A"},
		"OpenDollar":  {reason: "nor does a dollar end it, which belongs to the name", text: "$(A$(B)", want: []string{"A$(B"}},
		"LastDollar":  {reason: "a dollar may be the last", text: "A$"},
		"AnyName":     {reason: "names are whatever stands there", text: "$(a.b-c) $()", want: []string{"a.b-c", ""}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, findReferences(tc.text)); diff != "" {
				t.Errorf("%s: references(%q) (-want, +got):\n%s", tc.reason, tc.text, diff)
			}
		})
	}
}

func TestMergeOrder(t *testing.T) {
	cases := map[string]struct {
		reason string
		env    []corev1.EnvVar
		want   []string
	}{
		"NoReferences":  {reason: "sorted by name", env: env("C", "1", "A", "2", "B", "3"), want: []string{"A", "B", "C"}},
		"InOrder":       {reason: "a reference to what stands before moves nothing", env: env("B", "$(A)", "A", "1", "C", ""), want: []string{"A", "B", "C"}},
		"Behind":        {reason: "at once behind what it refers to, before those that sort later", env: env("A", "$(C)", "B", "", "C", "", "D", ""), want: []string{"B", "C", "A", "D"}},
		"Chain":         {reason: "and what refers to it behind it", env: env("A", "$(B)", "B", "$(C)", "C", "", "D", ""), want: []string{"C", "B", "A", "D"}},
		"Two":           {reason: "two that wait for one are sorted", env: env("B", "$(Z)", "A", "$(Z)", "Z", ""), want: []string{"Z", "A", "B"}},
		"LastOfSeveral": {reason: "the last of several counts", env: env("A", "$(M)$(Z)$(M)", "M", "", "N", "", "Z", ""), want: []string{"M", "N", "Z", "A"}},
		"Escaped":       {reason: "what is escaped is no reference", env: env("A", "$$(B)", "B", ""), want: []string{"A", "B"}},
		"Unknown":       {reason: "what comes from envFrom, or is not there, is not waited for", env: env("A", "$(SECRET)", "B", ""), want: []string{"A", "B"}},
		"Itself":        {reason: "a variable may extend one of its name that comes from envFrom", env: env("A", "x:$(A)", "B", ""), want: []string{"A", "B"}},
		"Circle":        {reason: "a circle stays sorted", env: env("C", "$(A)", "B", "$(C)", "A", "$(B)", "D", ""), want: []string{"A", "B", "C", "D"}},
		"BeforeCircle":  {reason: "what refers to a circle stands behind it", env: env("A", "$(C)", "B", "$(C)", "C", "$(B)"), want: []string{"B", "C", "A"}},
		"BehindCircle":  {reason: "and a circle behind what it refers to", env: env("A", "$(B)$(Z)", "B", "$(A)$(Z)", "Z", ""), want: []string{"Z", "A", "B"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, v := range Merge(tc.env) {
				got = append(got, v.Name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Merge(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestOrderEnv holds order to what it promises, with random variables. The
// seed is fixed, so that a failure comes again.
func TestOrderEnv(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var in []corev1.EnvVar
		n := 1 + r.IntN(8)
		for i := range n {
			v := Variable(fmt.Sprintf("V%d", i), "")
			for range r.IntN(3) {
				// Mostly backwards, else nearly all would be circles.
				v.Value += fmt.Sprintf("$(V%d)", min(n-1, i+r.IntN(3)-r.IntN(2)))
			}
			in = append(in, v)
		}
		got := order(slices.Clone(in))
		if len(got) != len(in) {
			t.Fatalf("order(%v) lost variables: %v", in, got)
		}
		if diff := cmp.Diff(got, order(got)); diff != "" {
			t.Fatalf("order(...) of its own result moves variables (-first, +second):\n%s", diff)
		}
		for i, v := range got {
			for _, other := range got[i:] {
				if slices.Contains(findReferences(v.Value), other.Name) && !refersTo(got, other.Name, v.Name) {
					t.Fatalf("order(%v): %s refers to %s and stands before it: %v", in, v.Name, other.Name, got)
				}
			}
		}
	}
}

// refersTo says whether the value of a variable refers to another, through
// others too.
func refersTo(env []corev1.EnvVar, from, to string) bool {
	seen := []string{from}
	for i := 0; i < len(seen); i++ {
		for _, v := range env {
			if v.Name != seen[i] {
				continue
			}
			for _, name := range findReferences(v.Value) {
				if name == to {
					return true
				}
				if !slices.Contains(seen, name) {
					seen = append(seen, name)
				}
			}
		}
	}
	return false
}
