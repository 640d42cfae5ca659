package component

import (
	"fmt"
	"strconv"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/devices"
)

// countDevices counts the GPUs of a component's claims. What its workload was
// made with stays while they cannot be counted.
func countDevices(c dynamo.Component, in layer.In) (dynamo.Component, []string) {
	text := in.Observed[c.Orchestrator.Workload().Key].Annotations[meta.AnnotationClaimedGPUs]
	kept, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		kept = 0
	}
	return devices.Count(c, in.Answers, max(kept, 0))
}

// noteDevices writes on a workload how many GPUs of claims it is made with.
func noteDevices(object runtime.Object, c dynamo.Component) error {
	if c.Claimed.GPUs == 0 {
		return nil
	}
	o, err := apimeta.Accessor(object)
	if err != nil {
		return fmt.Errorf("cannot note the GPUs of claims: %w", err)
	}
	o.SetAnnotations(meta.Merge(o.GetAnnotations(), map[string]string{
		meta.AnnotationClaimedGPUs: strconv.FormatInt(c.Claimed.GPUs, 10),
	}))
	return nil
}
