package conformance

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// renderer returns a Renderer that previews a case's manifests. It has one
// previewer for all cases of a folder, since building the schemas takes longer
// than rendering.
func renderer() Renderer {
	previewers := map[string]*preview.Previewer{}
	for folder, s := range settingsByFolder() {
		previewers[folder] = preview.New(preview.Options{Settings: s, Existing: existing(s)})
	}
	return func(c Case) ([]map[string]any, error) {
		p, ok := previewers[c.Folder]
		if !ok {
			return nil, fmt.Errorf("the settings of folder %s are not written down", c.Folder)
		}
		return render(p, c.Input)
	}
}

// existing is what the namespace of all cases holds.
func existing(s settings.Settings) []map[string]any {
	return []map[string]any{{
		"apiVersion": "v1",
		"kind":       "Secret",
		"metadata":   map[string]any{"name": s.SSHSecret, "namespace": "default"},
	}}
}

// settingsByFolder are the settings that the expected objects are made with.
func settingsByFolder() map[string]settings.Settings {
	return map[string]settings.Settings{
		FolderDefault:  reference(),
		FolderOwn:      reference(),
		FolderPlatform: platform(),
	}
}

// reference has the names of what the operator was installed with.
func reference() settings.Settings {
	s := settings.Default()
	s.PlannerClusterRole = "dynamo-platform-dynamo-operator-planner"
	s.PickerClusterRole = "dynamo-platform-dynamo-operator-epp"
	return s
}

// platform is a site that has everything.
func platform() settings.Settings {
	s := reference()
	s.DiscoveryBackend = v1beta1.DiscoveryEtcd
	s.NATSAddress = "nats://dynamo-platform-nats.dynamo-system.svc.cluster.local:4222"
	s.EtcdAddress = "dynamo-platform-etcd.dynamo-system.svc.cluster.local:2379"
	s.ModelExpressURL = "http://model-express-server.dynamo-system.svc.cluster.local:8001"
	s.PrometheusEndpoint = "http://prometheus-kube-prometheus-prometheus.monitoring.svc.cluster.local:9090"
	s.Ingress = settings.Ingress{
		Class:      "nginx",
		TLSSecret:  "dynamo-tls",
		HostSuffix: "example.com",
		Gateway:    "istio-system/gw",
	}
	s.PullSecrets = []settings.PullSecret{{Registry: "nvcr.io", Name: "ngc-secret"}}
	return s
}

// render previews manifests and returns all that is composed of them, by all
// layers. What the preview would refuse is an error with its reasons.
func render(p *preview.Previewer, input []byte) ([]map[string]any, error) {
	manifests, err := preview.Documents(bytes.NewReader(input))
	if err != nil {
		return nil, err
	}
	nodes := make([]preview.Node, 0, len(manifests))
	for _, m := range manifests {
		node, err := p.Render(m)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
	}
	said := &strings.Builder{}
	if preview.Report(said, nodes) {
		return nil, fmt.Errorf("refused:\n%s", said)
	}
	return preview.Composed(nodes), nil
}
