package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// What a package says of itself: the file, and the annotation that registries show as its page.
const (
	metaFile         = "crossplane.yaml"
	annotationReadme = "meta.crossplane.io/readme"
)

// folders of the packages, below package/.
func folders() []string { return []string{"function", "configuration", "claims"} }

// A meta is what the release needs of a package's crossplane.yaml.
type meta struct {
	Metadata struct {
		Name        string            `json:"name"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		DependsOn []dependency `json:"dependsOn"`
	} `json:"spec"`
}

// A dependency is another package, and which of its versions will do.
type dependency struct {
	Package string `json:"package"`
	Version string `json:"version"`
}

// readMeta reads what the package of a folder says of itself.
func readMeta(root, folder string) (meta, error) {
	var m meta
	raw, err := os.ReadFile(filepath.Join(root, "package", folder, metaFile))
	if err != nil {
		return m, fmt.Errorf("cannot read a package: %w", err)
	}
	if err := yaml.UnmarshalStrict(raw, &map[string]any{}); err != nil {
		return m, fmt.Errorf("package/%s/%s: %w", folder, metaFile, err)
	}
	if err := yaml.Unmarshal(raw, &m); err != nil {
		return m, fmt.Errorf("package/%s/%s: %w", folder, metaFile, err)
	}
	return m, nil
}

// writePackages copies the sources of the packages to a folder, and gives each the notes of the release.
func writePackages(root, version, out string) error {
	if out == "" {
		return errors.New("flag -out is needed: the folder to write to")
	}
	text, err := notes(root, version)
	if err != nil {
		return err
	}
	for _, folder := range folders() {
		if err := copyPackage(filepath.Join(root, "package", folder), filepath.Join(out, folder)); err != nil {
			return err
		}
		path := filepath.Join(out, folder, metaFile)
		raw, err := os.ReadFile(path) //nolint:gosec // The path is that of whoever runs the command.
		if err != nil {
			return fmt.Errorf("cannot read a package: %w", err)
		}
		edited, err := addNotes(raw, version, text)
		if err != nil {
			return fmt.Errorf("package/%s/%s: %w", folder, metaFile, err)
		}
		if err := os.WriteFile(path, edited, filePermissions); err != nil { //nolint:gosec // A source as others.
			return fmt.Errorf("cannot write a package: %w", err)
		}
	}
	return nil
}

// copyPackage copies a package's folder. What is linked in it is copied, since the copy lies elsewhere.
func copyPackage(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*", "*.yaml"))
	if err != nil {
		return fmt.Errorf("cannot list a package: %w", err)
	}
	for _, file := range append(files, filepath.Join(from, metaFile)) {
		name, err := filepath.Rel(from, file)
		if err != nil {
			return fmt.Errorf("cannot copy a package: %w", err)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("cannot copy a package: %w", err)
		}
		target := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil { //nolint:gosec // As above.
			return fmt.Errorf("cannot copy a package: %w", err)
		}
		if err := os.WriteFile(target, raw, filePermissions); err != nil { //nolint:gosec // A source as others.
			return fmt.Errorf("cannot copy a package: %w", err)
		}
	}
	return nil
}

// addNotes gives a package the notes of its release, at the end of its readme: no annotation is known for them. Links
// then lead to the pages of that release.
func addNotes(raw []byte, version, text string) ([]byte, error) {
	var m map[string]any
	if err := yaml.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("cannot read it: %w", err)
	}
	metadata, _ := m["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	readme, found := annotations[annotationReadme].(string)
	if !found {
		return nil, fmt.Errorf("metadata.annotations[%s] is missing: registries show it", annotationReadme)
	}
	if text != "" {
		readme = strings.TrimRight(readme, "\n") + "\n\n## " + version + "\n\n" + text + "\n"
	}
	readme = strings.ReplaceAll(readme, source+"/blob/main/", source+"/blob/"+version+"/")
	annotations[annotationReadme] = readme
	out, err := yaml.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("cannot write it: %w", err)
	}
	return out, nil
}
