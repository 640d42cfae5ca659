package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdxlib"
)

// someRelease is one whose files tests describe.
func someRelease() release {
	return release{
		Root:    root,
		Version: "v0.1.0",
		Commit:  "0123456789abcdef0123456789abcdef01234567",
		Time:    time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC),
		Builder: "https://ci.example.org/builder",
	}
}

// someBuild is what Go says of a program with modules of each sort: as they are, of another place, of this repository.
func someBuild() *debug.BuildInfo {
	return &debug.BuildInfo{
		GoVersion: "go1.26.8",
		Path:      module + "/cmd/xdynamo",
		Main:      debug.Module{Path: module + "/cmd/xdynamo", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: "example.org/plain", Version: "v1.2.3"},
			{Path: "k8s.io/kubelet", Version: "v0.0.0", Replace: &debug.Module{Path: "k8s.io/kubelet", Version: "v0.36.2"}},
			{Path: module, Version: "v0.0.0", Replace: &debug.Module{Path: "../.."}},
		},
		Settings: []debug.BuildSetting{{Key: "-trimpath", Value: "true"}, {Key: "GOARCH", Value: "amd64"}},
	}
}

// someDigest is that of any file.
const someDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// someArtifacts are one of each sort.
func someArtifacts() map[string]artifact {
	return map[string]artifact{
		"command":       {Name: "xdynamo-linux-amd64", Digest: someDigest, Build: someBuild()},
		"function":      {Name: "function-dynamo-amd64.xpkg", Package: "function-dynamo", Digest: someDigest, Build: someBuild()},
		"configuration": {Name: "configuration-dynamo.xpkg", Package: "configuration-dynamo", Digest: someDigest},
	}
}

// compareGolden compares with the file of that name in testdata, or rewrites it (UPDATE_GOLDEN=1).
func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, got, filePermissions); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: -want, +got:\n%s", name, diff)
	}
}

func TestSBOM(t *testing.T) {
	for name, a := range someArtifacts() {
		t.Run(name, func(t *testing.T) {
			got, err := sbom(someRelease(), a)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, name+sbomSuffix, got)

			document, err := json.Read(bytes.NewReader(got))
			if err != nil {
				t.Fatalf("it is no SPDX document: %v", err)
			}
			if err := spdxlib.ValidateDocument(document); err != nil {
				t.Errorf("it is no valid SPDX document: %v", err)
			}
			seen := map[string]bool{}
			for _, p := range document.Packages {
				if seen[string(p.PackageSPDXIdentifier)] {
					t.Errorf("two packages are called %s", p.PackageSPDXIdentifier)
				}
				seen[string(p.PackageSPDXIdentifier)] = true
			}
		})
	}
}

func TestElementID(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Module": {reason: "letters, numbers, dots and hyphens are what SPDX takes", args: "sigs.k8s.io/yaml-v1.6.0", want: "go-sigs.k8s.io-yaml-v1.6.0"},
		"Pseudo": {reason: "and no tildes or plus signs", args: "a.b/c_d/v2+incompatible~x", want: "go-a.b-c-d-v2-incompatible-x"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, string(elementID("go", tc.args))); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
