// Package gizmos lies beside the versions of a kind and has no kind itself.
package gizmos
