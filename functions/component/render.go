package component

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/leader"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
)

// rendered is the layer's result and what it knows of the workload.
type rendered struct {
	layer.Out

	workload observedWorkload
	// lacking are the fields that need an API which the cluster lacks, and
	// kinds what it lacks.
	lacking, kinds []string
}

// part is some of a component's children, and the fields that are not acted on
// since the cluster lacks kinds.
type part struct {
	children []layer.Child
	lacking  []string
	kinds    []string
}

// render composes a component without faults. SpecHash is the one that its
// graph put on it, empty without a graph; keys are for a component on its own.
func render(c dynamo.Component, in layer.In, specHash string, keys part) (rendered, error) {
	runs, state, err := composeRunning(c, in)
	if err != nil {
		return rendered{}, err
	}
	out := rendered{workload: observedWorkload{State: state, specHash: specHash, composed: len(runs.children) > 0}}
	for _, p := range []part{runs, makeExposure(c, in), makeOwned(c, in), keys} {
		out.Children = append(out.Children, p.children...)
		out.lacking = append(out.lacking, p.lacking...)
		out.kinds = append(out.kinds, p.kinds...)
	}
	out.Ready = layer.AllReady(out.Children) && state.Available && len(out.lacking) == 0
	out.Pace = layer.PaceFor(out.Ready)
	out.Conditions = makeConditions(c, state.Available, strings.Join(runs.lacking, ", "))
	return out, nil
}

// makeOwned makes what a component without a graph needs, and a graph makes for its
// components.
func makeOwned(c dynamo.Component, in layer.In) part {
	if !c.Standalone {
		return part{}
	}
	out := part{children: account.Children(account.OwnerOf(c), []dynamo.Component{c}, in)}
	if c.Orchestrator.Place().WaitForLeader {
		out.children = append(out.children, leader.Script(c.Owner(), "", in.Observed))
	}
	return out
}

// warnOfAccounts returns the warnings of the accounts that the component makes.
func warnOfAccounts(c dynamo.Component, in layer.In) []string {
	if !c.Standalone {
		return nil
	}
	return account.Warnings(account.OwnerOf(c), []dynamo.Component{c}, in)
}

// makeChild returns a child that is ready as soon as it exists.
func makeChild(in layer.In, key string, o runtime.Object) layer.Child {
	return layer.Child{Key: key, Object: o, Ready: in.Observed.Has(key)}
}
