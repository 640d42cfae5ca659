// Package origin finds what set the fields of what manifests become.
//
// It knows two ways, and claims nothing beside them. A field that has the value of a
// field of the manifest, at the place where the rules of validate/trace say that it
// comes from, is written there. Of all others it finds out by trying: it takes one
// field of the manifest or of the settings away, or writes another value there, renders
// again, and sees what is different. So a cause is a field without which the object
// would not be what it is. What no trial changes is the function's own.
package origin
