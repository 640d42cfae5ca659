package model

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// outcome is what came of loading an adapter into a pod.
type outcome int

const (
	// outcomeWaiting: nothing is known yet.
	outcomeWaiting outcome = iota
	// outcomeLoaded: the pod has the adapter.
	outcomeLoaded
	// outcomeNoRoutes: the pod takes no adapters at all.
	outcomeNoRoutes
	// outcomeNoManagement: the pod is one that loads none, as prefill workers may be.
	outcomeNoManagement
	// outcomeFailed: the pod says that it cannot, or does not answer.
	outcomeFailed
	// outcomeUncalled: provider-http has not looked at the Request.
	outcomeUncalled
	// outcomeReplaced: the pod has still to unload what the model was before.
	outcomeReplaced
	// outcomeUnasked: nobody asks the pod.
	outcomeUnasked
)

// maxReason is how many bytes of a worker's words are repeated.
const maxReason = 200

// answer is the last one of a worker that provider-http has noted. It stays where a later
// call is not answered, and where a worker does not list the adapter.
type answer struct {
	method, body string
	code         int64
	// sent is the body of the call.
	sent string
}

func readAnswer(o layer.Object) answer {
	response, _ := o.Status()["response"].(map[string]any)
	details, _ := o.Status()["requestDetails"].(map[string]any)
	out := answer{}
	out.code, _ = response["statusCode"].(int64)
	out.body, _ = response["body"].(string)
	out.method, _ = details["method"].(string)
	out.sent, _ = details["body"].(string)
	return out
}

// succeeded says whether a worker did what it was asked for.
func (a answer) succeeded() bool {
	return a.code >= http.StatusOK && a.code < http.StatusMultipleChoices && !saysError(a.body)
}

// listed are the adapters of a worker by name; nil where the answer is no list of them.
func (a answer) listed() map[string]any {
	list := struct {
		LoRAs map[string]any `json:"loras"`
	}{}
	if !a.succeeded() || json.Unmarshal([]byte(a.body), &list) != nil {
		return nil
	}
	return list.LoRAs
}

// lists says whether the answer is a list that has the adapter.
func (a answer) lists(name string) bool {
	_, has := a.listed()[name]
	return has
}

// isLoaded says whether a worker has the adapter. A worker that restarted shows its old
// answer for a while, and the conditions may speak of what the Request did before, so
// that it takes both.
func isLoaded(o layer.Object, r request) bool {
	if r.form != formLoad || o.Leaving() || !isTrue(o, "Ready") || !isTrue(o, "Synced") {
		return false
	}
	last := readAnswer(o)
	if last.listed() != nil {
		return last.lists(r.name)
	}
	sent := readCall(last.sent)
	return last.method == http.MethodPost && last.succeeded() && sent.Name == r.name && sent.Source.URI == r.uri
}

// isUnloaded says whether a worker has said that it has no such adapter.
func isUnloaded(o layer.Object, r request) bool {
	last := readAnswer(o)
	if last.method != http.MethodDelete && last.method != http.MethodGet {
		return false
	}
	if last.listed() != nil {
		return !last.lists(r.name)
	}
	takesNone := last.code == http.StatusNotFound || last.code >= http.StatusInternalServerError && lacksManagement(last.body)
	return takesNone || last.method == http.MethodDelete && last.succeeded()
}

// mayLoad says whether a worker may be loading the adapter: it was or will be called, and
// has not answered.
func mayLoad(o layer.Object, r request) bool {
	if r.form != formLoad || isLoaded(o, r) {
		return false
	}
	is, _ := readOutcome(o, r)
	return is == outcomeWaiting || is == outcomeUncalled || isCalling(o) || timedOut(o)
}

// isCalling says whether provider-http has begun to call a worker and noted no answer, nor
// that there is none.
func isCalling(o layer.Object) bool {
	if o.Condition("Synced").Status == layer.False {
		return false
	}
	begun, err := time.Parse(time.RFC3339, o.Annotations[annotationCreatePending])
	if err != nil {
		return false
	}
	answered, err := time.Parse(time.RFC3339, o.Annotations[annotationCreateSucceeded])
	return err != nil || begun.After(answered)
}

// timedOut says whether the last call of a worker took too long: it may go on all the same.
func timedOut(o layer.Object) bool {
	synced := o.Condition("Synced")
	return synced.Status == layer.False && strings.Contains(synced.Message, "deadline exceeded")
}

// refusedLoad says whether a worker has answered that it did not load the adapter.
func refusedLoad(o layer.Object, r request) bool {
	last := readAnswer(o)
	return !isLoaded(o, r) && last.method == http.MethodPost && last.code > 0 && !last.succeeded()
}

// wasCalled says whether provider-http has looked at a Request, or is about to.
func wasCalled(o layer.Object) bool {
	conditions, _ := o.Status()["conditions"].([]any)
	return len(conditions) > 0 || readAnswer(o).code > 0 || o.Annotations[annotationCreatePending] != ""
}

// connectFailed is how the condition Synced begins of a Request whose worker is not even
// called, as without a ClusterProviderConfig.
const connectFailed = "connect failed: "

// readOutcome reads what came of a Request, and the worker's words where it failed.
func readOutcome(o layer.Object, r request) (outcome, string) {
	if isLoaded(o, r) {
		return outcomeLoaded, ""
	}
	synced := o.Condition("Synced")
	if synced.Status == layer.False && strings.HasPrefix(synced.Message, connectFailed) {
		return outcomeFailed, redact(synced.Message)
	}
	last := readAnswer(o)
	if last.method == http.MethodDelete {
		last = answer{}
	}
	text, _ := o.Status()["error"].(string)
	switch {
	case last.code == http.StatusNotFound:
		return outcomeNoRoutes, ""
	case last.code >= http.StatusInternalServerError && lacksManagement(last.body):
		return outcomeNoManagement, ""
	case last.code >= http.StatusBadRequest:
		return outcomeFailed, redact(fmt.Sprintf("HTTP %d: %s", last.code, readMessage(last.body)))
	case saysError(last.body):
		return outcomeFailed, redact("HTTP 200: " + readMessage(last.body))
	case text != "":
		return outcomeFailed, redact(text)
	case synced.Status == layer.False && synced.Message != "":
		return outcomeFailed, redact(synced.Message)
	case !wasCalled(o):
		return outcomeUncalled, ""
	}
	return outcomeWaiting, ""
}

// isTrue says whether an object has a condition that is True.
func isTrue(o layer.Object, conditionType string) bool {
	return o.Condition(conditionType).Status == layer.True
}

// lacksManagement says whether a worker answers that it loads no adapters, or unloads none,
// in the words of Dynamo's runtime.
func lacksManagement(body string) bool {
	body = strings.ToLower(body)
	return strings.Contains(body, "lora management not available") ||
		strings.Contains(body, "load_lora' not found in local registry")
}

// saysError says whether an answer is one of the older runtimes that report failures
// with status 200.
func saysError(body string) bool {
	answer := struct {
		Status string `json:"status"`
	}{}
	return json.Unmarshal([]byte(body), &answer) == nil && answer.Status == "error"
}

// readMessage returns the message of an answer, or all of one that has none.
func readMessage(body string) string {
	answer := struct {
		Message string `json:"message"`
	}{}
	if json.Unmarshal([]byte(body), &answer) == nil && answer.Message != "" {
		return answer.Message
	}
	return body
}

// changing are the parts of a text that differ from pod to pod or call to call, or that
// may hold a secret: addresses, and what follows a URL's question mark.
var changing = regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b|\[[0-9a-fA-F:]+\](:\d+)?|//[^/@\s"]+@|\?[^\s"']+`)

// redact returns a text on one line and in bounds, without what differs from pod to pod.
func redact(text string) string {
	text = changing.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasPrefix(s, "//") {
			return "//"
		}
		if strings.HasPrefix(s, "?") {
			return ""
		}
		return "…"
	})
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "?")
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "..."
	}
	return text
}
