package main

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spdx/tools-golang/json"
	"github.com/spdx/tools-golang/spdx/v2/common"
	spdx "github.com/spdx/tools-golang/spdx/v2/v2_3"
)

// sbomSuffix makes the name of an artifact that of its SBOM.
const sbomSuffix = ".spdx.json"

// unknown is what SPDX calls that.
const unknown = "NOASSERTION"

// sbom lists what an artifact holds or needs, as an SPDX document: a program and its modules, as Go says it, and the packages that a
// package depends on.
func sbom(r release, a artifact) ([]byte, error) {
	whole := artifactPackage(r, a)
	b := &bill{version: r.Version, packages: []*spdx.Package{whole}}
	b.relate("DOCUMENT", "DESCRIBES", whole)
	if err := b.addDependencies(r.Root, a, whole); err != nil {
		return nil, err
	}
	switch {
	case a.Build != nil && a.Package == "":
		b.addModules(a.Build, whole)
	case a.Build != nil:
		program := goPackage(modulePackage(a.Build), r.Version)
		b.add(whole, "CONTAINS", program)
		b.addModules(a.Build, program)
	}
	document := &spdx.Document{
		SPDXVersion:       spdx.Version,
		DataLicense:       spdx.DataLicense,
		SPDXIdentifier:    "DOCUMENT",
		DocumentName:      a.Name,
		DocumentNamespace: fmt.Sprintf("%s/spdx/%s/%s-%s", source, r.Version, a.Name, a.Digest), // A name, which leads nowhere.
		CreationInfo: &spdx.CreationInfo{
			Created:  r.Time.Format(time.RFC3339),
			Creators: []common.Creator{{CreatorType: "Organization", Creator: "Crossplane Contributors"}, {CreatorType: "Tool", Creator: "function-dynamo-tools-release"}},
		},
		Packages:      b.packages,
		Relationships: b.relationships,
	}
	var out bytes.Buffer
	if err := json.Write(document, &out, json.Indent("  "), json.EscapeHTML(false)); err != nil {
		return nil, fmt.Errorf("cannot write the document: %w", err)
	}
	return out.Bytes(), nil
}

// A bill collects what a document lists.
type bill struct {
	version       string
	packages      []*spdx.Package
	relationships []*spdx.Relationship
}

// add lists a package, and how another one is related to it.
func (b *bill) add(from *spdx.Package, how string, p *spdx.Package) {
	b.packages = append(b.packages, p)
	b.relate(from.PackageSPDXIdentifier, how, p)
}

func (b *bill) relate(from common.ElementID, how string, to *spdx.Package) {
	b.relationships = append(b.relationships, &spdx.Relationship{
		RefA:         common.DocElementID{ElementRefID: from},
		RefB:         common.DocElementID{ElementRefID: to.PackageSPDXIdentifier},
		Relationship: how,
	})
}

// addModules lists what a program was linked of. Go keeps modules sorted by path.
func (b *bill) addModules(info *debug.BuildInfo, program *spdx.Package) {
	b.add(program, "DEPENDS_ON", goPackage("stdlib", strings.TrimPrefix(info.GoVersion, "go")))
	for _, m := range info.Deps {
		name, version := m.Path, m.Version
		switch {
		case m.Replace == nil:
		case m.Replace.Version == "": // A folder of this repository.
			version = b.version
		default:
			name, version = m.Replace.Path, m.Replace.Version
		}
		b.add(program, "DEPENDS_ON", goPackage(name, version))
	}
}

// addDependencies lists the packages that a package needs beside it.
func (b *bill) addDependencies(root string, a artifact, whole *spdx.Package) error {
	if a.Package == "" {
		return nil
	}
	for _, folder := range folders() {
		m, err := readMeta(root, folder)
		if err != nil {
			return err
		}
		if m.Metadata.Name != a.Package {
			continue
		}
		for _, d := range m.Spec.DependsOn {
			b.add(whole, "DEPENDS_ON", &spdx.Package{
				PackageName:             d.Package,
				PackageSPDXIdentifier:   elementID("xpkg", d.Package),
				PackageVersion:          d.Version,
				PackageDownloadLocation: unknown,
			})
		}
	}
	return nil
}

// modulePackage is the Go package of a program.
func modulePackage(info *debug.BuildInfo) string {
	if info.Path == "" {
		return module
	}
	return info.Path
}

// artifactPackage is the file itself.
func artifactPackage(r release, a artifact) *spdx.Package {
	return &spdx.Package{
		PackageName:             a.Name,
		PackageSPDXIdentifier:   elementID("artifact", a.Name),
		PackageVersion:          r.Version,
		PackageFileName:         a.Name,
		PackageSupplier:         &common.Supplier{SupplierType: "Organization", Supplier: "Crossplane Contributors"},
		PackageDownloadLocation: source + "/releases/download/" + path.Join(r.Version, a.Name),
		PackageChecksums:        []common.Checksum{{Algorithm: common.SHA256, Value: a.Digest}},
		PackageHomePage:         source,
		PackageSourceInfo:       "commit " + r.Commit,
		PackageLicenseConcluded: unknown,
		PackageLicenseDeclared:  license,
		PackageCopyrightText:    unknown,
	}
}

// goPackage is a module or package of Go. What license another project has is for its own files to say.
func goPackage(name, version string) *spdx.Package {
	declared := unknown
	if name == module || strings.HasPrefix(name, module+"/") {
		declared = license
	}
	return &spdx.Package{
		PackageName:             name,
		PackageSPDXIdentifier:   elementID("go", name+"-"+version),
		PackageVersion:          version,
		PackageDownloadLocation: unknown,
		PackageLicenseConcluded: unknown,
		PackageLicenseDeclared:  declared,
		PackageCopyrightText:    unknown,
		PackageExternalReferences: []*spdx.PackageExternalReference{{
			Category: "PACKAGE-MANAGER",
			RefType:  "purl",
			Locator:  "pkg:golang/" + name + "@" + version,
		}},
	}
}

// notInID is what an identifier of SPDX cannot have.
var notInID = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// elementID is the identifier of a package in a document.
func elementID(kind, name string) common.ElementID {
	return common.ElementID(kind + "-" + notInID.ReplaceAllString(name, "-"))
}
