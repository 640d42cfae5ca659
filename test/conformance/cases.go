// Package conformance compares what we render with the objects that the Dynamo
// operator makes of the same manifests.
package conformance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
)

// Folders of cases, by the settings that the expected objects were made with.
const (
	// FolderDefault has published manifests, without any settings.
	FolderDefault = "default"
	// FolderOwn has manifests written for this project, without any settings.
	FolderOwn = "own"
	// FolderPlatform has published manifests, with the settings of a site.
	FolderPlatform = "platform"
	// FolderV1Beta1 has published manifests in version v1beta1, without any settings.
	FolderV1Beta1 = "v1beta1"
	// FolderRequest has published requests of v1alpha1, with the Jobs of the operator
	// that served them, and the services that it takes for given in each namespace.
	FolderRequest = "request/legacy"
	// FolderRequestCurrent has published requests of v1beta1, with the Jobs of the
	// operator that serves them, in a cluster with one node that has GPUs.
	FolderRequestCurrent = "request/current"
)

// Folders returns all folders of cases.
func Folders() []string {
	return []string{FolderDefault, FolderOwn, FolderPlatform, FolderV1Beta1, FolderRequest, FolderRequestCurrent}
}

// Case is a manifest and the objects that the operator makes of it.
type Case struct {
	Name   string
	Folder string
	// Input and Expected are YAML streams.
	Input, Expected []byte
	// Features that the manifest uses, each with the services that use it.
	Features map[Feature][]string
}

// ID tells the case from all others: folder/name.
func (c Case) ID() string {
	return c.Folder + "/" + c.Name
}

// Discover returns the cases below root, which are the folders
// root/FOLDER/NAME with input.yaml and expected.yaml in them, sorted by ID.
// A root that lacks one of the folders has no cases of it.
func Discover(root string) ([]Case, error) {
	var out []Case
	for _, folder := range Folders() {
		names, err := os.ReadDir(filepath.Join(root, folder))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("cannot list cases: %w", err)
		}
		for _, n := range names {
			c, err := load(root, folder, n.Name())
			if err != nil {
				return nil, fmt.Errorf("case %s/%s: %w", folder, n.Name(), err)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func load(root, folder, name string) (Case, error) {
	c := Case{Name: name, Folder: folder}
	var err error
	if c.Input, err = os.ReadFile(filepath.Join(root, folder, name, "input.yaml")); err != nil {
		return Case{}, fmt.Errorf("cannot read manifest: %w", err)
	}
	if c.Expected, err = os.ReadFile(filepath.Join(root, folder, name, "expected.yaml")); err != nil {
		return Case{}, fmt.Errorf("cannot read expected objects: %w", err)
	}
	manifests, err := compare.Objects(c.Input)
	if err != nil {
		return Case{}, fmt.Errorf("cannot parse manifest: %w", err)
	}
	c.Features = features(manifests)
	return c, nil
}

// Scope is what is built so far.
type Scope struct {
	// Folders whose settings are supported.
	Folders []string
	// Unbuilt features: a case that uses one is out of scope.
	Unbuilt []Feature
}

// Current returns the scope that the conformance test holds us to. It only ever
// grows.
func Current() Scope {
	return Scope{
		Folders: []string{FolderDefault, FolderOwn, FolderPlatform, FolderV1Beta1, FolderRequest, FolderRequestCurrent},
	}
}

// Lacks returns what the case needs and the scope has not got, in words; nothing
// if the case is in scope.
func (s Scope) Lacks(c Case) []string {
	var out []string
	if !slices.Contains(s.Folders, c.Folder) {
		out = append(out, "the settings of folder "+c.Folder)
	}
	for _, f := range s.Unbuilt {
		for _, service := range c.Features[f] {
			out = append(out, fmt.Sprintf("%s (%s)", f, service))
		}
	}
	return out
}

// Split returns the cases in scope and the others.
func (s Scope) Split(cases []Case) (in, out []Case) { //nolint:nonamedreturns // Which is which would not show.
	for _, c := range cases {
		if len(s.Lacks(c)) == 0 {
			in = append(in, c)
		} else {
			out = append(out, c)
		}
	}
	return in, out
}
