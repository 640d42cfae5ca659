package version

import (
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// built is what Go knows of a build with the given settings, keys and values.
func built(version string, settings ...string) *debug.BuildInfo {
	info := &debug.BuildInfo{Main: debug.Module{Version: version}}
	for i := 0; i < len(settings); i += 2 {
		info.Settings = append(info.Settings, debug.BuildSetting{Key: settings[i], Value: settings[i+1]})
	}
	return info
}

func TestDescribe(t *testing.T) {
	type args struct {
		release, commit string
		info            *debug.BuildInfo
	}
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"Release": {
			reason: "a release is what make says, whatever Go thinks of the working tree",
			args:   args{"v0.1.0", "0123", built("v0.0.0-2026", "vcs.revision", "4567")},
			want:   "v0.1.0, commit 0123",
		},
		"Make": {
			reason: "make build gives the commit alone",
			args:   args{"", "0123-dirty", built("(devel)")},
			want:   "devel, commit 0123-dirty",
		},
		"WorkingTree": {
			reason: "what go build makes in a clone is of its commit; the version that Go computes of that is no release",
			args:   args{"", "", built("v0.0.0-20261128-0123", "vcs.revision", "0123", "vcs.modified", "false")},
			want:   "devel, commit 0123",
		},
		"ChangedWorkingTree": {
			reason: "a change that is not committed shows",
			args:   args{"", "", built("(devel)", "vcs.revision", "0123", "vcs.modified", "true")},
			want:   "devel, commit 0123-dirty",
		},
		"Installed": {
			reason: "go install of a version has no commit, and a module's version",
			args:   args{"", "", built("v0.1.0")},
			want:   "v0.1.0",
		},
		"NoRepository": {
			reason: "of an unpacked archive nothing is known",
			args:   args{"", "", built("(devel)")},
			want:   "devel",
		},
		"NoBuildInfo": {
			reason: "other build systems leave nothing behind",
			args:   args{"", "", &debug.BuildInfo{}},
			want:   "devel",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, describe(tc.args.release, tc.args.commit, tc.args.info)); diff != "" {
				t.Errorf("%s: describe(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestString(t *testing.T) {
	release, commit = "v1.2.3", "0123"
	t.Cleanup(func() { release, commit = "", "" })
	if diff := cmp.Diff("v1.2.3, commit 0123", String()); diff != "" {
		t.Errorf("String(): -want, +got:\n%s", diff)
	}
}
