package main

import (
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"
)

// root of the repository.
const root = "../.."

// wantError fails unless an error says what is wanted; empty for none.
func wantError(t *testing.T, reason, want string, err error) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: want no error, got: %v", reason, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: want an error with %q, got: %v", reason, want, err)
	}
}

func TestParseVersion(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Release":     {reason: "an ordinary release", args: "v0.1.0"},
		"PreRelease":  {reason: "a candidate for one", args: "v1.20.3-rc.1"},
		"NoV":         {reason: "tags of this project and of Go modules begin with v", args: "0.1.0", want: `VERSION "0.1.0" is no semantic version with a v before it`},
		"Short":       {reason: "a version has three numbers", args: "v0.1", want: `VERSION "v0.1" is no semantic version`},
		"LeadingZero": {reason: "numbers have no zero before them", args: "v0.01.0", want: "is no semantic version"},
		"Empty":       {reason: "nobody has said one", args: "", want: "give one such as v0.1.0"},
		"Devel":       {reason: "what the commands say of themselves otherwise", args: "devel", want: "is no semantic version"},
		"Metadata":    {reason: "a tag of a registry has no plus sign", args: "v0.1.0+linux", want: "leave out +linux"},
		"Command":     {reason: "the version goes into commands", args: "v0.1.0;reboot", want: "is no semantic version"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := parseVersion(tc.args)
			wantError(t, tc.reason, tc.want, err)
		})
	}
}

func TestCheckDependencies(t *testing.T) {
	type args struct {
		pkg, accepted, version string
	}
	ours := registry + "/function-dynamo"
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"InRange":      {reason: "the packages of a release go together", args: args{ours, ">=v0.1.0, <v0.2.0", "0.1.7"}},
		"AboveRange":   {reason: "the upper bound is moved before a release, not forgotten", args: args{ours, ">=v0.1.0, <v0.2.0", "0.2.0"}, want: "spec.dependsOn[0].version"},
		"BelowRange":   {reason: "nor can the packages need a later release", args: args{ours, ">=v0.2.0, <v0.3.0", "0.1.7"}, want: "does not take v0.1.7"},
		"PreRelease":   {reason: "Crossplane takes a candidate only where the range names one", args: args{ours, ">=v0.1.0, <v0.2.0", "0.1.0-rc.1"}, want: "does not take v0.1.0-rc.1"},
		"NoRange":      {reason: "Crossplane would not take it either", args: args{ours, "latest", "0.1.0"}, want: `"latest"`},
		"OtherProject": {reason: "other projects have versions of their own", args: args{"xpkg.crossplane.io/crossplane/function-auto-ready", ">=v0.5.0", "0.1.0"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var m meta
			m.Spec.DependsOn = []dependency{{Package: tc.args.pkg, Version: tc.args.accepted}}
			wantError(t, tc.reason, tc.want, checkDependencies(m, semver.MustParse(tc.args.version)))
		})
	}
}

func TestCheck(t *testing.T) {
	wantError(t, "the first release of this repository", "", check(root, "v0.1.0"))
	wantError(t, "the upper bound of dependsOn", "move it there first", checkWithNotes(t, "v99.0.0"))
	wantError(t, "no version", "is no semantic version", check(root, "first"))
}

// checkWithNotes checks the repository's packages as if the changelog had the version.
func checkWithNotes(t *testing.T, version string) error {
	t.Helper()
	dir := t.TempDir()
	for _, folder := range folders() {
		if err := copyPackage(root+"/package/"+folder, dir+"/package/"+folder); err != nil {
			t.Fatal(err)
		}
	}
	return check(dir, version)
}
