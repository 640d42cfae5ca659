// Package fuzz holds the function against requests that nobody would write:
// real ones with their trees mutated. It holds tests only.
package fuzz
