package dynamo

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
)

// Image is that of the main container: the user's, else the one that the settings have for
// components of its kind; empty where neither names one.
func (c Component) Image() string {
	return cmp.Or(ptr.Deref(c.Pod.Main, corev1.Container{}).Image, c.siteImage())
}

// SidecarImage is that of the frontend beside the main container.
func (c Component) SidecarImage() string {
	return cmp.Or(ptr.Deref(c.Pod.Sidecar, Sidecar{}).Image, c.SiteImages.Frontend)
}

// siteImage is what the settings say. An engine that knows nothing of Dynamo is in none of
// their images.
func (c Component) siteImage() string {
	switch {
	case c.Type == TypeFrontend:
		return c.SiteImages.Frontend
	case !IsWorker(c.Type) || c.RuntimeApart() != nil:
		return ""
	case c.Engine.Name == EngineVLLM:
		return c.SiteImages.VLLM
	case c.Engine.Name == EngineSGLang:
		return c.SiteImages.SGLang
	case c.Engine.Name == EngineTRTLLM:
		return c.SiteImages.TRTLLM
	}
	return ""
}

// RunsItself says whether a worker leaves to the settings what it runs: it names neither an
// image, for which they have one, nor a command line.
func (c Component) RunsItself() bool {
	main := ptr.Deref(c.Pod.Main, corev1.Container{})
	return IsWorker(c.Type) && main.Image == "" && len(main.Command)+len(main.Args) == 0 && c.siteImage() != ""
}
