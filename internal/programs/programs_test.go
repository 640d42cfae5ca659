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

// record calls what ends a test, perhaps.
func record(f func(testing.TB)) *recorder {
	r := &recorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
	return r
}

func search(name string) (string, *recorder) {
	path := ""
	r := record(func(tb testing.TB) {
		tb.Helper()
		path = Find(tb, name, "that it works")
	})
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
				Skipped:    "missing: python3 (Debian: python3): not tested: that it works",
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

			path, r := search(tc.args)

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
		if _, r := search("python3"); (r.failed != "") != failed || r.skipped == "" {
			t.Errorf("Find(...) with %s=%q: want a skipped test, failed %t; got %+v", variable, file, failed, r)
		}
	}
}

func TestNeed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "ssh"), "#!/bin/sh\n")
	t.Setenv("PATH", dir)
	t.Setenv(variable, "") // Nothing of this is left untested.
	cases := map[string]struct {
		reason string
		args   []string
		want   string
	}{
		"Nothing": {reason: "a test that needs nothing is run"},
		"There":   {reason: "as is one whose programs are there", args: []string{"ssh"}},
		"Missing": {
			reason: "all that is missing is named",
			args:   []string{"python3", "ssh", "PyYAML"},
			want:   "missing: python3 (Debian: python3), PyYAML (Debian: python3-yaml): not tested: that it works",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := record(func(tb testing.TB) {
				tb.Helper()
				Need(tb, "that it works", tc.args...)
			})
			if diff := cmp.Diff(tc.want, got.skipped); diff != "" || got.failed != "" {
				t.Errorf("\n%s\nNeed(...): failed %q, -want, +got:\n%s", tc.reason, got.failed, diff)
			}
		})
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
