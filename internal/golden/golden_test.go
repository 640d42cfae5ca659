package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type pet struct {
	Name string `json:"name"`
	Legs int    `json:"legs"`
}

// recorder is a test that notes what it is failed with.
type recorder struct {
	testing.TB

	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestAssert(t *testing.T) {
	type want struct {
		// failures has a part of the text of each failure.
		failures []string
		// file is the golden file afterwards; empty for none.
		file string
	}
	cat, bird := "legs: 4\nname: cat\n", "legs: 2\nname: bird\n"

	cases := map[string]struct {
		reason string
		file   string
		update string
		got    any
		want   want
	}{
		"Same": {
			reason: "What equals its file passes",
			file:   cat,
			got:    pet{Name: "cat", Legs: 4},
			want:   want{file: cat},
		},
		"Different": {
			reason: "What differs fails with the difference, and leaves the file alone",
			file:   cat,
			got:    pet{Name: "bird", Legs: 2},
			want:   want{file: cat, failures: []string{"bird"}},
		},
		"Missing": {
			reason: "A missing file is no excuse",
			got:    pet{Name: "cat", Legs: 4},
			want:   want{failures: []string{"make golden"}},
		},
		"NoYAML": {
			reason: "What cannot be written fails",
			file:   cat,
			got:    func() {},
			want:   want{file: cat, failures: []string{"cannot write func()"}},
		},
		"Update": {
			reason: "With the variable set the file is rewritten",
			file:   cat,
			update: "1",
			got:    pet{Name: "bird", Legs: 2},
			want:   want{file: bird},
		},
		"UpdateMissing": {
			reason: "With the variable set a missing file is written, its folder too",
			update: "1",
			got:    pet{Name: "bird", Legs: 2},
			want:   want{file: bird},
		},
		"UpdateOtherValue": {
			reason: "Only 1 turns rewriting on",
			file:   cat,
			update: "0",
			got:    pet{Name: "bird", Legs: 2},
			want:   want{file: cat, failures: []string{"bird"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv(UpdateVariable, tc.update)
			path := filepath.Join(folder, "pet.yaml")
			if tc.file != "" {
				if err := write(path, []byte(tc.file)); err != nil {
					t.Fatal(err)
				}
			}

			r := &recorder{TB: t}
			Assert(r, "pet", tc.got)

			if len(r.failures) != len(tc.want.failures) {
				t.Fatalf("%s: got failures %q, want %d", tc.reason, r.failures, len(tc.want.failures))
			}
			for i, part := range tc.want.failures {
				if !strings.Contains(r.failures[i], part) {
					t.Errorf("%s: failure %q does not say %q", tc.reason, r.failures[i], part)
				}
			}
			file, err := os.ReadFile(path)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want.file, string(file)); diff != "" {
				t.Errorf("%s: file (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWriteFails(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("testdata", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(UpdateVariable, "1")
	r := &recorder{TB: t}
	Assert(r, "pet", pet{})
	if len(r.failures) != 1 {
		t.Errorf("a folder that cannot be made fails the test once, got %q", r.failures)
	}
}
