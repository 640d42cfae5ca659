package model

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
)

// keyPrefix of Requests, which the id of what they load follows: frozen API.
const keyPrefix = "request/"

// loadPath is where a worker takes adapters.
const loadPath = "/v1/loras"

// waitTimeout is how long a call to a worker may take, as in the operator.
const waitTimeout = "15s"

// neverIncomplete is put on Requests as the time of the last creation that failed, which
// tells provider-http that none is incomplete. It would stop for good, even to be deleted,
// where it called a worker and could not note so, as happens when others write the Request
// in between. Loading twice is the same as once, so going on is always safe.
const (
	annotationCreateFailed = "crossplane.io/external-create-failed"
	neverIncomplete        = "9999-12-31T23:59:59Z"
)

// loaded is the jq expression that says whether a worker has the adapter. The question
// mark makes a worker that cannot be reached, or answers something else, one without it:
// else a Request of a pod that is gone could never be removed.
const loaded = ".payload.body.lora_name as $n | (.response.body.loras? // {}) | has($n)"

// adapter is a LoRA to load into workers.
type adapter struct {
	// object is the name of its DynamoModel.
	object    string
	name, uri string
}

// key of the Request that loads an adapter into a pod. Another pod or name has another
// one. Another URI has not: a worker knows an adapter by its name alone, so that what
// unloads the old one would take away the new one, too, were both there at once. One key
// is one object, which can only be made again once it is gone.
func (a adapter) key(e endpoint) (string, error) {
	digest, err := object.Hash(e.uid, e.pod, a.name)
	return keyPrefix + digest.Hash, err
}

// replaces says whether a Request loads the adapter from elsewhere, so that it has to
// unload it first. One that is on its way out does so already.
func (a adapter) replaces(o layer.Object) bool {
	parameters, _ := o.Spec()["forProvider"].(map[string]any)
	payload, _ := parameters["payload"].(map[string]any)
	body, _ := payload["body"].(string)
	was := call{}
	return json.Unmarshal([]byte(body), &was) == nil && was.Source.URI != a.uri && !o.Leaving()
}

// call is what a worker is told to load an adapter.
type call struct {
	Name   string `json:"lora_name"`
	Source source `json:"source"`
}

type source struct {
	URI string `json:"uri"`
}

// makeRequest makes the Request that loads an adapter into a pod, sees that it stays, and
// unloads it when the Request goes.
func (a adapter) makeRequest(key string, e endpoint) (layer.Child, error) {
	body, err := json.Marshal(call{Name: a.name, Source: source{URI: a.uri}})
	if err != nil {
		return layer.Child{}, fmt.Errorf("cannot write the call that loads %q: %w", a.name, err)
	}
	kind := optional.HTTPRequest()
	fields := map[string]any{
		"apiVersion": kind.APIVersion,
		"kind":       kind.Kind,
		"metadata": map[string]any{
			"name":        names.Limit(a.object + "-" + strings.TrimPrefix(key, keyPrefix)),
			"annotations": map[string]any{annotationCreateFailed: neverIncomplete},
		},
		"spec": map[string]any{"forProvider": map[string]any{
			"waitTimeout": waitTimeout,
			"headers":     map[string]any{"Content-Type": []any{"application/json"}},
			"payload":     map[string]any{"baseUrl": e.address + loadPath, "body": string(body)},
			"mappings": []any{
				map[string]any{"action": "CREATE", "method": "POST", "url": ".payload.baseUrl", "body": ".payload.body"},
				map[string]any{"action": "OBSERVE", "method": "GET", "url": ".payload.baseUrl"},
				map[string]any{"action": "REMOVE", "method": "DELETE", "url": fmt.Sprintf(".payload.baseUrl + %q", "/"+escapeName(a.name))},
			},
			"expectedResponseCheck": map[string]any{"type": "CUSTOM", "logic": loaded},
			"isRemovedCheck":        map[string]any{"type": "CUSTOM", "logic": loaded + " | not"},
		}},
	}
	return layer.Child{Key: key, Fields: fields, Lifetime: layer.Passing, Size: len(body)}, nil
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
