// Package devices counts the GPUs that resource claims give to the main container
// of a component on several nodes (dynamic resource allocation). The claims, or
// their templates, are objects of the component's namespace.
package devices

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
)

// Kinds that say which devices a container gets.
const (
	kindClaim    = "ResourceClaim"
	kindTemplate = "ResourceClaimTemplate"
)

// use of a claim by a main container.
type use struct {
	// name of the claim in its pod, and the one of its requests that the
	// container uses; empty for all.
	name, request string
	// kind and object are what says which devices the claim has.
	kind, object string
}

// key is what the object is asked for by: frozen.
func (u use) key() string {
	if u.kind == kindTemplate {
		return "resourceclaimtemplate/" + u.object
	}
	return "resourceclaim/" + u.object
}

// listUses returns the claims that may give a component its GPUs, in the order of its
// container. One that the pod does not define, or defines by nothing, is left
// out: the API server refuses such a pod.
func listUses(c dynamo.Component) []use {
	var out []use
	for _, claim := range pod.DeviceClaims(c) {
		i := slices.IndexFunc(c.Pod.Spec.ResourceClaims, func(p corev1.PodResourceClaim) bool { return p.Name == claim.Name })
		if i < 0 {
			continue
		}
		of := c.Pod.Spec.ResourceClaims[i]
		u := use{name: claim.Name, request: claim.Request, kind: kindClaim, object: ptr.Deref(of.ResourceClaimName, "")}
		if u.object == "" {
			u.kind, u.object = kindTemplate, ptr.Deref(of.ResourceClaimTemplateName, "")
		}
		if u.object != "" {
			out = append(out, u)
		}
	}
	return out
}

// Needs asks whether the cluster has the API and, once it is known to be there,
// for the objects by name: core fails a composite that asks for an object of a
// kind that does not exist.
func Needs(components []dynamo.Component, answers layer.Answers) layer.Needs {
	api, out := optional.ResourceClaim(), layer.Needs{}
	for _, c := range components {
		for _, u := range listUses(c) {
			out.APIs = optional.Needs(api)
			if !answers.APIs[api.Need] {
				continue
			}
			if out.Objects == nil {
				out.Objects = map[string]layer.Selector{}
			}
			out.Objects[u.key()] = layer.Selector{
				API:       layer.API{APIVersion: api.APIVersion, Kind: u.kind},
				Namespace: c.Namespace,
				Name:      u.object,
			}
		}
	}
	return out
}

// Count returns a component with the GPUs of its claims, and warnings about those
// that cannot be counted. Kept is the number that a workload of the component
// was made with, 0 without one: it stays while it cannot be counted anew, since
// another one would restart pods that run.
func Count(c dynamo.Component, answers layer.Answers, kept int64) (dynamo.Component, []string) {
	all := listUses(c)
	sum, warnings := int64(0), []string(nil)
	warn := func(format string, args ...any) {
		at := c.At.At(dynamo.FieldResources).Child("claims")
		warnings = append(warnings, at.String()+": "+fmt.Sprintf(format, args...))
	}
	for _, u := range all {
		requests, why := u.lookUp(answers)
		n, unclear := countClaim(u, requests)
		sum += n
		switch why = cmp.Or(why, unclear); why {
		case "":
		case unanswered:
			c.Claimed.Uncounted = true
		default:
			c.Claimed.Uncounted = true
			warn("GPUs of claim %q are not counted, since %s", u.name, why)
		}
	}
	if len(all) > 0 && sum == 0 && !c.Claimed.Uncounted {
		c.Claimed.Uncounted = true
		warn("GPUs are not counted, since no claim requests a device class that is known as one of GPUs: use one with gpu or mig in its name")
	}
	c.Claimed.GPUs = sum
	if c.Claimed.Uncounted {
		c.Claimed.GPUs = kept
	}
	return c, warnings
}

// unanswered is why nothing is counted before core has answered. Nobody has to
// do anything about it.
const unanswered = "core has not answered yet"

// lookUp returns the requests of the claim, or why they are not known and what to do.
func (u use) lookUp(answers layer.Answers) ([]resourcev1.DeviceRequest, string) {
	api := optional.ResourceClaim()
	there, asked := answers.APIs[api.Need]
	found, answered := answers.Objects[u.key()]
	switch {
	case asked && !there:
		return nil, fmt.Sprintf("the cluster lacks %s of %s: install %s, or ask for GPUs by limits", api.Kind, api.APIVersion, api.Install)
	case !answered:
		return nil, unanswered
	case len(found) == 0:
		return nil, fmt.Sprintf("the namespace has no %s %q: create it", u.kind, u.object)
	}
	requests, ok := readRequests(u.kind, found[0])
	if !ok {
		return nil, fmt.Sprintf("%s %q has no requests that can be read: correct its spec", u.kind, u.object)
	}
	return requests, ""
}
