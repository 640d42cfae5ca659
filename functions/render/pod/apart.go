package pod

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// makeInitContainers lists the user's init containers. One in which the runtime of a
// worker runs gets what else the main container would.
func makeInitContainers(c dynamo.Component, s settings.Settings) []corev1.Container {
	out := slices.Clone(c.Pod.Spec.InitContainers)
	if i := findApart(c); i >= 0 {
		out[i] = makeApart(c, s)
	}
	return out
}

// findApart returns the index of the init container in which the runtime runs; -1 where
// there is none.
func findApart(c dynamo.Component) int {
	if c.RuntimeApart() == nil {
		return -1
	}
	return slices.IndexFunc(c.Pod.Spec.InitContainers, isCalledRuntime)
}

// isCalledRuntime says whether a container has the name of one in which a runtime runs.
func isCalledRuntime(o corev1.Container) bool { return o.Name == dynamo.RuntimeContainer }

// makeApart makes the init container in which the runtime of a worker runs. What the user
// writes into it counts most.
func makeApart(c dynamo.Component, s settings.Settings) corev1.Container {
	out := *c.RuntimeApart()
	base := process.ReadApart(c).Run(process.RuntimeApart(process.IdentifyApart(c, s)))
	out.Command, out.Args = base.Command, base.Args
	out.Ports = base.Ports
	out.Env = environment.Merge(process.SettingsEnv(s), base.Env, c.Pod.Envs, out.Env)
	out.LivenessProbe = chooseProbe(base.LivenessProbe, out.LivenessProbe)
	out.ReadinessProbe = chooseProbe(base.ReadinessProbe, out.ReadinessProbe)
	out.StartupProbe = chooseProbe(base.StartupProbe, out.StartupProbe)
	return addSiteEnv(out, s.PodDefaults)
}

// makeSettingsEnv makes the variables that settings give to the main container: none to one
// that knows nothing of Dynamo.
func makeSettingsEnv(c dynamo.Component, s settings.Settings) []corev1.EnvVar {
	if c.RuntimeApart() != nil {
		return nil
	}
	return process.SettingsEnv(s)
}

// apartFaults name a runtime beside its engine on several nodes: which of them would have
// one is not known.
func apartFaults(c dynamo.Component) field.ErrorList {
	i := findApart(c)
	if i < 0 || !c.Multinode() {
		return nil
	}
	return field.ErrorList{field.Invalid(pathOfInit(c, i).Child("name"), dynamo.RuntimeContainer,
		"a runtime beside its engine runs on one node: remove "+c.At.Word(dynamo.FieldMultinode)+", or give the container another name")}
}

// apartWarnings tell of an init container that looks like the runtime of a worker, and that
// would end before the engine starts.
func apartWarnings(c dynamo.Component) []string {
	i := slices.IndexFunc(c.Pod.Spec.InitContainers, isCalledRuntime)
	if i < 0 || c.RuntimeApart() != nil {
		return nil
	}
	always := corev1.ContainerRestartPolicyAlways
	restarting := c
	restarting.Pod.Spec.InitContainers = slices.Clone(c.Pod.Spec.InitContainers)
	restarting.Pod.Spec.InitContainers[i].RestartPolicy = &always
	if restarting.RuntimeApart() == nil {
		return nil
	}
	return []string{fmt.Sprintf("%s: only a container that restarts becomes the runtime beside an engine: give it restartPolicy Always, or another name",
		pathOfInit(c, i))}
}

// pathOfInit is where an init container of the user's stands.
func pathOfInit(c dynamo.Component, i int) *field.Path {
	return c.At.At(dynamo.FieldPodSpec).Child("initContainers").Index(i)
}
