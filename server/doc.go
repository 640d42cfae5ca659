// Package server serves a composition function over gRPC: credentials, health,
// metrics, recovery from panics and an orderly end. It knows nothing about what
// the function composes.
package server
