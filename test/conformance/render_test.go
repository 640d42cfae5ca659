package conformance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// renderer returns a Renderer that previews a case's manifests. It has one
// previewer for all cases of a folder, since building the schemas takes longer
// than rendering.
func renderer(t *testing.T) Renderer {
	t.Helper()
	previewers := map[string]*preview.Previewer{}
	for folder, s := range settingsByFolder(t) {
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

// existing is what the namespace of all cases holds, and the node of the cluster that
// has GPUs.
func existing(s settings.Settings) []map[string]any {
	gpus := map[string]any{
		"nvidia.com/gpu.present": "true",
		"nvidia.com/gpu.count":   "8",
		"nvidia.com/gpu.memory":  "81559",
		"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
	}
	return []map[string]any{{
		"apiVersion": "v1",
		"kind":       "Secret",
		"metadata":   map[string]any{"name": s.SSHSecret, "namespace": "default"},
	}, {
		"apiVersion": "v1",
		"kind":       "Node",
		"metadata":   map[string]any{"name": "gpu-1", "labels": gpus},
	}}
}

// settingsByFolder are the settings that the expected objects are made with.
func settingsByFolder(t *testing.T) map[string]settings.Settings {
	t.Helper()
	return map[string]settings.Settings{
		FolderDefault:  reference(),
		FolderOwn:      reference(),
		FolderPlatform: platform(t),
		FolderV1Beta1:  reference(),
		FolderRequest:  namespaced(),

		FolderRequestCurrent: settings.Default(),
	}
}

// reference has the names of what the operator was installed with.
func reference() settings.Settings {
	s := settings.Default()
	s.PlannerClusterRole = "dynamo-platform-dynamo-operator-planner"
	s.PickerClusterRole = "dynamo-platform-dynamo-operator-epp"
	return s
}

// namespaced has the services that the operator of requests takes for given in the
// namespace of each.
func namespaced() settings.Settings {
	s := settings.Default()
	s.NATSAddress, s.EtcdAddress = "nats://default-nats:4222", "default-etcd:2379"
	return s
}

// platform are the settings of a site that has everything, as the example of
// settings writes them down.
func platform(t *testing.T) settings.Settings {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(repository(t), "examples", "platform", "settings.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := yaml.YAMLToJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	s, faults := settings.Decode(j)
	if len(faults) > 0 {
		t.Fatal(faults.ToAggregate())
	}
	return s
}

// uid stands for that of a request in the expected objects.
const uid = "$UID"

// render previews manifests and returns all that is composed of them, by all
// layers. What the preview would refuse is an error with its reasons.
func render(p *preview.Previewer, input []byte) ([]map[string]any, error) {
	manifests, err := preview.Documents(bytes.NewReader(input))
	if err != nil {
		return nil, err
	}
	return renderAll(p, manifests)
}

// renderAll does so of manifests that are read already.
func renderAll(p *preview.Previewer, manifests []map[string]any) ([]map[string]any, error) {
	nodes := make([]preview.Node, 0, len(manifests))
	for _, m := range manifests {
		u := unstructured.Unstructured{Object: m}
		u.SetUID(uid)
		node, err := p.Render(m)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
	}
	said := &strings.Builder{}
	if validate.Report(said, nodes, false) {
		return nil, &RefusedError{Why: strings.TrimSpace(said.String())}
	}
	return preview.Composed(nodes), nil
}
