package relay

import "strings"

// State of a profiler, as the relay publishes it.
type State string

// The states. Before the relay has started there is none.
const (
	Running State = "running"
	Success State = "success"
	Failed  State = "failed"
)

// Keys of the ConfigMap. All others are names of result files.
const (
	keyState   = "profiler_status"
	keyError   = "profiler_error"
	keyAttempt = "profiler_attempt"
	keyPhase   = "phase"
	keyMessage = "message"
)

// Report is what a relay has published.
type Report struct {
	// State of the profiler; empty if there is nothing of this attempt.
	State State
	// Phase and Message are how far the profiler says that it is, if it does.
	Phase, Message string
	// Error is why it failed.
	Error string
	// Results are the result files by name, once it succeeded.
	Results map[string]string
}

// maxText is how many bytes of a text are read: the relay writes less, but anybody who
// may write ConfigMaps may write more, and the texts end in conditions.
const maxText = 1024

// Read returns what was published of an attempt in the data of the ConfigMap.
func Read(data map[string]any, attempt string) Report {
	state := State(readText(data, keyState))
	if state == "" || readText(data, keyAttempt) != attempt {
		return Report{}
	}
	return readReport(data, state)
}

func readReport(data map[string]any, state State) Report {
	out := Report{State: state, Phase: readText(data, keyPhase), Message: readText(data, keyMessage), Error: readText(data, keyError)}
	if out.State == Success {
		out.Results = readFiles(data)
	}
	return out
}

// readText returns a text of the data, in bounds.
func readText(data map[string]any, key string) string {
	s, _ := data[key].(string)
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "..."
	}
	return s
}

// readFiles returns the files in the data of a ConfigMap.
func readFiles(data map[string]any) map[string]string {
	out := map[string]string{}
	for name, content := range data {
		switch name {
		case keyState, keyError, keyAttempt, keyPhase, keyMessage:
			continue
		}
		if s, ok := content.(string); ok {
			out[name] = s
		}
	}
	return out
}

// Publish returns the data of the ConfigMap after a success, with the same text in each
// of some files: tools show with it what becomes of a result.
func Publish(attempt, text string, files ...string) map[string]any {
	out := map[string]any{keyAttempt: attempt, keyState: string(Success)}
	for _, name := range files {
		out[name] = text
	}
	return out
}
