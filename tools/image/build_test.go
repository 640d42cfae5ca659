package main

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// executable returns the smallest ELF file that the checks need: a header and one program header of the given type.
func executable(t *testing.T, machine elf.Machine, segment elf.ProgType) []byte {
	t.Helper()
	const headerSize, progSize = 64, 56
	var b bytes.Buffer
	header := elf.Header64{
		Ident:     [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:      uint16(elf.ET_EXEC),
		Machine:   uint16(machine),
		Version:   uint32(elf.EV_CURRENT),
		Phoff:     headerSize,
		Ehsize:    headerSize,
		Phentsize: progSize,
		Phnum:     1,
	}
	for _, part := range []any{header, elf.Prog64{Type: uint32(segment)}} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func writeFile(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "binary")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestConfig(t *testing.T) {
	cases := map[string]struct {
		reason   string
		machine  elf.Machine
		platform string
		want     v1.Platform
	}{
		"AMD64": {reason: "the platform is the one asked for", machine: elf.EM_X86_64, platform: "linux/amd64", want: v1.Platform{OS: "linux", Architecture: "amd64"}},
		"ARM64": {reason: "the platform is the one asked for, not the builder's", machine: elf.EM_AARCH64, platform: "linux/arm64", want: v1.Platform{OS: "linux", Architecture: "arm64"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			img, err := build(spec{
				Binary:   writeFile(t, executable(t, tc.machine, elf.PT_LOAD)),
				Platform: tc.platform,
				Labels:   map[string]string{"a": "b"},
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := img.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, *got.Platform()); diff != "" {
				t.Errorf("%s: platform: -want, +got:\n%s", tc.reason, diff)
			}
			wantConfig := v1.Config{
				Entrypoint:   []string{"/function"},
				Env:          []string{"PATH=/"},
				ExposedPorts: map[string]struct{}{"9443/tcp": {}},
				Labels:       map[string]string{"a": "b"},
				User:         "65532",
				WorkingDir:   "/",
			}
			if diff := cmp.Diff(wantConfig, got.Config); diff != "" {
				t.Errorf("%s: config: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// A file is what a test compares of a layer's entry.
type file struct {
	Name    string
	Mode    int64
	UID     int
	ModTime time.Time
	Content string
}

func files(t *testing.T, img v1.Image) []file {
	t.Helper()
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	var got []file
	for _, l := range layers {
		content, err := l.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, entries(t, content)...)
	}
	return got
}

func entries(t *testing.T, content io.ReadCloser) []file {
	t.Helper()
	defer content.Close()
	var got []file
	for r := tar.NewReader(content); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, file{Name: h.Name, Mode: h.Mode, UID: h.Uid, ModTime: h.ModTime.UTC(), Content: string(b)})
	}
}

func TestFiles(t *testing.T) {
	program := executable(t, elf.EM_X86_64, elf.PT_LOAD)
	img, err := build(spec{Binary: writeFile(t, program), Platform: "linux/amd64"})
	if err != nil {
		t.Fatal(err)
	}
	epoch := time.Unix(0, 0).UTC()
	want := []file{
		{Name: "etc/", Mode: 0o755, ModTime: epoch},
		{Name: "etc/group", Mode: 0o644, ModTime: epoch, Content: "root:x:0:\nnonroot:x:65532:\n"},
		{Name: "etc/passwd", Mode: 0o644, ModTime: epoch, Content: "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"},
		{Name: "function", Mode: 0o755, ModTime: epoch, Content: string(program)},
	}
	if diff := cmp.Diff(want, files(t, img)); diff != "" {
		t.Errorf("files: -want, +got:\n%s", diff)
	}
}

func TestDeterministic(t *testing.T) {
	program := executable(t, elf.EM_AARCH64, elf.PT_LOAD)
	tarballs := make([][]byte, 2)
	for i := range tarballs {
		// Both the binary and the tarball lie elsewhere the second time, and are written later.
		out := filepath.Join(t.TempDir(), "image.tar")
		err := run([]string{"-binary", writeFile(t, program), "-platform", "linux/arm64", "-tag", "example:1", "-out", out, "-label", "b=2", "-label", "a=1"})
		if err != nil {
			t.Fatal(err)
		}
		if tarballs[i], err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(tarballs[0], tarballs[1]) {
		t.Errorf("two builds differ: %d and %d bytes", len(tarballs[0]), len(tarballs[1]))
	}
}

func TestTarball(t *testing.T) {
	program := executable(t, elf.EM_X86_64, elf.PT_LOAD)
	out := filepath.Join(t.TempDir(), "image.tar")
	if err := run([]string{"-binary", writeFile(t, program), "-tag", "example:1", "-out", out}); err != nil {
		t.Fatal(err)
	}
	img, err := tarball.ImageFromPath(out, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"etc/", "etc/group", "etc/passwd", "function"}
	var got []string
	for _, f := range files(t, img) {
		got = append(got, f.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files read back from the tarball: -want, +got:\n%s", diff)
	}
}

func TestErrors(t *testing.T) {
	amd64 := writeFile(t, executable(t, elf.EM_X86_64, elf.PT_LOAD))
	out := filepath.Join(t.TempDir(), "image.tar")
	cases := map[string]struct {
		reason string
		args   []string
		want   string
	}{
		"OtherArchitecture": {
			reason: "a binary of another architecture would only fail when a pod starts",
			args:   []string{"-binary", amd64, "-platform", "linux/arm64", "-tag", "example:1", "-out", out},
			want:   "set GOARCH=arm64",
		},
		"Dynamic": {
			reason: "a binary with an interpreter cannot start without a base image",
			args:   []string{"-binary", writeFile(t, executable(t, elf.EM_X86_64, elf.PT_INTERP)), "-tag", "example:1", "-out", out},
			want:   "build it with CGO_ENABLED=0",
		},
		"NotELF": {
			reason: "a script cannot start without a shell",
			args:   []string{"-binary", writeFile(t, []byte("#!/bin/sh")), "-tag", "example:1", "-out", out},
			want:   "not a Linux executable",
		},
		"UnsupportedArchitecture": {
			reason: "architectures that we do not check are refused",
			args:   []string{"-binary", amd64, "-platform", "linux/s390x", "-tag", "example:1", "-out", out},
			want:   `architecture "s390x" is not supported`,
		},
		"NoBinary": {
			reason: "the missing file is named",
			args:   []string{"-binary", filepath.Join(t.TempDir(), "absent"), "-tag", "example:1", "-out", out},
			want:   "cannot read --binary",
		},
		"BadPlatform": {
			reason: "the bad platform is named",
			args:   []string{"-binary", amd64, "-platform", "a/b/c/d", "-tag", "example:1", "-out", out},
			want:   `cannot parse --platform "a/b/c/d"`,
		},
		"NoTag":    {reason: "a tarball without a tag cannot be loaded by name", args: []string{"-binary", amd64, "-out", out}, want: "cannot use --tag"},
		"NoOut":    {reason: "the output path is needed", args: []string{"-binary", amd64, "-tag", "example:1"}, want: "cannot write --out"},
		"BadLabel": {reason: "a label needs a key", args: []string{"-label", "=v"}, want: "is not KEY=VALUE"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := run(tc.args)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: run(...): want an error with %q, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

func TestAddLabel(t *testing.T) {
	got := map[string]string{}
	for _, s := range []string{"a=1", "b=x=y", "a=2", "c="} {
		if err := addLabel(got, s); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"a": "2", "b": "x=y", "c": ""}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("addLabel(...): -want, +got:\n%s", diff)
	}
}
