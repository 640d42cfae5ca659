package dynamo

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// RuntimeContainer is the name of an init container in which the Dynamo runtime of a
// worker runs, beside an engine that knows nothing of Dynamo.
const RuntimeContainer = "runtime"

// Runtime is the version of the Dynamo runtime of a component: what the user says, else
// that in the tag of the image that has it, else what the site says.
func (c Component) Runtime() version.Version { return c.readRuntime(c.RuntimeImage()) }

// SaidRuntime is the same without what the site says, which is meant for most components
// and may be wrong for this one.
func (c Component) SaidRuntime() version.Version { return c.readSaid(c.RuntimeImage()) }

// RuntimeImage is the image that has the runtime of the component.
func (c Component) RuntimeImage() string {
	if apart := c.RuntimeApart(); apart != nil {
		return apart.Image
	}
	return c.Image()
}

// RuntimeApart is the init container in which the runtime of a worker runs for as long
// as its pod does; nil where it runs in the main container. Runtimes before 1.6 cannot: what
// has that name beside them is a container of the user's like any other.
func (c Component) RuntimeApart() *corev1.Container {
	if !IsWorker(c.Type) {
		return nil
	}
	i := slices.IndexFunc(c.Pod.Spec.InitContainers, func(o corev1.Container) bool {
		return o.Name == RuntimeContainer && RunsApart(c.readRuntime(o.Image)) &&
			ptr.Deref(o.RestartPolicy, "") == corev1.ContainerRestartPolicyAlways
	})
	if i < 0 {
		return nil
	}
	return &c.Pod.Spec.InitContainers[i]
}

// SidecarRuntime is the version of the runtime in the frontend beside the main container.
// What the user says of the component is not about that.
func (c Component) SidecarRuntime() version.Version {
	return version.OfImage(c.SidecarImage()).Or(c.SiteRuntime)
}

// readRuntime reads the version of the component's runtime in an image.
func (c Component) readRuntime(image string) version.Version {
	return c.readSaid(image).Or(c.SiteRuntime)
}

// readSaid reads what the manifest says of that version.
func (c Component) readSaid(image string) version.Version {
	return version.Parse(c.RuntimeOverride).Or(version.OfImage(image))
}

// PicksByItself says whether the component is an endpoint picker without a configuration,
// as those of runtimes since 1.5 are.
func (c Component) PicksByItself() bool { return c.Type == TypePicker && c.Picker == nil }

// WithSite returns the component with what the settings say of runtimes and images, and what
// of them decides what is said of the component.
func (c Component) WithSite(s settings.Settings) Component {
	c.SiteRuntime, c.SiteImages = s.RuntimeVersion, s.Images
	c.SiteEnv, c.SiteIngress = s.PodDefaults.Env, s.Ingress
	return c
}

// WithSite returns the graph with what the settings say in all of its components.
func (g Graph) WithSite(s settings.Settings) Graph {
	out := make([]Component, 0, len(g.Components))
	for _, c := range g.Components {
		out = append(out, c.WithSite(s))
	}
	g.Components = out
	return g
}
