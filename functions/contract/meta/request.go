package meta

// Labels of a request's Job, by which people and their scripts find it.
const (
	// LabelApp says which kind of profiler it runs.
	LabelApp = "app"

	// LabelProfiledRequest is the request that it profiles for.
	LabelProfiledRequest = "dgdr"
)
