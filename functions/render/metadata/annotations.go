package metadata

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// Annotations of a component's pods, Deployment and Service. The user's replace
// the defaults of its type, and those of the runtime contract replace the user's.
// What says whether a frontend is exposed stays away: it may change while pods run.
func Annotations(c dynamo.Component) map[string]string {
	var defaults, fixed map[string]string
	if c.Type == dynamo.TypePicker {
		// A gateway talks to the picker itself, not to a proxy in front of it.
		defaults = map[string]string{meta.AnnotationIstioInject: "false"}
	}
	if c.Model != "" {
		fixed = map[string]string{meta.AnnotationBaseModel: c.Model}
	}
	out := meta.Merge(defaults, c.Annotations, fixed)
	delete(out, meta.AnnotationExpose)
	if len(out) == 0 {
		return nil
	}
	return out
}

// QueueAnnotations tell, on a workload object, in which queue of the settings it was made.
func QueueAnnotations(c dynamo.Component) map[string]string {
	return nameQueue(c, meta.AnnotationQueue)
}

// nameQueue names the queue of the settings under a key; nothing without one.
func nameQueue(c dynamo.Component, key string) map[string]string {
	if c.Queue == "" {
		return nil
	}
	return map[string]string{key: c.Queue}
}

// PodAnnotations are Annotations and, for an endpoint picker, the hash of its
// configuration: the picker reads that at its start, so that a changed one has to
// replace its pods.
func PodAnnotations(c dynamo.Component) map[string]string {
	if c.Picker == nil || c.Picker.Document == nil {
		return Annotations(c)
	}
	digest, err := object.Hash(string(c.Picker.Document))
	if err != nil {
		return Annotations(c) // Never: a text can be hashed.
	}
	return meta.Merge(Annotations(c), map[string]string{meta.AnnotationPickerConfigHash: digest.Hash})
}
