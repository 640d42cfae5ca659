// Package apis holds what an installation of the Dynamo kinds consists of: their
// definitions and Compositions, as files that programs can carry with them.
package apis

import (
	"embed"
)

// Folders of Files. The file of a kind is named after its plural, for example
// definitions/dynamographdeployments.yaml.
const (
	// DefinitionsFolder holds one CompositeResourceDefinition a kind.
	DefinitionsFolder = "definitions"
	// CompositionsFolder holds one Composition a kind.
	CompositionsFolder = "compositions"
	// ClaimsFolder holds both folders once more, for claims of the kinds. Their files are
	// named after the plural of the composite behind a claim.
	ClaimsFolder = "claims"
)

// Files of the kinds: DefinitionsFolder and CompositionsFolder. Read-only.
//
//go:embed definitions/*.yaml compositions/*.yaml claims/definitions/*.yaml claims/compositions/*.yaml
var Files embed.FS
