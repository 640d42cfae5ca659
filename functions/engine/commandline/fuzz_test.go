package commandline

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

// FuzzRead reads any command line without end or panic, and finds again what it
// has put in, as words of the engine, where it can read all of the script.
func FuzzRead(f *testing.F) {
	for _, tc := range scripts() {
		f.Add(strings.Join(tc.main.Command, "\n"), strings.Join(tc.main.Args, "\x01"), "16")
	}
	for _, script := range []string{
		"(((", "$(($(", "${a:-${a:-", "a<<E\n$(TP)\nE\n" + start, "case x in x) " + start + ";; esac", "`" + start + "`", start + "`vllm`",
		start + "\"${x@Q}\"", start + "$'\\n' vllm", "[[ a =~ (vllm) ]] && " + start + "<(vllm)", "a() { a; }; " + start + "${a[$(TP)]}", "$(TP)$(TP) " + start,
	} {
		f.Add("bash\n-c", script, "-tp 16")
	}
	f.Fuzz(func(t *testing.T, command, args, value string) {
		if !utf8.ValidString(command) || !utf8.ValidString(args) || !utf8.ValidString(value) {
			t.Skip("a manifest has no such text")
		}
		main := with(run(strings.Split(command, "\n"), strings.Split(args, "\x01")...), "TP", value, "ARGS", "-a $(TP)")
		before := Read(main, "vllm")
		if !before.TakesFlags() {
			if diff := cmp.Diff(main.Args, before.With("--ours", "1")); diff != "" {
				t.Errorf("without a place nothing changes: With(...) (-want, +got):\n%s", diff)
			}
			return
		}
		added := main
		added.Args = before.With("--ours", "1")
		after := Read(added, "vllm")
		if diff := cmp.Diff(blankless(main.Args), blankless(without(added, before))); diff != "" {
			t.Errorf("nothing but blanks changes otherwise (-want, +got):\n%s", diff)
		}
		if len(before.rest) == 0 {
			checkWords(t, before, after)
		}
	})
}

// without is the container's arguments without the flags that were put in.
func without(main corev1.Container, l Line) []string {
	out := slices.Clone(main.Args)
	if l.place.kind == inScript {
		text := out[l.place.arg]
		out[l.place.arg] = text[:l.place.at] + strings.TrimPrefix(text[l.place.at:], " --ours 1")
		return out
	}
	return out[:len(out)-2]
}

func blankless(texts []string) string {
	return strings.ReplaceAll(strings.Join(texts, "\x01"), " ", "")
}

// checkWords checks what the engine gets: what it got, with the flags among it.
func checkWords(t *testing.T, before, after Line) {
	t.Helper()
	at := slices.IndexFunc(after.words, func(w word) bool { return w.text == "--ours" })
	if at < 0 || at+1 >= len(after.words) {
		t.Fatalf("want the flags among %v", after.words)
	}
	if rest := slices.Delete(slices.Clone(after.words), at, at+2); !slices.Equal(before.words, rest) {
		t.Errorf("the engine gets the rest as before: want %v, got %v", before.words, rest)
	}
}

// TestBounds are command lines that would take more memory than there is.
func TestBounds(t *testing.T) {
	doubled := withSecret(inShell(start + "-tp 16 $Z"))
	for name, previous := 'A', "x"; name <= 'Z'; name, previous = name+1, "$("+string(name)+")" {
		doubled = with(doubled, string(name), strings.Repeat(previous, 64))
	}
	cases := map[string]struct {
		reason string
		main   corev1.Container
	}{
		"Variables": {reason: "variables that double", main: doubled},
		"Words":     {reason: "references to a long value", main: with(inShell(start+"-tp 16 "+strings.Repeat("$(A)", 1<<18)), "A", strings.Repeat("x", 4000))},
		"Assigned":  {reason: "variables of a script that double", main: inShell("A=x" + strings.Repeat("\nA=$A$A", 64) + "\n" + start + "-tp 16 $A")},
		"Arguments": {reason: "arguments that are repeated", main: inShell(start+"-tp 16"+strings.Repeat(` "$@"`, 1000), make([]string, 1<<16)...)},
		"Brackets":  {reason: "brackets in brackets", main: inShell(start + "-tp 16 " + strings.Repeat("$(", 1<<18))},
		"Names":     {reason: "the engine's name over and over", main: inShell(start + "-tp 16 " + strings.Repeat("vllm 'vllm' ", 1<<16))},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(int64(16), Read(tc.main, "vllm").Size(tensor()).Count); diff != "" {
				t.Errorf("%s: Size(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
