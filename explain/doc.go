// Package explain says what a field of the Dynamo kinds and of Settings is: its comment, its
// type, and the rules that an API server holds it to.
//
// Everything comes from what else decides on manifests: rules and limits from the
// definitions, and from the Go types which form a field belongs to and what Kubernetes says
// of the fields that are its own. Definitions have no room for the latter.
package explain
