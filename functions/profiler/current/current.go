// Package current speaks to the profilers of today, the Python module dynamo.profiler of
// the planner's image: it takes a request of version v1beta1 as one document, says in a
// file how far it is, and writes one result.
package current

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Output files.
const (
	resultFile = "final_config.yaml"
	statusFile = "profiler_status.yaml"
)

// workingFolder is where the image has the profiler's templates.
const workingFolder = "/workspace"

// label is the value of the Job's label app.
const label = "dynamo-profiler"

// Protocol is how the profiler is called and answers.
type Protocol struct{}

var _ profiler.Protocol = Protocol{}

// Label is the same whether graphs are tried out or not.
func (Protocol) Label(dynamo.Request) string { return label }

// Files are the result and what the profiler said last.
func (Protocol) Files(dynamo.Request) []string { return []string{resultFile, statusFile} }

// Results is the one file that has the graph.
func (Protocol) Results() []string { return []string{resultFile} }

// StatusFile is where the profiler says how far it is.
func (Protocol) StatusFile() string { return statusFile }

// NameGraph names a graph after its request, unless the request names it: all graphs of
// one engine have one name.
func (Protocol) NameGraph(r dynamo.Request, own string) string {
	metadata, _ := overlayOf(r)["metadata"].(map[string]any)
	if name, _ := metadata["name"].(string); name != "" {
		return own
	}
	return names.GeneratedGraph(r.Name)
}

// ReadsHardware is true: this profiler looks for nothing itself.
func (Protocol) ReadsHardware() bool { return true }

// Call returns the command line, with the request as one argument.
func (Protocol) Call(r dynamo.Request, _ settings.Settings) (profiler.Call, error) {
	text, err := writeDocument(r)
	if err != nil {
		return profiler.Call{}, fmt.Errorf("cannot write the request for the profiler: %w", err)
	}
	out := profiler.Call{
		Command:    []string{"python", "-m", "dynamo.profiler"},
		Args:       []string{"--config", shell.Arg(text), "--output-dir", profiler.OutputFolder},
		WorkingDir: workingFolder,
	}
	if cache := r.Search.ModelCache; cache != nil && cache.Claim != "" {
		out.Mounts = []corev1.VolumeMount{{Name: profiler.CacheVolume, MountPath: cache.MountPath, ReadOnly: true}}
		out.Volumes = []corev1.Volume{{Name: profiler.CacheVolume, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: cache.Claim, ReadOnly: true},
		}}}
	}
	return out, nil
}

// Needs are the model cache and the claim for the output.
func (Protocol) Needs(r dynamo.Request) []profiler.Input {
	const claim = "PersistentVolumeClaim"
	var out []profiler.Input
	if cache := r.Search.ModelCache; cache != nil && cache.Claim != "" {
		out = append(out, profiler.Input{Kind: claim, Name: cache.Claim, At: r.Search.At.ModelCache.Child("pvcName")})
	}
	if name := r.Profiler.OutputClaim; name != "" {
		out = append(out, profiler.Input{Kind: claim, Name: name, At: r.At.OutputClaim})
	}
	return out
}
