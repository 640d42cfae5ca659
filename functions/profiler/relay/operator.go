package relay

// IsOfOperator says whether the data of a ConfigMap was published by the Dynamo operator,
// which does not say of which attempt it is.
func IsOfOperator(data map[string]any) bool {
	return len(data) > 0 && readText(data, keyAttempt) == ""
}

// ReadOfOperator returns what the Dynamo operator has published. In early 2026 it published
// the files of a result, and nothing else: where one of them is there, it is a success.
func ReadOfOperator(data map[string]any, files ...string) Report {
	state := State(readText(data, keyState))
	for _, name := range files {
		if _, ok := data[name].(string); ok && state == "" {
			state = Success
		}
	}
	return readReport(data, state)
}
