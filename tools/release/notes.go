package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// changelog is where the notes of all releases stand, in the form of keepachangelog.com.
const changelog = "CHANGELOG.md"

// Lines of a changelog: the heading of a version, and where the links in such headings lead to.
var (
	heading    = regexp.MustCompile(`^## +\[?([^]\s]+)`)
	definition = regexp.MustCompile(`^\[[^]]+\]: *\S`)
)

// notes are those of a version; empty where the repository has no changelog.
func notes(root, version string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(root, changelog))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("cannot read the release notes: %w", err)
	}
	section, found := section(string(raw), version)
	if !found {
		return "", fmt.Errorf("%s has no section of %s: give its notes there first, below ## [%s]", changelog, version, version)
	}
	return section, nil
}

// section is what stands below the heading of a version, which may leave out the v.
func section(text, version string) (string, bool) {
	var lines []string
	found := false
	for line := range strings.Lines(text) {
		if m := heading.FindStringSubmatch(line); m != nil {
			if found {
				break
			}
			found = "v"+strings.TrimPrefix(m[1], "v") == version
			continue
		}
		if found && !definition.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "")), found
}
