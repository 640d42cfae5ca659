package functions

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// dropEarlier returns the children without those that are only kept and that an earlier
// step wants: it has said what they should be now.
func dropEarlier(children []layer.Child, earlier map[string]*fnv1.Resource) []layer.Child {
	return slices.DeleteFunc(slices.Clone(children), func(c layer.Child) bool {
		return earlier[c.Key] != nil && c.Lifetime == layer.Kept
	})
}

// names are the keys under which earlier steps want objects, by what tells those apart.
type names map[string]string

func nameAll(resources map[string]*fnv1.Resource, xr wire.Identity) names {
	out := make(names, len(resources))
	for _, key := range slices.Sorted(maps.Keys(resources)) {
		if id := identify(resources[key].GetResource(), xr); id != "" {
			out[id] = key
		}
	}
	return out
}

// check returns an error for an object that an earlier step wants under another key: core
// would write it twice at each reconcile, and delete it with either key.
func (n names) check(key string, object *structpb.Struct, xr wire.Identity) error {
	if len(n) == 0 {
		return nil
	}
	id := identify(object, xr)
	if other, ok := n[id]; ok && other != key {
		return fmt.Errorf("%s of an earlier step of the pipeline and %s are both %s: give that of the earlier step another name", other, key, id)
	}
	return nil
}

// identify is what tells an object from all others, in whichever version it is written; empty
// for one that has no name yet.
func identify(object *structpb.Struct, xr wire.Identity) string {
	fields := object.GetFields()
	metadata := fields["metadata"].GetStructValue().GetFields()
	name := metadata["name"].GetStringValue()
	if name == "" {
		return ""
	}
	kind := fields["kind"].GetStringValue()
	if group, _, ok := strings.Cut(fields["apiVersion"].GetStringValue(), "/"); ok {
		kind += "." + group
	}
	return kind + " " + cmp.Or(metadata["namespace"].GetStringValue(), xr.Namespace) + "/" + name
}

// tellEarlier has a child of an earlier step say that the composite is not ready, where none
// of ours is there to say it: steps behind ours may drop what is said of the composite.
func tellEarlier(rsp *fnv1.RunFunctionResponse) {
	resources := rsp.GetDesired().GetResources()
	keys := slices.Sorted(maps.Keys(resources))
	if len(keys) == 0 {
		return
	}
	// The message is the request's: earlier steps' resources are not ours to change.
	told, _ := proto.Clone(resources[keys[0]]).(*fnv1.Resource)
	told.Ready = fnv1.Ready_READY_FALSE
	resources[keys[0]] = told
}
