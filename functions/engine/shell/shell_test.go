package shell

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kubernetes expands a container's argument as its documentation says: $(NAME)
// is the variable, if there is one, and $$ is a dollar that begins nothing.
func kubernetes(arg string, env map[string]string) string {
	out := &strings.Builder{}
	for i := 0; i < len(arg); i++ {
		rest := arg[i:]
		end := strings.IndexByte(rest, ')')
		switch {
		case strings.HasPrefix(rest, "$$"):
			out.WriteByte('$')
			i++
		case strings.HasPrefix(rest, "$(") && end > 0:
			text := rest[:end+1]
			if v, ok := env[rest[2:end]]; ok {
				text = v
			}
			out.WriteString(text)
			i += end
		default:
			out.WriteByte(arg[i])
		}
	}
	return out.String()
}

// received are the words that a program gets from a script behind its command,
// when Kubernetes starts a container with it.
func received(t *testing.T, shell, script string, env map[string]string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), shell, "-c", kubernetes(script, env))
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"PATH=/usr/bin:/bin"}
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", shell, err, out)
	}
	if out = out[:max(len(out)-1, 0)]; len(out) == 0 {
		return nil
	}
	return strings.Split(string(out), "\x01")
}

// hostile are values that end quotes, start programs or look like references.
const hostile = "'; touch owned; '\"; touch owned; \"$(touch owned)`touch owned`\n$HOSTILE $(HOSTILE) \\ *"

func TestQuote(t *testing.T) {
	env := map[string]string{"MODEL": "Qwen/Qwen3", "HOSTILE": hostile, "EMPTY": "", "with-hyphen": "hyphen"}
	type args struct {
		words []string
	}
	cases := map[string]struct {
		reason string
		args   args
		// Want is what Kubernetes hands to a program where words are the
		// container's command.
		want []string
	}{
		"Nothing":       {reason: "No words stay none"},
		"Plain":         {reason: "A usual command line", args: args{words: []string{"python3", "-m", "dynamo.trtllm", "--tp=4"}}, want: []string{"python3", "-m", "dynamo.trtllm", "--tp=4"}},
		"EmptyWord":     {reason: "An empty word is one", args: args{words: []string{"", "a", ""}}, want: []string{"", "a", ""}},
		"Blanks":        {reason: "Blanks and newlines do not split words", args: args{words: []string{" a  b ", "c\nd\t", "\n"}}, want: []string{" a  b ", "c\nd\t", "\n"}},
		"Quotes":        {reason: "Quotes of both kinds are text", args: args{words: []string{"it's", `'`, `''`, `"`, `\`, `\'`}}, want: []string{"it's", `'`, `''`, `"`, `\`, `\'`}},
		"Operators":     {reason: "What means something to a shell is text", args: args{words: []string{";", "&", "|", "&&", ">x", "*", "?", "~", "#", "!", "{a,b}", "(", ")", "-"}}, want: []string{";", "&", "|", "&&", ">x", "*", "?", "~", "#", "!", "{a,b}", "(", ")", "-"}},
		"Substitutions": {reason: "Nothing is run", args: args{words: []string{"$(touch owned)", "`touch owned`", "$((1+1))", "${MODEL}", "$MODEL", "$", "a$"}}, want: []string{"$(touch owned)", "`touch owned`", "$((1+1))", "${MODEL}", "$MODEL", "$", "a$"}},
		"Hostile":       {reason: "All of it at once", args: args{words: []string{hostile}}, want: []string{kubernetes(hostile, env)}},
		"Reference":     {reason: "A reference is the variable, alone or inside of a word", args: args{words: []string{"$(MODEL)", "--model=$(MODEL)/x", "$(MODEL)$(MODEL)"}}, want: []string{"Qwen/Qwen3", "--model=Qwen/Qwen3/x", "Qwen/Qwen3Qwen/Qwen3"}},
		"HostileValue":  {reason: "The value of a variable is not read again", args: args{words: []string{"$(HOSTILE)", "a'$(HOSTILE)'b"}}, want: []string{hostile, "a'" + hostile + "'b"}},
		"EmptyValue":    {reason: "A variable that is set to nothing is nothing", args: args{words: []string{"<$(EMPTY)>", "$(EMPTY)"}}, want: []string{"<>", ""}},
		"Unset":         {reason: "A reference to nothing stays as it is", args: args{words: []string{"$(NOTHING)", "a$(NOTHING)b"}}, want: []string{"$(NOTHING)", "a$(NOTHING)b"}},
		"Escaped":       {reason: "Two dollars keep a reference from being one", args: args{words: []string{"$$(MODEL)", "$$$(MODEL)", "$$", "$$$$"}}, want: []string{"$(MODEL)", "$Qwen/Qwen3", "$", "$$"}},
		"Unclosed":      {reason: "A parenthesis that does not close is text", args: args{words: []string{"$(MODEL", "$("}}, want: []string{"$(MODEL", "$("}},
		"Nested":        {reason: "Kubernetes reads up to the first parenthesis", args: args{words: []string{"$(echo $(MODEL))"}}, want: []string{"$(echo $(MODEL))"}},
		"Script":        {reason: "A line for another shell is one word", args: args{words: []string{"/bin/sh", "-c", "a \"$B\" '$(MODEL)' | c"}}, want: []string{"/bin/sh", "-c", "a \"$B\" 'Qwen/Qwen3' | c"}},
	}
	for name, tc := range cases {
		for _, shell := range []string{"sh", "bash"} {
			t.Run(name+"/"+shell, func(t *testing.T) {
				if len(tc.args.words) > 0 {
					direct := make([]string, 0, len(tc.args.words))
					for _, w := range tc.args.words {
						direct = append(direct, kubernetes(w, env))
					}
					if diff := cmp.Diff(tc.want, direct); diff != "" {
						t.Errorf("\n%s\nthe case does not say what Kubernetes does: -want, +got:\n%s", tc.reason, diff)
					}
				}
				got := received(t, shell, Arg(`set -- `+Quote(tc.args.words...)+`; [ $# -eq 0 ] || printf '%s\001' "$@"; echo`), env)
				if len(got) > 0 {
					got = got[:len(got)-1] // Behind the last end of a word.
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("\n%s\nQuote(%q): -want, +got:\n%s", tc.reason, tc.args.words, diff)
				}
			})
		}
	}
}

func TestQuotePlain(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Word":       {reason: "What means nothing to a shell stays readable", args: "example.org/image:1", want: "example.org/image:1"},
		"Flag":       {reason: "So does a flag with its value", args: "--tp=4", want: "--tp=4"},
		"Assignment": {reason: "Where a command is expected, a shell would take it for an assignment", args: "TP=4", want: "'TP=4'"},
		"Hyphen":     {reason: "A hyphen alone is a word", args: "-", want: "-"},
		"FlagBlank":  {reason: "A flag is quoted for what its value holds", args: "--name=a b", want: "'--name=a b'"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Quote(tc.args)); diff != "" {
				t.Errorf("\n%s\nQuote(%q): -want, +got:\n%s", tc.reason, tc.args, diff)
			}
		})
	}
}

func TestQuoteHyphen(t *testing.T) {
	// No shell can name such a variable, so this is where we differ from
	// Kubernetes: the text stays, and nothing is run.
	want := []string{"$(with-hyphen)", ""}
	got := received(t, "sh", Arg(`printf '%s\001' `+Quote("$(with-hyphen)")+"; echo"), map[string]string{"with-hyphen": "hyphen"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Quote(...): -want, +got:\n%s", diff)
	}
}

func TestArg(t *testing.T) {
	env := map[string]string{"A": "expanded", "id -u": "expanded", "": "expanded"}
	cases := map[string]struct {
		reason string
		args   string
	}{
		"Empty":         {reason: "Nothing stays nothing"},
		"Text":          {reason: "A text without dollars", args: "echo a"},
		"Variables":     {reason: "The shell's own references", args: "echo $A ${A} \"$@\" $# $"},
		"Substitutions": {reason: "Programs and sums", args: "echo $(id -u) $((1 + 1)) $(A) $()"},
		"Dollars":       {reason: "Any number of dollars", args: "$$ $$$ $$$$ $$(A) $$$(A)"},
		"Open":          {reason: "At the end", args: "a $("},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.args, kubernetes(Arg(tc.args), env)); diff != "" {
				t.Errorf("\n%s\nwhat a shell gets of Arg(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	env := map[string]string{"A": "a$(B)", "B": "b", "": "none", "id -u": "x", "E": ""}
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Text":      {reason: "a text without dollars", args: "text", want: "text"},
		"Known":     {reason: "a value is not expanded once more", args: "<$(A)>", want: "<a$(B)>"},
		"Empty":     {reason: "an empty value is one", args: "<$(E)>", want: "<>"},
		"Twice":     {reason: "references side by side", args: "$(B)$(B)", want: "bb"},
		"Unknown":   {reason: "a name without a value stays", args: "<$(C)>", want: "<$(C)>"},
		"Inside":    {reason: "and so does what its brackets hold", args: "$(C$(B))", want: "$(C$(B))"},
		"Escaped":   {reason: "two dollars are one, and no reference", args: "$$(B) $$$(B)", want: "$(B) $b"},
		"NoBracket": {reason: "what a shell reads is none of ours", args: "$B ${B} $", want: "$B ${B} $"},
		"Open":      {reason: "a bracket without an end", args: "$(B", want: "$(B"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Expand(tc.args, env)); diff != "" {
				t.Errorf("%s: Expand(%q): -want, +got:\n%s", tc.reason, tc.args, diff)
			}
		})
	}
}

func FuzzExpand(f *testing.F) {
	for _, seed := range []string{"$(A)", "$$(A)", "$(A", "$($(A))", "a$", "$()"} {
		f.Add(seed, "value")
	}
	f.Fuzz(func(t *testing.T, word, value string) {
		env := map[string]string{"A": value}
		if diff := cmp.Diff(kubernetes(word, env), Expand(word, env)); diff != "" {
			t.Errorf("Expand(%q): -want, +got:\n%s", word, diff)
		}
	})
}

func FuzzQuote(f *testing.F) {
	for _, seed := range []string{hostile, "$(A)", "$$(A)", "'$(A)'", "a\nb"} {
		f.Add(seed, hostile)
	}
	f.Fuzz(func(t *testing.T, word, value string) {
		if strings.ContainsAny(word+value, "\x00\x01") {
			t.Skip("no program can get the one; the test ends words with the other")
		}
		env := map[string]string{"A": value}
		want := []string{kubernetes(word, env), ""}
		got := received(t, "sh", Arg(`printf '%s\001' `+Quote(word)+"; echo"), env)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Quote(%q): -want, +got:\n%s", word, diff)
		}
	})
}
