// Package component composes what runs one component: its workload, its
// Service and, for a component without a graph, the account of its pods.
package component

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/examine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// KeyService is the key of the component's Service: frozen API.
const KeyService = "service/main"

// Compose is the component layer. It returns an error only for what is no
// DynamoComponentDeployment at all.
func Compose(in layer.In) (layer.Out, error) {
	dcd, c, err := convert.DecodeComponent(in.Composite)
	if err != nil {
		return layer.Out{}, err
	}
	c, uncounted := countDevices(c, in)
	c = c.WithSite(in.Settings)
	c.Queue = chooseQueue(c, in)
	keys, err := chooseSSHKeys(c, in)
	if err != nil {
		return layer.Out{}, err
	}
	c.SSHSecret = keys.Secret
	needs := computeNeeds(c, in)
	if in.Waiting {
		return wait(in, dcd, c, needs), nil
	}
	found := examineComponent(c)
	found.Warnings = append(found.Warnings, uncounted...)
	found.Warnings = append(found.Warnings, keys.Warnings()...)
	found.Warnings = append(found.Warnings, warnOfAccounts(c, in)...)
	found.Warnings = append(found.Warnings, warnOfSettings(dcd, c, in)...)
	found.Faults = append(found.Faults, in.SettingsFaults...)
	displaced := isDisplaced(c, in)
	if displaced {
		found.Ignored = append(found.Ignored, describeLacking(c))
	}
	if found.Fatal() || displaced {
		out, err := hold(in, dcd, c, found)
		out.Needs = needs
		return out, err
	}
	out, err := render(c, in, sshChildren(keys))
	if err != nil {
		return layer.Out{}, err
	}
	out.Needs = needs
	found.Warnings = append(found.Warnings, out.others...)
	out.Status = convert.WriteComponentStatus(makeStatus(in, dcd, c, out))
	found.Ignored = append(append(found.Ignored, out.lacking...), out.noted...)
	found.Ignored = append(found.Ignored, findUnused(c, in.Settings)...)
	found.Report(&out.Out, dcd.Status.Conditions)
	return out.Out, nil
}

// examineComponent returns the findings of a component. The name of a component in a
// graph is checked there, as the graph's.
func examineComponent(c dynamo.Component) layer.Findings {
	out := examine.Component(c)
	if c.Standalone {
		out.Faults = append(out.Faults, examine.Name(c.Name, field.NewPath("metadata", "name"))...)
	}
	return out
}
