package model

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

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
)

// maxReason is how many bytes of a worker's words are repeated.
const maxReason = 200

// readOutcome reads what came of a Request, and the worker's words where it failed. A
// worker that restarted shows its old answer for a while, so that only the conditions
// say what it has.
func readOutcome(o layer.Object) (outcome, string) {
	status := o.Status()
	if isTrue(o, "Ready") && isTrue(o, "Synced") && !o.Leaving() {
		return outcomeLoaded, ""
	}
	response, _ := status["response"].(map[string]any)
	code, _ := response["statusCode"].(int64)
	body, _ := response["body"].(string)
	text, _ := status["error"].(string)
	switch {
	case code == http.StatusNotFound:
		return outcomeNoRoutes, ""
	case code >= http.StatusInternalServerError && lacksManagement(body):
		return outcomeNoManagement, ""
	case code >= http.StatusBadRequest:
		return outcomeFailed, redact(fmt.Sprintf("HTTP %d: %s", code, readMessage(body)))
	case saysError(body):
		return outcomeFailed, redact("HTTP 200: " + readMessage(body))
	case text != "":
		return outcomeFailed, redact(text)
	}
	return outcomeWaiting, ""
}

// isTrue says whether an object has a condition that is True.
func isTrue(o layer.Object, conditionType string) bool {
	return o.Condition(conditionType).Status == layer.True
}

// lacksManagement says whether a worker answers that it loads no adapters, in the words
// of Dynamo's runtime.
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
