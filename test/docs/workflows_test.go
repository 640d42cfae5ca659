package docs

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// A workflow is what is held here of one of GitHub's. That it is valid otherwise is for actionlint to say, in `make lint`.
type workflow struct {
	Permissions map[string]string `json:"permissions"`
	Jobs        map[string]job    `json:"jobs"`
}

type job struct {
	Permissions map[string]string `json:"permissions"`
	Timeout     int               `json:"timeout-minutes"`
	Steps       []step            `json:"steps"`
}

type step struct {
	Uses string         `json:"uses"`
	With map[string]any `json:"with"`
}

// workflows by the name of their file.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	out := map[string]workflow{}
	for _, file := range files {
		var w workflow
		if err := yaml.Unmarshal([]byte(read(t, file)), &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[filepath.Base(file)] = w
	}
	return out
}

// unpinned are the lines of a workflow that use an action by something that can be moved, or do not say which version it is.
func unpinned(text string) []string {
	uses := regexp.MustCompile(`^\s*(- )?uses:`)
	pinned := regexp.MustCompile(`^\s*(- )?uses: (\./\S+|[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$`)
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if uses.MatchString(line) && !pinned.MatchString(line) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

func TestUnpinned(t *testing.T) {
	const commit = "08c6903cd8c0fde910a37f88322edcfb5dd907a8"
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Commit":  {reason: "A commit cannot be moved.", args: "  - uses: a/b@" + commit + " # v5.0.0\n"},
		"Folder":  {reason: "An action may lie in a folder.", args: "    uses: a/b/c@" + commit + " # v5.0.0\n"},
		"Local":   {reason: "What is in this repository needs no pin.", args: "  uses: ./.github/workflows/ci.yaml\n"},
		"Tag":     {reason: "A tag can be moved.", args: "- uses: a/b@v5\n", want: []string{"- uses: a/b@v5"}},
		"Short":   {reason: "A short commit can be met.", args: "- uses: a/b@08c6903 # v5.0.0\n", want: []string{"- uses: a/b@08c6903 # v5.0.0"}},
		"Unnamed": {reason: "People read versions.", args: "- uses: a/b@" + commit + "\n", want: []string{"- uses: a/b@" + commit}},
		"None":    {reason: "Other lines use nothing.", args: "- run: make test\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, unpinned(tc.args)); diff != "" {
				t.Errorf("%s\nunpinned(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWorkflowsArePinned(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(workflows(t))) {
		for _, line := range unpinned(read(t, filepath.Join(root, ".github", "workflows", name))) {
			t.Errorf("%s: %q: pin the commit with 40 digits, and name its version behind it: # v1.2.3", name, line)
		}
	}
}

// TestWorkflowRights holds workflows to reading, but for those that are named here.
func TestWorkflowRights(t *testing.T) {
	want := map[string]map[string]string{
		"release.yaml/publish": {"contents": "write", "packages": "write", "id-token": "write", "attestations": "write"},
	}
	got := map[string]map[string]string{}
	for name, w := range workflows(t) {
		if diff := cmp.Diff(map[string]string{"contents": "read"}, w.Permissions); diff != "" {
			t.Errorf("%s: permissions: -want, +got:\n%s", name, diff)
		}
		for id, j := range w.Jobs {
			if j.Permissions != nil {
				got[name+"/"+id] = j.Permissions
			}
			if j.Timeout == 0 {
				t.Errorf("%s: job %s: give it timeout-minutes: it may hang for six hours otherwise", name, id)
			}
			for _, s := range j.Steps {
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
					t.Errorf("%s: job %s: set persist-credentials of checkout to false: what runs later could push otherwise", name, id)
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("permissions of jobs: -want, +got:\n%s", diff)
	}
}

// TestReleasesAreVerified says that Crossplane is told the workflow that makes releases.
func TestReleasesAreVerified(t *testing.T) {
	const name = "release.yaml"
	if _, ok := workflows(t)[name]; !ok {
		t.Fatalf("no workflow %s", name)
	}
	expression := regexp.MustCompile(`(?m)^ *subjectRegExp: (.*)$`).
		FindStringSubmatch(read(t, filepath.Join(root, "package", "verification", "keyless.yaml")))
	subject := "https://github.com/crossplane-contrib/function-dynamo/.github/workflows/" + name + "@refs/tags/v0.1.0"
	if expression == nil || !regexp.MustCompile(expression[1]).MatchString(subject) {
		t.Errorf("package/verification/keyless.yaml: subjectRegExp %q does not match %s", expression, subject)
	}
}

// TestDockerfileIsPinned holds base images to digests, and the Go of the Dockerfile to the one of go.mod, with which releases are built.
func TestDockerfileIsPinned(t *testing.T) {
	dockerfile := read(t, filepath.Join(root, "Dockerfile"))
	froms := regexp.MustCompile(`(?m)^FROM .*$`).FindAllString(dockerfile, -1)
	if len(froms) == 0 {
		t.Error("the Dockerfile has no FROM")
	}
	for _, from := range froms {
		if !regexp.MustCompile(`@sha256:[0-9a-f]{64}( AS \w+)?$`).MatchString(from) {
			t.Errorf("Dockerfile: %q: pin the image by digest", from)
		}
	}
	for _, name := range []string{"go.mod", "cmd/xdynamo/go.mod"} {
		toolchain := regexp.MustCompile(`(?m)^toolchain go(\S+)$`).FindStringSubmatch(read(t, filepath.Join(root, name)))
		if toolchain == nil || !strings.Contains(dockerfile, "golang:"+toolchain[1]+"@") {
			t.Errorf("%s: toolchain %v is not the golang image of the Dockerfile", name, toolchain)
		}
	}
}

// TestRenovate says that the configuration can be read; what it means only Renovate knows.
func TestRenovate(t *testing.T) {
	var config struct {
		Extends []string `json:"extends"`
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(root, "renovate.json"))), &config); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(config.Extends, "config:best-practices") {
		t.Error("renovate.json: extend config:best-practices, which pins actions and images by digest")
	}
}
