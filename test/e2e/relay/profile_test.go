package relay

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// Names of what each test has in a namespace of its own.
const (
	podName  = "profile-chat"
	mapName  = "dgdr-output-chat"
	patience = time.Minute
)

// rights are all that the relay needs.
const rights = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: relay}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
- {apiGroups: [""], resources: [configmaps], verbs: [get, patch]}
`

// surroundings of the pod: its account and rights, and the ConfigMap as it is
// composed.
const surroundings = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: chat-profiler}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: chat-profiler}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: relay}
subjects: [{kind: ServiceAccount, name: chat-profiler, namespace: %s}]
---
` + configMap

const configMap = `
apiVersion: v1
kind: ConfigMap
metadata: {name: dgdr-output-chat, labels: {dgdr.nvidia.com/name: chat}}
`

// pod has a node, although there is none: so it is not gone at once when it is
// deleted.
const pod = `
apiVersion: v1
kind: Pod
metadata: {name: %s}
spec:
  nodeName: nowhere
  serviceAccountName: chat-profiler
  restartPolicy: Never
  containers:
  - {name: profiler, image: registry.example/vllm-runtime:0.9.0}
`

// status is what a kubelet tells of the profiler's container.
const status = `{"status":{"phase":"Running","containerStatuses":[
  {"name":"output-copier","image":"x","imageID":"x","ready":true,"restartCount":0,"state":{"running":{}}},
  {"name":"profiler","image":"x","imageID":"x","ready":false,"restartCount":0,"state":%s}]}}`

// profile is a pod that profiles, and its relay.
type profile struct {
	*testing.T

	namespace string
	output    string
	relay     *harness.Process
	begin     time.Time
}

// newProfile has a profiler that runs, and a relay beside it; container is the
// name of the golden file with the relay's.
func newProfile(t *testing.T, container string) *profile {
	t.Helper()
	return newProfileIn(t, strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-")), container)
}

// newProfileIn is a profile in a namespace.
func newProfileIn(t *testing.T, namespace, container string) *profile {
	t.Helper()
	p := &profile{T: t, namespace: namespace, output: t.TempDir(), begin: time.Now()}
	p.must(cluster.CreateNamespace(t.Context(), p.namespace))
	p.apply(rights)
	p.apply(fmt.Sprintf(surroundings, p.namespace))
	p.start(podName, container)
	return p
}

// start makes a pod, and runs the relay in it.
func (p *profile) start(name, container string) {
	p.Helper()
	o := p.objects(fmt.Sprintf(pod, name))[0]
	all, _, _ := unstructured.NestedSlice(o.Object, "spec", "containers")
	p.must(unstructured.SetNestedSlice(o.Object, append(all, p.container(container)), "spec", "containers"))
	p.until("the pod can be made", func(ctx context.Context) error { return cluster.Client.Create(ctx, o) })
	p.becomes(name, `{"running":{}}`)
	var err error
	p.relay, err = cluster.RunContainer(p.Context(), p.ref(harness.Pod(), name), "output-copier", "OUTPUT_PATH="+p.output)
	p.must(err)
	relay := p.relay
	p.Cleanup(func() {
		_ = relay.Kill()
		if said, err := os.ReadFile(relay.Log); err == nil {
			p.Logf("the relay said:\n%s", said)
		}
	})
}

// container is the relay's, as it is rendered.
func (p *profile) container(golden string) map[string]any {
	p.Helper()
	folder := filepath.Join(root, "functions", "profiler", "relay")
	raw, err := os.ReadFile(filepath.Join(folder, "testdata", "golden", golden+".yaml"))
	p.must(err)
	all, err := harness.Objects(string(raw))
	p.must(err)
	out := all[0].Object
	script, err := os.ReadFile(filepath.Join(folder, "relay.py"))
	p.must(err)
	out["args"] = []any{string(script)}
	// The pod has no volume, and the API server wants one for each mount.
	delete(out, "volumeMounts")
	return out
}

func (p *profile) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// until waits, and ends the test where it waits in vain.
func (p *profile) until(what string, done func(context.Context) error) {
	p.Helper()
	p.must(harness.Until(p.Context(), patience, what, done))
	p.Logf("[%6.2fs] %s", time.Since(p.begin).Seconds(), what)
}

func (p *profile) objects(manifests string) []*unstructured.Unstructured {
	p.Helper()
	out, err := harness.Objects(manifests)
	p.must(err)
	for _, o := range out {
		if o.GetKind() != "ClusterRole" {
			o.SetNamespace(p.namespace)
		}
	}
	return out
}

func (p *profile) apply(manifests string) {
	p.Helper()
	p.must(cluster.Client.Apply(p.Context(), p.objects(manifests)...))
}

func (p *profile) ref(kind schema.GroupVersionKind, name string) harness.Ref {
	return harness.Ref{GroupVersionKind: kind, Namespace: p.namespace, Name: name}
}

func (p *profile) configMap() harness.Ref { return p.ref(harness.Kind("", "v1", "ConfigMap"), mapName) }

// becomes is another state of the profiler's container.
func (p *profile) becomes(pod, state string) {
	p.Helper()
	p.must(cluster.Client.Patch(p.Context(), p.ref(harness.Pod(), pod), fmt.Sprintf(status, state), "status"))
}

// ends is the end of the profiler.
func (p *profile) ends(code int, reason, message string) {
	p.Helper()
	p.becomes(podName, fmt.Sprintf(`{"terminated":{"exitCode":%d,"reason":%q,"message":%q}}`, code, reason, message))
}

// writes a file of the profiler.
func (p *profile) writes(name, content string) {
	p.Helper()
	p.must(os.WriteFile(filepath.Join(p.output, name), []byte(content), 0o600))
}

// untilPublished waits until the ConfigMap has these data, beside the attempt.
func (p *profile) untilPublished(what string, want map[string]string) {
	p.Helper()
	want["profiler_attempt"] = "5d41402a"
	p.until(what, func(ctx context.Context) error {
		o, err := cluster.Client.Get(ctx, p.configMap())
		if err != nil {
			return err
		}
		got, _, _ := unstructured.NestedStringMap(o.Object, "data")
		if !cmp.Equal(want, got) {
			return fmt.Errorf("-want, +got:\n%s", short(cmp.Diff(want, got)))
		}
		return nil
	})
}

// short is the beginning of a text.
func short(text string) string { return text[:min(len(text), 2000)] }

// untilEnded waits until the relay has ended, with an exit status.
func (p *profile) untilEnded(want int) {
	p.Helper()
	p.until("the relay has ended", func(context.Context) error {
		got, err := p.relay.ExitCode()
		if err == nil && got != want {
			p.Fatalf("want exit status %d, got %d", want, got)
		}
		return err
	})
}

// untilSaid waits until the relay has said something.
func (p *profile) untilSaid(text string) {
	p.Helper()
	p.until("the relay says "+text, func(context.Context) error {
		said, err := os.ReadFile(p.relay.Log)
		if err == nil && !strings.Contains(string(said), text) {
			err = fmt.Errorf("it said %s", said)
		}
		return err
	})
}

// deletePod as the Job's controller does: with a grace.
func (p *profile) deletePod() {
	p.Helper()
	p.must(cluster.Client.Delete(p.Context(), p.ref(harness.Pod(), podName)))
	o, err := cluster.Client.Get(p.Context(), p.ref(harness.Pod(), podName))
	p.must(err)
	if o.GetDeletionTimestamp() == nil {
		p.Fatal("want the pod to be ending")
	}
}
