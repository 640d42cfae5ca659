// Package legacy speaks to the profiler of v1alpha1 requests, the Python module
// benchmarks.profiler.profile_sla: it takes one document of configuration and writes
// one result for real workers and one for mockers.
package legacy

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Output files. The profiler always writes both.
const (
	resultFile       = "config_with_planner.yaml"
	mockerResultFile = "mocker_config_with_planner.yaml"
)

// Values of the Job's label app: profilers that try out graphs, and those that only
// compute with AIConfigurator.
const (
	labelOnline = "dynamo-profiler"
	labelAIC    = "aic-profiler"
)

// Protocol is how the profiler is called and answers.
type Protocol struct{}

var _ profiler.Protocol = Protocol{}

// Label tells profilers that need no GPU from those that do.
func (Protocol) Label(r dynamo.Request) string {
	if usesAIConfigurator(readConfig(r)) {
		return labelAIC
	}
	return labelOnline
}

// Files are the output files: the one that the request asks for first.
func (Protocol) Files(r dynamo.Request) []string {
	if r.UseMocker {
		return []string{mockerResultFile, resultFile}
	}
	return []string{resultFile, mockerResultFile}
}

// Results are both, each of which may be asked for.
func (Protocol) Results() []string { return []string{resultFile, mockerResultFile} }

// NameGraph leaves a graph the name that the profiler gave it.
func (Protocol) NameGraph(_ dynamo.Request, own string) string { return own }

// StatusFile is none: this profiler tells its log alone.
func (Protocol) StatusFile() string { return "" }

// ReadsHardware is false: this profiler is told in its configuration, or looks itself.
func (Protocol) ReadsHardware() bool { return false }

// Call returns the command line, with the whole configuration as one argument.
func (Protocol) Call(r dynamo.Request, s settings.Settings) (profiler.Call, error) {
	document, err := writeDocument(r)
	if err != nil {
		return profiler.Call{}, fmt.Errorf("cannot write the profiler's configuration: %w", err)
	}
	out := profiler.Call{
		Command: []string{"python", "-m", "benchmarks.profiler.profile_sla"},
		Args:    []string{"--profile-config", shell.Arg(document)},
		Env:     makeEnvironment(s),
	}
	if r.Profiler.GPUDiscovery {
		out.Args = append(out.Args, "--enable-gpu-discovery")
	}
	out.Volumes, out.Mounts = makeVolumes(r)
	return out, nil
}

// makeEnvironment makes the variables that are this profiler's alone: where the
// services are that graphs of its time need. A site that has none sets none.
func makeEnvironment(s settings.Settings) []corev1.EnvVar {
	var out []corev1.EnvVar
	if s.NATSAddress != "" {
		out = append(out, corev1.EnvVar{Name: "NATS_SERVER", Value: s.NATSAddress})
	}
	if s.EtcdAddress != "" {
		out = append(out, corev1.EnvVar{Name: "ETCD_ENDPOINTS", Value: s.EtcdAddress})
	}
	return out
}
