// Package profiler renders the Jobs that profile models for requests. A Protocol
// is how a generation of profilers is called and answers; all else, the Job, its
// account and the relay that publishes its output, is the same for all of them.
package profiler

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// OutputFolder is where a profiler has to write its output.
const OutputFolder = relay.Folder

// Protocol is how a generation of profilers is called and answers.
type Protocol interface {
	// Examine returns what keeps a request from being profiled, and what its user
	// should know.
	Examine(r dynamo.Request) layer.Findings
	// Label is the value of the Job's label app.
	Label(r dynamo.Request) string
	// Call returns how the profiler is called. It fails for a request that Examine
	// has faults for.
	Call(r dynamo.Request, s settings.Settings) (Call, error)
	// Files are the output files that are published. The first one is the result:
	// without it profiling has failed.
	Files(r dynamo.Request) []string
	// Results are the output files that may be the result of one request or another.
	Results() []string
	// StatusFile is the output file in which the profiler says how far it is; empty
	// where it says nothing.
	StatusFile() string
	// ReadsHardware says whether the profiler has to be told of the cluster's GPUs.
	ReadsHardware() bool
	// NameGraph is what the graph of a result is called that has a name of its own, where
	// the request does not say.
	NameGraph(r dynamo.Request, own string) string
	// Needs are the objects of the request's namespace that must exist before it
	// is profiled.
	Needs(r dynamo.Request) []Input
}

// Call is how the profiler is called: what its container has beside what it has in
// all protocols.
type Call struct {
	Command, Args []string
	WorkingDir    string
	Env           []corev1.EnvVar
	// Mounts and Volumes are those of what it reads.
	Mounts  []corev1.VolumeMount
	Volumes []corev1.Volume
}
