// Package render compares what the real Crossplane engine makes of manifests,
// layer by layer, with what the preview shows. It also runs what the documentation tells
// people to type into the Crossplane CLI. It holds tests only.
package render
