// Package forms writes manifests of v1alpha1 in the form of v1beta1, with their faults. It
// reads no types: what is wrong in a manifest has to stay wrong.
package forms

import "maps"

// Beta returns a manifest of v1alpha1 in the form of v1beta1, with its faults
// where they have a place there, and otherwise as it is. The second result names
// the fields that have none, sorted.
func Beta(manifest map[string]any) (map[string]any, []string) {
	out := maps.Clone(manifest)
	out["apiVersion"] = "nvidia.com/v1beta1"
	spec, _ := manifest["spec"].(values)

	switch manifest["kind"] {
	case "DynamoGraphDeployment":
		g := &reader{from: spec, at: "spec"}
		out["spec"] = g.graph()

		return out, g.unplaced()
	case "DynamoComponentDeployment":
		c := &reader{from: spec, at: "spec"}
		component := c.component()
		c.copyTo(component, "backendFramework", "backendFramework")
		out["spec"] = component

		return out, c.unplaced()
	case "DynamoGraphDeploymentScalingAdapter":
		out["spec"] = adapter(spec)
	}

	return out, nil
}

// adapter is the spec of one that names a component.
func adapter(spec values) values {
	out := maps.Clone(spec)
	if ref, ok := spec["dgdRef"].(values); ok {
		r := &reader{from: maps.Clone(ref)}
		renamed := values{}
		r.copyTo(renamed, "serviceName", "componentName")
		maps.Copy(renamed, r.from)
		out["dgdRef"] = renamed
	}

	return out
}
