// Package version tells which release a command is, and of which commit it was made.
package version

import (
	"runtime/debug"
	"strings"
)

// devel is the version of what is no release.
const devel = "devel"

// What the Makefile has the linker set: a release and its commit. Go itself could stamp both, but then the bytes of a release
// would depend on which tags a clone has.
//
//nolint:gochecknoglobals // The linker sets variables alone.
var (
	release string
	commit  string
)

// String is the version, and the commit where it is known: "v0.1.0, commit 0123456".
func String() string {
	info, found := debug.ReadBuildInfo()
	if !found {
		info = &debug.BuildInfo{}
	}
	return describe(release, commit, info)
}

// describe is String of a build. What the linker was given goes before what Go knows: the version of a module that somebody
// installs from a proxy, or the commit of a working tree.
func describe(release, commit string, info *debug.BuildInfo) string {
	if commit == "" {
		commit = revision(info)
	}
	if release == "" && commit == "" {
		release = strings.Trim(info.Main.Version, "()")
	}
	if release == "" {
		release = devel
	}
	if commit == "" {
		return release
	}
	return release + ", commit " + commit
}

// revision is the commit of the working tree that Go built in; empty where it does not know.
func revision(info *debug.BuildInfo) string {
	var commit, suffix string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			suffix = "-dirty"
		}
	}
	if commit == "" {
		return ""
	}
	return commit + suffix
}
