# syntax=docker/dockerfile:1
# The function's runtime image, for those who have Docker:
#
#   docker buildx build --platform linux/amd64,linux/arm64 .
#
# `make image` builds an equivalent without Docker, and `make package` packs that.

# Go cross-compiles, so the compiler runs on the platform of the builder.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
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

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /function /function
EXPOSE 9443
USER nonroot:nonroot
ENTRYPOINT ["/function"]
