package names

import (
	"crypto/sha256"
	"encoding/hex"
)

// shortHash is how many hex digits tell models, and components of a model,
// apart: the runtime contract says so.
const shortHash = 8

// PlannerAccount is the ServiceAccount of an owner's planner, and the
// RoleBinding of it.
func PlannerAccount(owner string) string { return Limit(owner + "-planner") }

// PickerAccount is the ServiceAccount of an owner's endpoint picker, and the
// RoleBinding of it.
func PickerAccount(owner string) string { return Limit(owner + "-epp") }

// PickerConfig is the ConfigMap of an endpoint picker whose configuration is
// given in place.
func PickerConfig(owner string) string { return Limit(owner + "-epp-config") }

// Pool is the InferencePool of an owner's endpoint picker.
func Pool(owner string) string { return Limit(owner + "-pool") }

// ModelHash is the label value by which pods and Services of a base model are
// found: model names are too long, and have slashes.
func ModelHash(model string) string { return shorten(model) }

// ModelService is the headless Service of the pods of a component that serve a
// base model.
func ModelService(model, component string) string {
	return ModelServicePrefix(ModelHash(model)) + "-" + shorten(component)
}

// shorten returns the first digits of a text's SHA-256.
func shorten(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])[:shortHash]
}

// ModelServicePrefix is how the names of the Services begin that a model of a hash has.
func ModelServicePrefix(hash string) string { return "dynamo-model-" + hash }
