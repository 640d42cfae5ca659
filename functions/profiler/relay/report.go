package relay

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

// Read returns what was published of an attempt in the data of the ConfigMap.
func Read(data map[string]string, attempt string) Report {
	if data[keyState] == "" || data[keyAttempt] != attempt {
		return Report{}
	}
	out := Report{State: State(data[keyState]), Phase: data[keyPhase], Message: data[keyMessage], Error: data[keyError]}
	if out.State == Success {
		out.Results = results(data)
	}
	return out
}

// results are the files in the data of a ConfigMap.
func results(data map[string]string) map[string]string {
	out := map[string]string{}
	for name, content := range data {
		switch name {
		case keyState, keyError, keyAttempt, keyPhase, keyMessage:
		default:
			out[name] = content
		}
	}
	return out
}
