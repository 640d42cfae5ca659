#!/usr/bin/env bash
# Signs release v0.1.0 with cosign, once its packages are pushed:
#
#   crossplane xpkg push xpkg.crossplane.io/crossplane-contrib/configuration-dynamo:v0.1.0 --package-files=configuration-dynamo.xpkg
#   crossplane xpkg push xpkg.crossplane.io/crossplane-contrib/function-dynamo:v0.1.0 --package-files=function-dynamo-amd64.xpkg --package-files=function-dynamo-arm64.xpkg
#
# Packages are signed by digest, so that nobody signs what somebody else has pushed to a tag. SHA256SUMS covers all files here.
# Without arguments cosign asks an identity provider (keyless); with them, such as --key /path/to/cosign.key, they go to cosign.
# Packages are signed in the form of cosign 2, the only one that Crossplane v2.4 finds.
# REGISTRY says where the packages were pushed to, if elsewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
registry=${REGISTRY:-xpkg.crossplane.io/crossplane-contrib}

cosign sign --yes --recursive --new-bundle-format=false --use-signing-config=false "$@" "$registry/configuration-dynamo@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
cosign attest --yes --type spdxjson --new-bundle-format=false --use-signing-config=false --predicate configuration-dynamo.xpkg.spdx.json "$@" "$registry/configuration-dynamo@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
cosign sign --yes --recursive --new-bundle-format=false --use-signing-config=false "$@" "$registry/function-dynamo@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
cosign attest --yes --type spdxjson --new-bundle-format=false --use-signing-config=false --predicate function-dynamo-amd64.xpkg.spdx.json "$@" "$registry/function-dynamo@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
cosign attest --yes --type spdxjson --new-bundle-format=false --use-signing-config=false --predicate function-dynamo-arm64.xpkg.spdx.json "$@" "$registry/function-dynamo@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
cosign attest-blob --yes --statement provenance.intoto.json --bundle provenance.sigstore.json "$@"
cosign sign-blob --yes --bundle SHA256SUMS.sigstore.json "$@" SHA256SUMS
