package profiler_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/legacy"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/programs"
)

// clean runs the command line of the init container, with a folder of ours in the
// place of the output volume.
func clean(t *testing.T, folder string) error {
	t.Helper()
	job, err := profiler.MakeJob(legacy.Protocol{}, full(), settings.Default(), "a")
	if err != nil {
		t.Fatalf("MakeJob(...): %v", err)
	}
	c := job.Spec.Template.Spec.InitContainers[0]
	args := append(slices.Clone(c.Command[1:]), shell.Expand(c.Args[0], nil))
	for _, file := range c.Args[1:] {
		args = append(args, filepath.Join(folder, filepath.Base(file)))
	}
	return exec.CommandContext(t.Context(), programs.Find(t, c.Command[0], untested), args...).Run()
}

const untested = "the removal of stale output is not tested"

func TestClean(t *testing.T) {
	cases := map[string]struct {
		reason string
		before []string
		want   []string
	}{
		"Empty": {reason: "a new claim has nothing to remove"},
		"Stale": {
			reason: "what would be taken for a result goes, and all else stays",
			before: []string{"config_with_planner.yaml", "mocker_config_with_planner.yaml", "profile.log"},
			want:   []string{"profile.log"},
		},
		"One": {reason: "one of them alone", before: []string{"mocker_config_with_planner.yaml"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for _, file := range tc.before {
				if err := os.WriteFile(filepath.Join(folder, file), []byte("stale"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := clean(t, folder); err != nil {
				t.Errorf("%s: want success, got %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, list(t, folder)); diff != "" {
				t.Errorf("%s: what is left: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestCleanFails: what cannot be removed would be published as a result.
func TestCleanFails(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "config_with_planner.yaml"), 0o750); err != nil {
		t.Fatal(err)
	}
	if clean(t, folder) == nil {
		t.Error("want a failure, since a result cannot be removed")
	}
}

func list(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := fs.ReadDir(os.DirFS(folder), ".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
