package main

import (
	"bytes"
	"fmt"
	"strings"
)

// cosignForm makes cosign 3 write the form of its predecessor, the only one that Crossplane v2.4 finds.
const cosignForm = "--new-bundle-format=false --use-signing-config=false"

// signIntro is what the script to sign a release begins with, before its version and the registry are filled in.
const signIntro = `#!/usr/bin/env bash
# Signs release %s with cosign, once its packages are pushed:
#
%s#
# Packages are signed by digest, so that nobody signs what somebody else has pushed to a tag. SHA256SUMS covers all files here.
# Without arguments cosign asks an identity provider (keyless); with them, such as --key /path/to/cosign.key, they go to cosign.
# Packages are signed in the form of cosign 2, the only one that Crossplane v2.4 finds.
# REGISTRY says where the packages were pushed to, if elsewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
registry=${REGISTRY:-%s}

`

// signScript is the commands that sign a release: packages for all platforms, what they hold, and the files.
func signScript(version string, artifacts []artifact, images []image) []byte {
	var b, pushes bytes.Buffer
	for _, i := range images {
		if i.Platform == "" {
			fmt.Fprintf(&pushes, "#   crossplane xpkg push %s%s\n", i.reference(version), packageFlags(artifacts, i.Package))
		}
	}
	fmt.Fprintf(&b, signIntro, version, pushes.String(), registry)
	for _, i := range images {
		at := `"$registry/` + i.Package + "@" + i.Digest + `"`
		if i.Platform == "" {
			fmt.Fprintf(&b, "cosign sign --yes --recursive %s \"$@\" %s\n", cosignForm, at)
		}
		if i.File != "" {
			fmt.Fprintf(&b, "cosign attest --yes --type spdxjson %s --predicate %s \"$@\" %s\n", cosignForm, i.File+sbomSuffix, at)
		}
	}
	b.WriteString("cosign attest-blob --yes --statement provenance.intoto.json --bundle provenance.sigstore.json \"$@\"\n")
	b.WriteString("cosign sign-blob --yes --bundle SHA256SUMS.sigstore.json \"$@\" SHA256SUMS\n")
	return b.Bytes()
}

// packageFlags name the files of a package.
func packageFlags(artifacts []artifact, pkg string) string {
	var b strings.Builder
	for _, a := range artifacts {
		if a.Package == pkg {
			b.WriteString(" --package-files=" + a.Name)
		}
	}
	return b.String()
}
