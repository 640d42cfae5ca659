package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	fakeregistry "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// An image is what a registry has under a digest once a package is pushed.
type image struct {
	// Package is its name in the registry.
	Package string
	// Platform that it is for, such as linux/arm64; empty for what Crossplane is told, whatever the platform.
	Platform string
	// Digest with its sha256: before it.
	Digest string
	// File that it was pushed from; empty for the index over several.
	File string
}

// reference is how people refer to an image.
func (i image) reference(version string) string { return registry + "/" + i.Package + ":" + version }

// push finds the digests that the packages will have, by pushing them to a registry in this process: how they are put
// together is the command line tool's business.
func push(ctx context.Context, r release, artifacts []artifact) ([]image, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot listen: %w", err)
	}
	server := &http.Server{Handler: fakeregistry.New(fakeregistry.Logger(log.New(io.Discard, "", 0))), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }() // until it is closed
	defer func() { _ = server.Close() }()

	var out []image
	files := map[string][]string{}
	for _, a := range artifacts {
		files[a.Package] = append(files[a.Package], a.Name)
	}
	for _, a := range artifacts {
		if a.Package == "" || files[a.Package] == nil {
			continue
		}
		images, err := pushPackage(ctx, r, l.Addr().String(), a.Package, files[a.Package])
		if err != nil {
			return nil, err
		}
		out = append(out, images...)
		delete(files, a.Package)
	}
	return out, nil
}

// pushPackage pushes one package, of one file or of one for each platform.
func pushPackage(ctx context.Context, r release, host, pkg string, files []string) ([]image, error) {
	args := []string{"xpkg", "push"}
	for _, f := range files {
		args = append(args, "--package-files="+filepath.Join(r.Dist, f))
	}
	tag := host + "/" + pkg + ":" + r.Version
	if out, err := exec.CommandContext(ctx, r.CLI, append(args, tag)...).CombinedOutput(); err != nil { //nolint:gosec // The tool is the caller's.
		return nil, fmt.Errorf("cannot push %s to find its digest: %w: %s", pkg, err, out)
	}
	ref, err := name.NewTag(tag)
	if err != nil {
		return nil, fmt.Errorf("cannot find the digest of %s: %w", pkg, err)
	}
	manifest, err := fetch(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("cannot find the digest of %s: %w", pkg, err)
	}
	return imagesOf(pkg, files, manifest)
}

// fetch reads a manifest from the registry.
func fetch(ctx context.Context, ref name.Tag) ([]byte, error) {
	url := "http://" + ref.RegistryStr() + "/v2/" + ref.RepositoryStr() + "/manifests/" + ref.TagStr()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot ask the registry: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("cannot ask the registry: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the registry answers %s: %s (%w)", response.Status, body, err)
	}
	return body, nil
}

// imagesOf is what a manifest makes known: its own digest, and where it is an index those of its platforms, which stand in it in the
// order of the files.
func imagesOf(pkg string, files []string, manifest []byte) ([]image, error) {
	sum := sha256.Sum256(manifest)
	whole := image{Package: pkg, Digest: "sha256:" + hex.EncodeToString(sum[:])}
	if len(files) == 1 {
		whole.File = files[0]
		return []image{whole}, nil
	}
	var index v1.IndexManifest
	if err := json.Unmarshal(manifest, &index); err != nil {
		return nil, fmt.Errorf("cannot read the index of %s: %w", pkg, err)
	}
	if len(index.Manifests) != len(files) {
		return nil, fmt.Errorf("the index of %s has %d images for %d files", pkg, len(index.Manifests), len(files))
	}
	out := []image{whole}
	for i, m := range index.Manifests {
		out = append(out, image{Package: pkg, Platform: m.Platform.String(), Digest: m.Digest.String(), File: files[i]})
	}
	return out, nil
}

// digestList is a line for each image: digest, reference, and platform.
func digestList(version string, images []image) []byte {
	var b bytes.Buffer
	b.WriteString("# What a registry has once the packages are pushed: digest, reference, and the platform of an image that is one of several.\n")
	for _, i := range images {
		b.WriteString(strings.TrimSpace(i.Digest+" "+i.reference(version)+" "+i.Platform) + "\n")
	}
	return b.Bytes()
}
