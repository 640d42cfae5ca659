package main

import (
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// readConfigs reads the EnvironmentConfigs of files. Each of them has settings that
// the function would read.
func readConfigs(files []string, in io.Reader) ([]map[string]any, error) {
	objects, err := readAll(files, in)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, o := range objects {
		items, ok := preview.Items(o)
		if !ok {
			items = []map[string]any{o}
		}
		out = append(out, items...)
	}
	seen := map[string]bool{}
	for _, o := range out {
		u := unstructured.Unstructured{Object: o}
		if err := checkConfig(u); err != nil {
			return nil, err
		}
		if seen[u.GetName()] {
			return nil, fmt.Errorf("%s %q is there twice, and a cluster has one: remove one of the two", u.GetKind(), u.GetName())
		}
		seen[u.GetName()] = true
	}
	return out, nil
}

// checkConfig says why an object brings no settings, if so.
func checkConfig(u unstructured.Unstructured) error {
	if u.GetKind() != layer.ConfigKind || u.GetAPIVersion() != layer.ConfigAPIVersion {
		return fmt.Errorf("%s %q of %s is no %s of %s", u.GetKind(), u.GetName(), u.GetAPIVersion(), layer.ConfigKind, layer.ConfigAPIVersion)
	}
	if !settings.Configures(u.GetName()) {
		return fmt.Errorf("nothing reads %s %q: settings are in those called dynamo and dynamo.NAMESPACE", u.GetKind(), u.GetName())
	}
	if why := preview.LacksSettings(u.Object); why != "" {
		return fmt.Errorf("%s %q: %s", u.GetKind(), u.GetName(), why)
	}
	data, _ := u.Object["data"].(map[string]any)
	if _, faults := settings.Fold(settings.Default(), settings.Config(u.GetName(), data)); len(faults) > 0 {
		return fmt.Errorf("%s", list(faults))
	}
	return nil
}
