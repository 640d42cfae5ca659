// Package render compares what the real Crossplane engine makes of manifests,
// layer by layer, with what the preview shows. It holds tests only.
package render
