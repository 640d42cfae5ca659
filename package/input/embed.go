// Package input holds the schema of the function's input as programs can carry it with
// them.
package input

import (
	_ "embed" // For the schema.
)

// Settings is the CustomResourceDefinition of Settings, in YAML.
//
//go:embed dynamo.fn.crossplane.io_settings.yaml
var Settings []byte
