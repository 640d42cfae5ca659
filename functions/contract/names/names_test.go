package names

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"
)

// TestFrozen pins every name: a changed one deletes and recreates live objects.
func TestFrozen(t *testing.T) {
	got := map[string]string{
		"Component":        Component("chat", "VllmWorker"),
		"Service":          Service("chat-vllm.worker"),
		"DynamoNamespace":  DynamoNamespace("team.a", "chat"),
		"LeaderWorkerSet":  LeaderWorkerSet("chat-vllm.worker"),
		"WaitScript":       WaitScript("chat"),
		"DiscoveryAccount": DiscoveryAccount("chat"),
		"DiscoveryBinding": DiscoveryBinding("chat"),
		"Global":           GlobalDynamoNamespace,
	}
	want := map[string]string{
		"Component":        "chat-vllmworker",
		"Service":          "chat-vllm-worker",
		"DynamoNamespace":  "team-a-chat",
		"LeaderWorkerSet":  "chat-vllm-worker-0",
		"WaitScript":       "chat-wait-leader-script",
		"DiscoveryAccount": "chat-k8s-service-discovery",
		"DiscoveryBinding": "chat-k8s-service-discovery-binding",
		"Global":           "dynamo",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want, +got):\n%s", diff)
	}
}

func TestComponent(t *testing.T) {
	type args struct {
		graph   string
		service string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"CamelCase":   {reason: "Lower case", args: args{"chat", "TRTLLMPrefillWorker"}, want: "chat-trtllmprefillworker"},
		"Underscores": {reason: "Underscores become hyphens", args: args{"chat", "my_worker_1"}, want: "chat-my-worker-1"},
		"Dots":        {reason: "Dots stay in the component and its workload", args: args{"chat", "qwen2.5"}, want: "chat-qwen2.5"},
		"GraphDots":   {reason: "The graph's too", args: args{"chat.v1", "worker"}, want: "chat.v1-worker"},
		"TwoDots":     {reason: "But no name has two dots in a row", args: args{"chat", "a..b"}, want: "chat-a--b"},
		"DotHyphen":   {reason: "Nor a hyphen behind a dot", args: args{"chat", "a.-b"}, want: "chat-a--b"},
		"ScoreDot":    {reason: "Nor one before it, that was an underscore", args: args{"chat", "a_.b"}, want: "chat-a--b"},
		"Longest":     {reason: "63 characters fit", args: args{"chat", strings.Repeat("w", 58)}, want: "chat-" + strings.Repeat("w", 58)},
		"TooLong": {
			reason: "64 do not: nine of them make room for a hash",
			args:   args{"chat", strings.Repeat("w", 59)},
			want:   "chat-" + strings.Repeat("w", 49) + "-8ae4b6b5",
		},
		"CutAtHyphen": {
			reason: "No hyphens pile up before the hash",
			args:   args{"chat", strings.Repeat("w", 46) + "---" + strings.Repeat("w", 14)},
			want:   "chat-" + strings.Repeat("w", 46) + "-df6add27",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Component(tc.args.graph, tc.args.service)); diff != "" {
				t.Errorf("%s: Component(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	long := strings.Repeat("a", MaxLength)
	cases := map[string]struct {
		reason string
		name   string
		length int
	}{
		"Empty":   {reason: "Nothing stays nothing", name: "", length: 0},
		"Short":   {reason: "A short name stays", name: "chat", length: 4},
		"Exact":   {reason: "So does one that just fits", name: long, length: MaxLength},
		"OneMore": {reason: "One more is cut to the limit", name: long + "a", length: MaxLength},
		"Much":    {reason: "And much more too", name: strings.Repeat(long, 4), length: MaxLength},
		"Dots":    {reason: "What is trimmed makes it shorter", name: strings.Repeat("a", 50) + "...." + long, length: 50 + hashLength},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Limit(tc.name)
			if len(got) != tc.length {
				t.Errorf("%s: Limit(...) is %q of %d characters, want %d", tc.reason, got, len(got), tc.length)
			}
			if len(tc.name) <= MaxLength && got != tc.name {
				t.Errorf("%s: Limit(%q) changed it to %q", tc.reason, tc.name, got)
			}
			if again := Limit(got); again != got {
				t.Errorf("%s: Limit of its own result is %q, want %q", tc.reason, again, got)
			}
		})
	}
}

// TestLongNamesStayApart has names that are alike in all that is kept of them.
func TestLongNamesStayApart(t *testing.T) {
	head := strings.Repeat("w", MaxLength)
	seen := map[string]string{}
	for range 2000 {
		name := head + strings.Repeat("x", len(seen)%7) + string(rune('a'+len(seen)%26)) + strings.Repeat("y", len(seen)/26)
		got := Limit(name)
		if other, ok := seen[got]; ok {
			t.Fatalf("%q and %q both become %q", name, other, got)
		}
		seen[got] = name
	}
}

// TestValid makes names of random valid ones. The seed is fixed, so that a
// failure comes again.
func TestValid(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		namespace := random(r, "abcxyz019", "-", MaxLength)
		graph := "g" + random(r, "abcxyz019", "-.", 252)
		if len(validation.IsDNS1123Subdomain(graph)) > 0 {
			continue // No object may be called so.
		}
		service := random(r, "abcXYZ019", "-._", MaxLength)
		component := Component(graph, service)

		subdomains := map[string]string{
			"Component":        component,
			"DiscoveryAccount": DiscoveryAccount(graph),
			"DiscoveryBinding": DiscoveryBinding(graph),
		}
		for what, name := range subdomains {
			if msgs := validation.IsDNS1123Subdomain(name); len(msgs) > 0 || len(name) > MaxLength {
				t.Fatalf("%s of graph %q and service %q is %q: %d characters, %v", what, graph, service, name, len(name), msgs)
			}
		}
		labels := map[string]string{
			"Service":         Service(component),
			"DynamoNamespace": DynamoNamespace(namespace, graph),
		}
		for what, name := range labels {
			if msgs := validation.IsDNS1123Label(name); len(msgs) > 0 {
				t.Fatalf("%s of graph %q and service %q in namespace %q is %q: %v", what, graph, service, namespace, name, msgs)
			}
		}
		// Labels carry all of them.
		for what, name := range subdomains {
			if msgs := validation.IsValidLabelValue(name); len(msgs) > 0 {
				t.Fatalf("%s %q is no label value: %v", what, name, msgs)
			}
		}
	}
}

// random is a text of 1 to most characters that has the inner ones only inside.
func random(r *rand.Rand, outer, inner string, most int) string {
	all := outer + inner
	b := make([]byte, 1+r.IntN(most))
	for i := range b {
		b[i] = all[r.IntN(len(all))]
	}
	b[0], b[len(b)-1] = outer[r.IntN(len(outer))], outer[r.IntN(len(outer))]
	return string(b)
}
