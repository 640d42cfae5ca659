package programs

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recorder is a test whose end is written down.
type recorder struct {
	testing.TB

	skipped, failed string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.failed = fmt.Sprintf(format, args...) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, args ...any) {
	r.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// find calls Find as a test would, which may end there.
func find(name string) (string, *recorder) {
	r := &recorder{}
	path := ""
	done := make(chan struct{})
	go func() {
		defer close(done)
		path = Find(r, name, "that it works")
	}()
	<-done
	return path, r
}

func TestFind(t *testing.T) {
	type want struct {
		Path, Skipped, Failed, Remembered string
	}
	cases := map[string]struct {
		reason string
		args   string
		want   want
	}{
		"There": {reason: "a program in the path is found, and nothing is remembered", args: "ssh", want: want{Path: "bin/ssh"}},
		"Missing": {
			reason: "a test without its program is skipped and remembered",
			args:   "python3",
			want: want{
				Skipped:    "python3 is missing (Debian: python3): not tested: that it works",
				Remembered: "before\npython3 (Debian: python3)\tthat it works\n",
			},
		},
		"Unknown": {
			reason: "a program is named with what brings it",
			args:   "nothing-of-this-name",
			want:   want{Failed: `programs: "nothing-of-this-name" is missing, and nothing says what brings it: add it to the packages`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "bin", "ssh"), "#!/bin/sh\n")
			file := filepath.Join(dir, "untested")
			t.Setenv("PATH", filepath.Join(dir, "bin"))
			t.Setenv(variable, file)
			if tc.want.Remembered != "" {
				write(t, file, "before\n")
			}

			path, r := find(tc.args)

			if path != "" {
				path, _ = filepath.Rel(dir, path)
			}
			got := want{Path: path, Skipped: r.skipped, Failed: r.failed, Remembered: read(file)}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nFind(%q): -want, +got:\n%s", tc.reason, tc.args, diff)
			}
		})
	}
}

// TestFindForgetful: tests run without hack/test, too, and the file may be bad.
func TestFindForgetful(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for file, failed := range map[string]bool{"": false, filepath.Join(t.TempDir(), "no", "folder"): true} {
		t.Setenv(variable, file)
		if _, r := find("python3"); (r.failed != "") != failed || r.skipped == "" {
			t.Errorf("Find(...) with %s=%q: want a skipped test, failed %t; got %+v", variable, file, failed, r)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// read is a file's content, empty where there is none.
func read(path string) string {
	raw, _ := os.ReadFile(path)
	return string(raw)
}
