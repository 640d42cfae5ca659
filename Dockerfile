# The function's runtime image, for those who have Docker:
#
#   docker buildx build --platform linux/amd64,linux/arm64 .
#
# `make image` builds an equivalent without Docker, and `make package` packs that; hack/compare-image compares both. Images are pinned
# by digest, and the Go is that of go.mod: the same sources give the same program.

# Go cross-compiles, so the compiler runs on the platform of the builder.
FROM --platform=$BUILDPLATFORM golang:1.26.8@sha256:3c3e25a4da13fd0478eed2df1eb35a0e667094a7124d3993a6a1d30f71c17e79 AS build
ARG TARGETOS TARGETARCH
# Of a release: VERSION=v0.1.0, and the commit in full.
ARG VERSION COMMIT
ENV STAMP=github.com/crossplane-contrib/function-dynamo/internal/version
WORKDIR /src
RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -buildvcs=false -trimpath \
    -ldflags "-s -w -X $STAMP.release=$VERSION -X $STAMP.commit=$COMMIT" -o /function ./cmd/function-dynamo

FROM gcr.io/distroless/static-debian12:nonroot@sha256:d093aa3e30dbadd3efe1310db061a14da60299baff8450a17fe0ccc514a16639
COPY --from=build /function /function
EXPOSE 9443
# nonroot, as a number: Kubernetes cannot tell that a name is not root.
USER 65532
ENTRYPOINT ["/function"]
