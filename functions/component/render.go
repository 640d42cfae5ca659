package component

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/leader"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
	"github.com/crossplane-contrib/function-dynamo/functions/render/monitor"
)

// rendered is the layer's result and what it knows of the workload.
type rendered struct {
	layer.Out

	// state of the workload, and whether there is one at all: there is none
	// where the cluster lacks its kind.
	state    dynamo.State
	composed bool
	// lacking are the fields that need an API which the cluster lacks, and
	// kinds what it lacks.
	lacking, kinds []string
	// noted are fields that need such an API, too, and without which the component
	// serves all the same.
	noted []string
	// others are warnings of what others made under the names of children, which is left
	// alone.
	others []string
	// cause is what keeps the component from being as its spec asks.
	cause dynamo.Cause
}

// part is some of a component's children, and the fields that are not acted on
// since the cluster lacks kinds.
type part struct {
	children []layer.Child
	lacking  []string
	kinds    []string
	noted    []string
}

// render composes a component without faults; keys are for one on its own.
func render(c dynamo.Component, in layer.In, keys part) (rendered, error) {
	runs, state, err := composeRunning(c, in)
	if err != nil {
		return rendered{}, err
	}
	all := runs.with(makeExposure(c, in)).with(makeProtection(c, in)).with(makeOwned(c, in)).with(keys)
	out := rendered{state: state, composed: len(runs.children) > 0, lacking: all.lacking, kinds: all.kinds, noted: all.noted}
	left := others.Leave(all.children, in)
	out.Children, out.others = left.Children, left.Warnings
	out.Ready = layer.AllReady(others.WithoutSpare(out.Children)) && state.Available && len(out.lacking) == 0 && !left.Unready
	out.Pace = layer.PaceFor(out.Out, in.Observed, out.composed && len(out.lacking) == 0 && !left.Unready)
	refused := in.Refused()
	why := explainWorkload(c, state, runs, refused)
	if state.Available {
		// It has been taken since.
		refused = refused.Without(c.Orchestrator.Workload().Key)
	}
	out.Refuse(refused)
	out.cause = explainComponent(why, refused)
	out.Conditions = makeConditions(c, state.Available, why)
	out.Children = in.PodsLast(out.Children, func(key string) bool { return isFirst(key, c, in) })
	return out, nil
}

// isFirst says whether a key is that of the workload of a component which is composed for
// the first time.
func isFirst(key string, c dynamo.Component, in layer.In) bool {
	_, known := layer.Read(in.Composite).Status()["observedGeneration"]
	return key == c.Orchestrator.Workload().Key && !known
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
	found := monitor.Child(monitor.OfComponent(c), []dynamo.Component{c}, in)
	out.children, out.noted = append(out.children, found.Children...), found.Lacking
	return out
}

// warnOfAccounts returns the warnings of the accounts that the component makes.
func warnOfAccounts(c dynamo.Component, in layer.In) []string {
	if !c.Standalone {
		return nil
	}
	return account.Warnings(account.OwnerOf(c), []dynamo.Component{c}, in)
}
