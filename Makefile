# Everything runs with Go, git and bash; other tools are built from pinned sources on first use (hack/tool).
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# Platforms of the runtime image and of the Function package.
ARCHES ?= amd64 arm64
# The manifest that `make render` shows, and the folder of `make render-example`.
XR ?= examples/graph-v1beta1/xr.yaml
E ?= examples/graph-v1beta1

# How long `make fuzz` searches, and what `make creatable` tries.
FUZZTIME ?= 10m
SEED ?= 1
COUNT ?= 1000
# How many graphs `make load-graphs` creates.
GRAPHS ?= 40

# What a release is called, where this is one, and the folder of its packages' sources: both are what `make release` sets.
VERSION =
PACKAGES = package
# Platforms that people run xdynamo on.
PLATFORMS = linux-amd64 linux-arm64 darwin-amd64 darwin-arm64 windows-amd64 windows-arm64

# The same sources give the same bytes: no paths, and nothing of the clone but its commit.
COMMIT := $(shell git describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null)
STAMP := github.com/crossplane-contrib/function-dynamo/internal/version
BUILD = CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w -X $(STAMP).release=$(VERSION) -X $(STAMP).commit=$(COMMIT)'
# Modules of our own. Those below tools/ without a main.go only pin a version.
MODULES := cmd/xdynamo test/page $(patsubst %/main.go,%,$(wildcard tools/*/main.go))

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the function and the xdynamo command into bin/
	$(BUILD) -o bin/ ./cmd/function-dynamo
	cd cmd/xdynamo && $(BUILD) -o "$(CURDIR)/bin/" .

.PHONY: generate
generate: ## Write DeepCopy methods, CRD, XRDs and the table of settings from the Go types
	hack/generate

.PHONY: check-generated
check-generated: ## Fail if generated files are out of date
	hack/check-generated

.PHONY: lint
lint: check-generated ## Run golangci-lint over all modules, check generated files, and lint workflows
	"$$(hack/tool actionlint)" -shellcheck= -pyflakes= .github/workflows/*.yaml
	lint=$$(hack/tool golangci-lint); \
	for module in . $(MODULES) test/e2e test/creatable; do (cd "$$module" && "$$lint" run --config "$(CURDIR)/.golangci.yml" ./...) || exit; done

.PHONY: test
test: ## Run all unit and golden tests, with the race detector where there is a C compiler
	for tool in crossplane-core crossplane-cli function-auto-ready; do hack/tool "$$tool" || exit; done
	hack/test . $(MODULES)

# Apart from `test`: Sigstore's libraries take minutes to build.
.PHONY: verification
verification: ## Test the signatures that package/verification asks for, with Crossplane's own validator
	cd test/verification && "$$("$(CURDIR)/hack/tool" golangci-lint)" run --config "$(CURDIR)/.golangci.yml" ./...
	go -C test/verification test ./...

.PHONY: vulnerabilities
vulnerabilities: ## Search what we ship for known vulnerabilities (asks vuln.go.dev)
	check=$$(hack/tool govulncheck); for module in . cmd/xdynamo; do (cd "$$module" && "$$check" ./...) || exit; done

.PHONY: conformance
conformance: ## Compare with the objects that the Dynamo operator makes, and print a summary
	go test ./test/conformance -run TestConformance -count=1 -v

.PHONY: golden
golden: ## Rewrite golden files from what the code makes now; review the diff before you commit it
	for module in . cmd/xdynamo; do UPDATE_GOLDEN=1 go -C "$$module" test -count=1 ./... || exit; done
	go -C tools/xrdgen test -count=1 ./... -update

.PHONY: bench
bench: ## Run the benchmarks
	go test ./test/bench -run '^$$' -bench . -benchmem

.PHONY: load
load: load-graphs load-function ## Run both load tests: a control plane with many graphs, and the function alone with 1,000

.PHONY: load-function
load-function: ## Ask the function for 1,000 graphs, eight at a time, and print its memory
	FUNCTION_DYNAMO_LOAD=1 go test ./test/bench -run '^TestLoad$$' -count=1 -v

.PHONY: fuzz
fuzz: ## Search for requests that break the function, for FUZZTIME (default 10m)
	go test ./test/fuzz -run '^$$' -fuzz '^FuzzRunFunction$$' -fuzztime $(FUZZTIME) -parallel 1
	go test ./test/fuzz -run '^$$' -fuzz '^FuzzConvert$$' -fuzztime $(FUZZTIME) -parallel 1

.PHONY: render
render: build ## Show what a manifest becomes, as a tree and as YAML (XR=file)
	bin/xdynamo render -o tree "$(XR)"
	bin/xdynamo render -o yaml "$(XR)" 2>/dev/null # What is wrong has been said.

.PHONY: render-example
render-example: ## Render an example folder with the real Crossplane engine (E=folder)
	hack/render-example "$(E)"

.PHONY: image
image: $(ARCHES:%=image-%) ## Build the runtime image tarballs into dist/, without Docker

image-%:
	GOOS=linux GOARCH=$* $(BUILD) -o dist/$*/function ./cmd/function-dynamo
	go -C tools/image run . -binary "$(CURDIR)/dist/$*/function" -platform linux/$* -tag function-dynamo:runtime-$* \
	  -label org.opencontainers.image.source=https://github.com/crossplane-contrib/function-dynamo \
	  -label org.opencontainers.image.licenses=Apache-2.0 -out "$(CURDIR)/dist/runtime-$*.tar"

# As anybody builds them: the folders below package/ are complete (what lies elsewhere is linked), and examples/ goes with them.
.PHONY: package
package: image ## Build the Function (per platform) and Configuration packages into dist/
	xpkg="$$(hack/tool crossplane-cli) xpkg build"; \
	for arch in $(ARCHES); do \
	  $$xpkg --package-root=$(PACKAGES)/function --embed-runtime-image-tarball=dist/runtime-$$arch.tar \
	    --package-file=dist/function-dynamo-$$arch.xpkg || exit; \
	done; \
	$$xpkg --package-root=$(PACKAGES)/configuration --package-file=dist/configuration-dynamo.xpkg && \
	$$xpkg --package-root=$(PACKAGES)/claims --package-file=dist/configuration-dynamo-claims.xpkg

.PHONY: commands
commands: $(PLATFORMS:%=command-%) ## Build xdynamo for all platforms into dist/

command-%:
	cd cmd/xdynamo && GOOS=$(word 1,$(subst -, ,$*)) GOARCH=$(word 2,$(subst -, ,$*)) \
	  $(BUILD) -o "$(CURDIR)/dist/xdynamo-$*$(if $(filter windows-%,$*),.exe)" .

.PHONY: release
release: ## Write dist/ as it is published: packages, commands, SBOMs, provenance, checksums (VERSION=v0.1.0)
	hack/release "$(VERSION)" $(PLATFORMS)

# The control plane runs the binary and installs the packages that `make package` leaves in dist/.
.PHONY: e2e
e2e: package ## Test on a real control plane: packages, rights, scaling, faults (needs no Docker)
	go -C test/e2e test ./harness
	go -C test/e2e test -count=1 -timeout 10m ./relay
	go -C test/e2e test -count=1 -v -timeout 60m .

.PHONY: e2e-smoke
e2e-smoke: package ## Test one graph on a real control plane
	go -C test/e2e test ./harness
	go -C test/e2e test -count=1 -v -timeout 20m -run '^TestSmoke' .

.PHONY: e2e-upgrade
e2e-upgrade: package ## Replace the packages of the last release by ours on a real control plane, under 20 graphs
	go -C test/e2e test -count=1 -v -timeout 30m ./upgrade

.PHONY: creatable
creatable: ## Search for manifests that validate takes and an API server does not (SEED=1 COUNT=1000)
	go -C test/creatable test ./...
	go -C test/creatable run . -root "$(CURDIR)" -seed $(SEED) -count $(COUNT)

.PHONY: load-graphs
load-graphs: package ## Create GRAPHS graphs (default 40) on a real control plane, and print what they cost, beside the least that any do
	FUNCTION_DYNAMO_LOAD=1 FUNCTION_DYNAMO_LOAD_GRAPHS=$(GRAPHS) go -C test/e2e test -count=1 -v -timeout 60m -run '^TestLoad' .

.PHONY: load-models
load-models: package ## Load 10 adapters into 50 stand-in workers on a real control plane, and print what they cost
	FUNCTION_DYNAMO_LOAD=1 go -C test/e2e test -count=1 -v -timeout 60m -run '^TestModel(Load|Breaker)$$' .

.PHONY: cluster
cluster: package ## Start a control plane with the packages installed, and leave it up until Ctrl-C
	go -C test/e2e run ./cmd/cluster "$(CURDIR)"

.PHONY: clean
clean: ## Remove bin/ and dist/
	rm -rf bin dist
