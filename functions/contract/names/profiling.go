package names

// ProfilingJob is the Job that profiles for a request. People look for it by this
// name.
func ProfilingJob(request string) string { return Limit("profile-" + request) }

// ProfilingOutput is the ConfigMap with what the profiler wrote. It may be longer than a
// DNS label, as ConfigMaps may.
func ProfilingOutput(request string) string { return "dgdr-output-" + request }

// ProfilerAccount is the ServiceAccount of a request's profiler, and the RoleBinding
// of it.
func ProfilerAccount(request string) string { return Limit(request + "-profiler") }

// GeneratedGraph is the graph that is made for a request, where nobody has named it.
func GeneratedGraph(request string) string { return request + "-dgd" }
