package main

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

const (
	// entrypoint is where the binary lies in the image, the path that Crossplane's function template uses.
	entrypoint = "/function"
	// nonroot is the user and group id that distroless images call nonroot.
	nonroot = "65532"
	// port is where a Crossplane function serves gRPC, fixed by the function specification.
	port = "9443/tcp"
)

// Without these two files a program that looks up its own user or group fails. The entries are those of distroless images.
const (
	passwd = "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:" + nonroot + ":" + nonroot + ":nonroot:/home/nonroot:/sbin/nologin\n"
	group  = "root:x:0:\nnonroot:x:" + nonroot + ":\n"
)

// A spec says what goes into an image.
type spec struct {
	// Binary is the path of the static binary.
	Binary string
	// Platform is OS/ARCHITECTURE, such as linux/arm64.
	Platform string
	// Labels of the image.
	Labels map[string]string
}

// addLabel parses KEY=VALUE into labels.
func addLabel(labels map[string]string, s string) error {
	k, v, ok := strings.Cut(s, "=")
	if !ok || k == "" {
		return fmt.Errorf("label %q is not KEY=VALUE", s)
	}
	labels[k] = v
	return nil
}

// build returns the image of s: one layer, no base.
func build(s spec) (v1.Image, error) {
	platform, err := v1.ParsePlatform(s.Platform)
	if err != nil {
		return nil, fmt.Errorf("cannot parse --platform %q: %w", s.Platform, err)
	}
	binary, err := os.ReadFile(s.Binary)
	if err != nil {
		return nil, fmt.Errorf("cannot read --binary: %w", err)
	}
	if err := checkBinary(binary, platform.Architecture); err != nil {
		return nil, fmt.Errorf("cannot use --binary %q: %w", s.Binary, err)
	}
	layer, err := layer(binary)
	if err != nil {
		return nil, err
	}
	img, err := mutate.ConfigFile(empty.Image, config(*platform, s.Labels))
	if err != nil {
		return nil, fmt.Errorf("cannot set the image's configuration: %w", err)
	}
	img, err = mutate.Append(img, mutate.Addendum{Layer: layer, History: v1.History{Created: epoch(), CreatedBy: "tools/image"}})
	if err != nil {
		return nil, fmt.Errorf("cannot add the image's layer: %w", err)
	}
	return img, nil
}

// config is what runs, as whom and where. OCI calls it the image configuration.
func config(platform v1.Platform, labels map[string]string) *v1.ConfigFile {
	return &v1.ConfigFile{
		Architecture: platform.Architecture,
		Variant:      platform.Variant,
		OS:           platform.OS,
		Created:      epoch(),
		RootFS:       v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint:   []string{entrypoint},
			Env:          []string{"PATH=/"},
			ExposedPorts: map[string]struct{}{port: {}},
			Labels:       labels,
			User:         nonroot,
			WorkingDir:   "/",
		},
	}
}

// epoch is the time of everything in the image, so that the time of the build does not show.
func epoch() v1.Time { return v1.Time{Time: time.Unix(0, 0).UTC()} }

// machines are the ELF machines of the architectures that we publish, by their names in Go.
func machines() map[string]elf.Machine {
	return map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
}

// checkBinary refuses a binary that could not start in the image: one of another architecture, or one that needs a dynamic
// linker, which an image without a base does not have.
func checkBinary(binary []byte, architecture string) error {
	want, ok := machines()[architecture]
	if !ok {
		return fmt.Errorf("architecture %q is not supported: use amd64 or arm64", architecture)
	}
	f, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return fmt.Errorf("not a Linux executable: %w", err)
	}
	if f.Machine != want {
		return fmt.Errorf("built for %s, not for %s: set GOARCH=%s", f.Machine, want, architecture)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return errors.New("dynamically linked: build it with CGO_ENABLED=0")
		}
	}
	return nil
}

// layer holds the binary and the files that a base image would bring.
func layer(binary []byte) (v1.Layer, error) {
	files := []struct {
		header  tar.Header
		content []byte
	}{
		{header: tar.Header{Typeflag: tar.TypeDir, Name: "etc/", Mode: 0o755}},
		{header: tar.Header{Typeflag: tar.TypeReg, Name: "etc/group", Mode: 0o644}, content: []byte(group)},
		{header: tar.Header{Typeflag: tar.TypeReg, Name: "etc/passwd", Mode: 0o644}, content: []byte(passwd)},
		{header: tar.Header{Typeflag: tar.TypeReg, Name: entrypoint[1:], Mode: 0o755}, content: binary},
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		f.header.Format = tar.FormatUSTAR
		f.header.ModTime = epoch().Time
		f.header.Size = int64(len(f.content))
		if err := w.WriteHeader(&f.header); err != nil {
			return nil, fmt.Errorf("cannot write the header of %q: %w", f.header.Name, err)
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, fmt.Errorf("cannot write %q: %w", f.header.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("cannot finish the layer: %w", err)
	}
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
	if err != nil {
		return nil, fmt.Errorf("cannot compress the layer: %w", err)
	}
	return l, nil
}
