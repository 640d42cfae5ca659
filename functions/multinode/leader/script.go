// Package leader renders the script that lets workers of a replica on several
// nodes wait for its leader.
package leader

import (
	_ "embed" // For the script.

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// KeyScript is the key of the script's ConfigMap: frozen API.
const KeyScript = "configmap/wait-leader"

//go:embed wait-for-leader.py
var script string

// Script is the ConfigMap with the script, for an owner: a graph, or a component
// without one, whose graph is empty. It is ready as soon as it exists.
func Script(owner, graph string, observed layer.Observed) layer.Child {
	out := &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: names.WaitScript(owner)},
		Data:       map[string]string{engine.WaitScriptKey: script},
	}
	if graph != "" {
		out.Labels = map[string]string{meta.LabelGraph: graph}
	}
	return layer.Made(KeyScript, out, observed)
}
