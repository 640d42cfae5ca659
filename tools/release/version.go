package main

import (
	"fmt"
	"path"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// check says why a version cannot be released; nil where it can.
func check(root, version string) error {
	v, err := parseVersion(version)
	if err != nil {
		return err
	}
	if _, err := notes(root, version); err != nil {
		return err
	}
	for _, folder := range folders() {
		m, err := readMeta(root, folder)
		if err != nil {
			return err
		}
		if err := checkDependencies(m, v); err != nil {
			return fmt.Errorf("package/%s/crossplane.yaml: %w", folder, err)
		}
	}
	return nil
}

// parseVersion takes what semver.org does, with a v before it and without build metadata, which no tag of a registry can have.
func parseVersion(version string) (*semver.Version, error) {
	number, found := strings.CutPrefix(version, "v")
	if !found {
		return nil, fmt.Errorf("VERSION %q is no semantic version with a v before it: give one such as v0.1.0", version)
	}
	v, err := semver.StrictNewVersion(number)
	if err != nil {
		return nil, fmt.Errorf("VERSION %q is no semantic version, %w: give one such as v0.1.0", version, err)
	}
	if v.Metadata() != "" {
		return nil, fmt.Errorf("VERSION %q has build metadata, which the tags of a registry cannot have: leave out +%s", version, v.Metadata())
	}
	return v, nil
}

// checkDependencies refuses a release whose packages Crossplane would not install together.
func checkDependencies(m meta, v *semver.Version) error {
	for i, d := range m.Spec.DependsOn {
		if path.Dir(d.Package) != registry {
			continue
		}
		at := fmt.Sprintf("spec.dependsOn[%d].version", i)
		accepted, err := semver.NewConstraint(d.Version)
		if err != nil {
			return fmt.Errorf("%s: %q: %w", at, d.Version, err)
		}
		if accepted.Check(v) {
			continue
		}
		return fmt.Errorf("%s: %q does not take v%s, so the packages of the release could not be installed together: move it there first", at, d.Version, v)
	}
	return nil
}
