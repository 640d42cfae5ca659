package model

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
)

// How long a call to a worker may take: as in the operator, and longer for the first load.
// One that is given up goes on in the worker, where it may come in the way of the next
// one. Where many workers are cut off, provider-http waits for each, so that those that
// had the adapter once are not waited for as long.
const (
	waitTimeout      = "15s"
	waitTimeoutFirst = "60s"
)

// neverIncomplete is put on Requests as the time of the last creation that failed, which
// tells provider-http that none is incomplete. It would stop for good, even to be deleted,
// where it called a worker and could not note so, as happens when others write the Request
// in between. Loading twice is the same as once, so going on is always safe.
const (
	annotationCreateFailed = "crossplane.io/external-create-failed"
	neverIncomplete        = "9999-12-31T23:59:59Z"
)

// Annotations in which provider-http notes when it began to call a worker, and when that
// was answered.
const (
	annotationCreatePending   = "crossplane.io/external-create-pending"
	annotationCreateSucceeded = "crossplane.io/external-create-succeeded"
)

// loadTime is how long after its Request was made a worker may still be loading, though
// the call that told it to has timed out.
const loadTime = 5 * time.Minute

// jq expressions that provider-http asks of the list of a worker's adapters.
const (
	// loaded says whether a worker has the adapter. The question mark makes a worker
	// that cannot be reached, or answers something else, one without it: else a Request
	// of a pod that is gone could never be removed.
	loaded   = ".payload.body.lora_name as $n | (.response.body.loras? // {}) | has($n)"
	unloaded = loaded + " | not"
	always   = "true"
)

// form is what a Request does.
type form int

const (
	// formLoad: it loads the adapter, sees that it stays, and unloads it when it goes.
	formLoad form = iota
	// formUnload: it unloads the adapter. It is there until a worker has said that the
	// adapter is gone: a Request that is deleted goes without that where the worker does
	// not answer.
	formUnload
	// formRelease: it goes without unloading the adapter, since the adapter is another Request's.
	formRelease
)

// request is a Request of provider-http.
type request struct {
	adapter

	key     string
	address string
	form    form
	// until is the time in Unix seconds before which a worker that lists no adapter may
	// still be loading it, so that the Request goes on unloading; 0 where it does not.
	until int64
	// first says that it has not loaded the adapter yet, so that calls may take longer.
	first bool
}

// readRequest reads a Request that exists.
func readRequest(key string, o layer.Object, owner string) request {
	parameters, _ := o.Spec()["forProvider"].(map[string]any)
	payload, _ := parameters["payload"].(map[string]any)
	url, _ := payload["baseUrl"].(string)
	body, _ := payload["body"].(string)
	was := readCall(body)
	out := request{
		adapter: adapter{object: owner, name: was.Name, uri: was.Source.URI},
		key:     key,
		address: strings.TrimSuffix(url, loadPath),
	}
	check, _ := parameters["isRemovedCheck"].(map[string]any)
	mappings, _ := parameters["mappings"].([]any)
	switch {
	case check["logic"] == always:
		out.form = formRelease
	case methodOf(mappings, "UPDATE") == "DELETE":
		out.form = formUnload
	}
	return out
}

// readCall reads what a worker was told to load; nothing where that is no call.
func readCall(body string) call {
	out := call{}
	if json.Unmarshal([]byte(body), &out) != nil {
		return call{}
	}
	return out
}

// methodOf an action in the mappings of a Request.
func methodOf(mappings []any, action string) string {
	for _, m := range mappings {
		if fields, _ := m.(map[string]any); fields["action"] == action {
			method, _ := fields["method"].(string)
			return method
		}
	}
	return ""
}

// await returns the Request with what it takes where a worker may still be loading. What
// was loaded, or failed to, is not being loaded any more.
func (r request) await(o layer.Object) request {
	if !mayLoad(o, r) {
		return r
	}
	r.first = !readAnswer(o).lists(r.name)
	created, _ := o.Section("metadata")["creationTimestamp"].(string)
	if at, err := time.Parse(time.RFC3339, created); err == nil {
		r.until = at.Add(loadTime).Unix()
	}
	return r
}

// retire returns the Request that takes the adapter of an existing one back, and whether
// that is done. What may still be loading is waited for: workers take no second call for
// the name, and unload nothing before they have it.
func (r request) retire(o layer.Object) (request, bool) {
	switch {
	case r.form != formUnload && mayLoad(o, r):
		return r.await(o), !wasCalled(o)
	case r.form != formUnload && refusedLoad(o, r):
		return r, true
	}
	r.form = formUnload
	return r, readRequest(r.key, o, r.object).form == formUnload && isUnloaded(o, r)
}

// child returns the Request as a child.
func (r request) child() (layer.Child, error) {
	body, err := json.Marshal(call{Name: r.name, Source: source{URI: r.uri}})
	if err != nil {
		return layer.Child{}, fmt.Errorf("cannot write the call that loads %q: %w", r.name, err)
	}
	kind := optional.HTTPRequest()
	timeout := waitTimeout
	if r.first {
		timeout = waitTimeoutFirst
	}
	fields := map[string]any{
		"apiVersion": kind.APIVersion,
		"kind":       kind.Kind,
		"metadata": map[string]any{
			"name":        names.Limit(r.object + "-" + strings.TrimPrefix(r.key, keyPrefix)),
			"annotations": map[string]any{annotationCreateFailed: neverIncomplete},
		},
		"spec": map[string]any{"forProvider": map[string]any{
			"waitTimeout":           timeout,
			"headers":               map[string]any{"Content-Type": []any{"application/json"}},
			"payload":               map[string]any{"baseUrl": r.address + loadPath, "body": string(body)},
			"mappings":              r.mappings(),
			"expectedResponseCheck": map[string]any{"type": "CUSTOM", "logic": r.isRight()},
			"isRemovedCheck":        map[string]any{"type": "CUSTOM", "logic": r.isRemoved()},
		}},
	}
	return layer.Child{Key: r.key, Fields: fields, Lifetime: layer.Passing, Size: len(body)}, nil
}

// isRight returns the jq expression that says whether a worker is as it should be.
func (r request) isRight() string {
	if r.form == formUnload {
		return unloaded
	}
	return loaded
}

// isRemoved returns the one that says whether what was made is there no more.
func (r request) isRemoved() string {
	switch {
	case r.form == formRelease:
		return always
	case r.form == formLoad && r.until > 0:
		return fmt.Sprintf("if now < %d then false else %s end", r.until, unloaded)
	}
	return unloaded
}

// mappings returns the calls. provider-http creates what is removed by the check, and
// updates what is there and is not as it should be.
func (r request) mappings() []any {
	post := func(action string) any {
		return map[string]any{"action": action, "method": "POST", "url": ".payload.baseUrl", "body": ".payload.body"}
	}
	get := func(action string) any {
		return map[string]any{"action": action, "method": "GET", "url": ".payload.baseUrl"}
	}
	remove := func(action string) any {
		return map[string]any{"action": action, "method": "DELETE", "url": fmt.Sprintf(".payload.baseUrl + %q", "/"+escapeName(r.name))}
	}
	switch {
	case r.form == formUnload:
		// provider-http keeps no answer that says that nothing is there, only that of
		// the call that it then makes. So it asks once more.
		return []any{get("CREATE"), get("OBSERVE"), remove("REMOVE"), remove("UPDATE")}
	case r.form == formRelease:
		return []any{get("CREATE"), get("OBSERVE"), remove("REMOVE")}
	case r.until > 0:
		return []any{post("CREATE"), get("OBSERVE"), remove("REMOVE"), post("UPDATE")}
	}
	return []any{post("CREATE"), get("OBSERVE"), remove("REMOVE")}
}
