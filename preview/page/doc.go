// Package page writes what manifests become as one page for a browser: a picture of who
// composes what down to the pods, and every object with what set each of its fields.
//
// The page needs nothing beside itself, and runs nothing that is in a manifest: all of
// that is escaped by html/template, and a policy in the page allows its own style and
// script alone, by their hashes.
package page
