package main

import (
	"archive/tar"
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// An artifact is a file that people get: a package or a command.
type artifact struct {
	// Name of the file.
	Name string
	// Digest is its SHA-256, in hexadecimal.
	Digest string
	// Package is its name in the registry; empty for a command.
	Package string
	// Build is what Go says of the program that it is or holds; nil for a package that holds none.
	Build *debug.BuildInfo
}

// Files that are published.
var (
	packageFile = regexp.MustCompile(`^([a-z-]+?)(-amd64|-arm64)?\.xpkg$`)
	commandFile = regexp.MustCompile(`^(function-dynamo|xdynamo)-(linux|darwin|windows)-(amd64|arm64)(\.exe)?$`)
)

// readArtifacts reads those of a folder, sorted by name. It refuses other files, so that nothing is published by mistake.
func readArtifacts(dist string) ([]artifact, error) {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return nil, fmt.Errorf("cannot list what is released: %w", err)
	}
	var out []artifact
	for _, e := range entries {
		a, err := readArtifact(filepath.Join(dist, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s is empty: build packages and commands first", dist)
	}
	return out, nil
}

func readArtifact(path string) (artifact, error) {
	a := artifact{Name: filepath.Base(path)}
	m := packageFile.FindStringSubmatch(a.Name)
	if m == nil && !commandFile.MatchString(a.Name) {
		return a, errors.New("neither a package nor a command: what is published is packages and commands")
	}
	var err error
	if a.Digest, err = fileDigest(path); err != nil {
		return a, err
	}
	if m == nil {
		a.Build, err = buildinfo.ReadFile(path)
	} else {
		a.Package = m[1]
		a.Build, err = readProgram(path)
	}
	if err != nil {
		return a, fmt.Errorf("cannot read how it was built: %w", err)
	}
	return a, nil
}

// readProgram reads how the program was built that a package runs; nil for one that runs none.
func readProgram(path string) (*debug.BuildInfo, error) {
	image, err := tarball.ImageFromPath(path, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot read the package: %w", err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("cannot read the package: %w", err)
	}
	if len(config.Config.Entrypoint) == 0 {
		return nil, nil //nolint:nilnil // No program, and no fault.
	}
	content := mutate.Extract(image)
	defer func() { _ = content.Close() }()
	program, err := find(content, strings.TrimPrefix(config.Config.Entrypoint[0], "/"))
	if err != nil {
		return nil, err
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return nil, fmt.Errorf("cannot read its program: %w", err)
	}
	return info, nil
}

// find returns the content of one file of an archive.
func find(archive io.Reader, name string) ([]byte, error) {
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		if err != nil {
			return nil, fmt.Errorf("cannot find %s in the package: %w", name, err)
		}
		if strings.TrimPrefix(h.Name, "/") != name {
			continue
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s of the package: %w", name, err)
		}
		return content, nil
	}
}
