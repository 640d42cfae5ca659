package render

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

var (
	// blocks of a page that hold commands.
	blocks = regexp.MustCompile("(?ms)^```(?:shell|console)\n(.*?)^```")
	// runnable are commands that need no cluster and build next to nothing.
	runnable = regexp.MustCompile(`(?:^|\| )(?:crossplane composition render|(?:bin/)?xdynamo) `)
	// plain is the command by which the README of an example renders it.
	plain = regexp.MustCompile(`(?:^|\| )crossplane composition render `)
)

// commands are those of a page that can be run, one a string, without the lines between
// which a backslash stands.
func commands(page string) []string {
	var out []string
	for _, block := range blocks.FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(strings.ReplaceAll(block[1], "\\\n", " ")) {
			line = strings.TrimPrefix(strings.Join(strings.Fields(line), " "), "$ ")
			if runnable.MatchString(line) {
				out = append(out, line)
			}
		}
	}
	return out
}

func TestCommands(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Continued": {
			reason: "a backslash continues a line",
			args:   "```shell\ncrossplane composition render a \\\n  --xrd=b\n```\n",
			want:   []string{"crossplane composition render a --xrd=b"},
		},
		"Console": {
			reason: "a prompt is none of the command, and what follows is its output",
			args:   "```console\n$ bin/xdynamo render a\nDynamoGraphDeployment/a\n```\n",
			want:   []string{"bin/xdynamo render a"},
		},
		"Piped": {
			reason: "another program may come first",
			args:   "```shell\nsed s/a/b/ c | \\\n  crossplane composition render /dev/stdin d\n```\n",
			want:   []string{"sed s/a/b/ c | crossplane composition render /dev/stdin d"},
		},
		"Cluster": {reason: "there is no cluster", args: "```shell\nkubectl apply -f a\nmake render\n```\n"},
		"Prose":   {reason: "only blocks are run", args: "type `bin/xdynamo render a`\n```yaml\nbin/xdynamo render a\n```\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, commands(tc.args)); diff != "" {
				t.Errorf("%s\ncommands(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFirstScreenRunsAsWritten runs what docs/xdynamo.md begins with, but for what asks a
// cluster.
func TestFirstScreenRunsAsWritten(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	page := read(t, filepath.Join(root, "docs", "xdynamo.md"))
	screen, _, _ := strings.Cut(page, "\n## ")
	if lines := strings.Count(screen, "\n"); lines > 25 {
		t.Errorf("docs/xdynamo.md begins with %d lines: want a screen, 25", lines)
	}
	c := checkOut(t, "graph", programs(t, e), map[string]string{ours: e.function})
	found := regexp.MustCompile("`(bin/xdynamo [^`]+)`").FindAllStringSubmatch(screen, -1)
	for _, m := range found {
		switch {
		case strings.Contains(m[1], "--server"):
		case strings.HasPrefix(m[1], "bin/xdynamo diff"):
			c.run(t, m[1]+" || test $? -eq 1") // As where pods restart, which is no failure.
		default:
			c.run(t, m[1])
		}
	}
	if len(found) != 8 {
		t.Errorf("docs/xdynamo.md begins with %d commands, want the version and the seven things that people do", len(found))
	}
}

// TestExamplesRunAsWritten runs the commands in the README of each example as they stand
// there, in a copy of the repository, and holds the plain one to what the engine makes of
// all files of the example: it lacks none of the flags.
func TestExamplesRunAsWritten(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	path, listening := programs(t, e), e.peers(t)
	entries, err := os.ReadDir(examples)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			c := checkOut(t, entry.Name(), path, listening)
			rendered := false
			for _, command := range commands(c.readme(t)) {
				out := c.run(t, command)
				if plain.MatchString(command) && !rendered {
					rendered = true
					c.compare(t, e, command, out)
				}
			}
			if !rendered {
				t.Errorf("examples/%s/README.md has no block with the command `crossplane composition render examples/%[1]s/xr.yaml …` "+
					"that renders the example, with all its flags: those of examples/graph/README.md are an example", entry.Name())
			}
		})
	}
}

// run runs a command and returns what it prints.
func (c checkout) run(t *testing.T, command string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patienceRender)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", command)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "PATH="+c.path+string(os.PathListSeparator)+os.Getenv("PATH"))
	stdout, stderr := &bytes.Buffer{}, &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("the documentation's command\n%s\nfails: %v\n%s", command, err, stderr)
	}
	return stdout.Bytes()
}

// compare reports what a command printed otherwise than the engine with all files of the
// example does.
func (c checkout) compare(t *testing.T, e *engine, command string, printed []byte) {
	t.Helper()
	documents, err := preview.Documents(bytes.NewReader(printed))
	if err != nil {
		t.Fatalf("%s\nprints %v", command, err)
	}
	got, err := sort(documents)
	if err != nil {
		t.Fatalf("%s\nprints no rendering: %v", command, err)
	}
	folder := filepath.Join(c.dir, "examples", c.example)
	m := example(folder)
	m.targets = true
	if required := filepath.Join(folder, "required"); exists(required) {
		m.required = required
	}
	want, err := e.render(t, m.stored(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(essence(want), essence(got)); diff != "" {
		t.Errorf("examples/%s/README.md: the command\n%s\nrenders something else than the example with --include-full-xr, --xrd and all files of the folder "+
			"(observed, required, schemas): -want, +got:\n%s", c.example, command, diff)
	}
}

// essence is a rendering without what core draws for each.
func essence(r rendering) map[string]any {
	out := map[string]any{}
	for key, child := range r.children {
		out[key] = bare(child)
	}
	out["composite"] = r.composite.Object
	return out
}
