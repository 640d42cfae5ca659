// Package output reads what profilers write, as their relay publishes it.
package output

import (
	"strings"
)

// Keys of the ConfigMap that the relay fills, beside those of the output files.
// The first three are those of the operator's relay.
const (
	keyStatus  = "profiler_status"
	keyError   = "profiler_error"
	keyPhase   = "phase"
	keyMessage = "message"
	keyAttempt = "profiler_attempt"
)

// Values of keyStatus.
const (
	statusSuccess = "success"
	statusFailed  = "failed"
)

// maxText is how many bytes of a text of the profiler are repeated.
const maxText = 512

// Output is what the relay has published of an attempt; the zero value is nothing.
type Output struct {
	// Succeeded and Failed say how the profiler ended; neither while it runs.
	Succeeded, Failed bool
	// Error says why it failed.
	Error string
	// Progress says what it does; empty where it does not say.
	Progress string
	// Files are the output files by name.
	Files map[string]string
}

// Read reads the data of the relay's ConfigMap. What an earlier attempt left there
// says nothing of this one.
func Read(data map[string]any, attempt string) Output {
	if text(data, keyAttempt) != attempt {
		return Output{}
	}
	out := Output{Error: text(data, keyError), Progress: joinProgress(text(data, keyPhase), text(data, keyMessage))}
	switch text(data, keyStatus) {
	case statusSuccess:
		out.Succeeded = true
		out.Files = readFiles(data)
	case statusFailed:
		out.Failed = true
	}
	return out
}

// readFiles returns the keys that are files.
func readFiles(data map[string]any) map[string]string {
	out := map[string]string{}
	for key, value := range data {
		switch key {
		case keyStatus, keyError, keyPhase, keyMessage, keyAttempt:
			continue
		}
		if s, ok := value.(string); ok {
			out[key] = s
		}
	}
	return out
}

func joinProgress(phase, message string) string {
	if phase == "" || message == "" {
		return phase + message
	}
	return phase + ": " + message
}

// text returns a text of the data, in bounds.
func text(data map[string]any, key string) string {
	s, _ := data[key].(string)
	s = strings.ToValidUTF8(strings.TrimSpace(s), "?")
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "..."
}

// Publish returns the data of the relay's ConfigMap after a success, with the same
// text in each of some files.
func Publish(attempt, text string, files ...string) map[string]any {
	out := map[string]any{keyAttempt: attempt, keyStatus: statusSuccess}
	for _, name := range files {
		out[name] = text
	}
	return out
}
