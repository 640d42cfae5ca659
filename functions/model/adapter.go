package model

import (
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// keyPrefix of Requests, which the id of what they load follows: frozen API.
const keyPrefix = "request/"

// loadPath is where a worker takes adapters.
const loadPath = "/v1/loras"

// adapter is a LoRA to load into workers.
type adapter struct {
	// object is the name of its DynamoModel.
	object    string
	name, uri string
}

// key of the Request that loads an adapter into a pod. Another pod or name has another
// one. Another URI has not: a worker knows an adapter by its name alone, so that the one
// Request unloads what it loaded before it loads it from elsewhere.
func (a adapter) key(e endpoint) (string, error) {
	digest, err := object.Hash(e.uid, e.pod, a.name)
	return keyPrefix + digest.Hash, err
}

// call is what a worker is told to load an adapter.
type call struct {
	Name   string `json:"lora_name"`
	Source source `json:"source"`
}

type source struct {
	URI string `json:"uri"`
}

// escapeName escapes an adapter's name for the path of a URL, in which slashes stay. What
// comes of it holds no character that means anything in a quoted jq text.
func escapeName(name string) string {
	segments := strings.Split(name, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}

// secretBraces begin what provider-http replaces in a call with the value of any Secret of
// the cluster: {{name:namespace:key}}. Whoever may make a model could have any of them sent
// to a pod.
const secretBraces = "{{"

// findBraces returns the fault of a text that holds such braces.
func findBraces(text string, at *field.Path) field.ErrorList {
	if strings.Contains(text, secretBraces) {
		return field.ErrorList{field.Invalid(at, text, "must hold no {{: what calls workers would put the value of a Secret there")}
	}
	return nil
}

// findNameFaults returns the faults of a name that no URL's path could hold.
func findNameFaults(name string, at *field.Path) field.ErrorList {
	if faults := findBraces(name, at); faults != nil {
		return faults
	}
	for s := range strings.SplitSeq(name, "/") {
		if s == "" || s == "." || s == ".." {
			return field.ErrorList{field.Invalid(at, name, "the parts between slashes must be neither empty nor . or ..: workers are told the name in a URL")}
		}
	}
	return nil
}
