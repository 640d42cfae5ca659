// Package nokinds has no kinds.
package nokinds

// Thing is not a kind.
type Thing struct{}
