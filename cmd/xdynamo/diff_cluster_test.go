package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// nothing is what is told where nothing changes.
const nothing = "Pods: none restart\nObjects: 0 added, 0 removed, 0 changed, 8 unchanged\n"

// edited is a copy of the manifests of chat with something in the place of something else.
func edited(t *testing.T, pairs ...string) string {
	t.Helper()
	raw, err := os.ReadFile(testdata("chat.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "chat.yaml")
	if err := os.WriteFile(path, []byte(strings.NewReplacer(pairs...).Replace(string(raw))), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// find returns the object of a kind and name.
func find(t *testing.T, all []map[string]any, kind, name string) map[string]any {
	t.Helper()
	for _, o := range all {
		u := unstructured.Unstructured{Object: o}
		if u.GetKind() == kind && u.GetName() == name {
			return o
		}
	}
	t.Fatalf("no %s %q", kind, name)
	return nil
}

// set sets a field of an object of the cluster, which nobody owns.
func set(t *testing.T, object map[string]any, value any, path ...string) {
	t.Helper()
	if err := unstructured.SetNestedField(object, value, path...); err != nil {
		t.Fatal(err)
	}
}

// manifest reads an object.
func manifest(t *testing.T, text string) map[string]any {
	t.Helper()
	all, err := preview.Documents(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// applied is what a cluster holds of the manifest that most cases compare.
func applied(t *testing.T) []map[string]any {
	t.Helper()
	return apply(t, testdata("chat.yaml"), "")
}

// TestDiffCluster compares manifests with what a cluster holds.
func TestDiffCluster(t *testing.T) {
	const site = `{"podDefaults": {"labels": {"example.org/a": "b"}}}`
	cases := map[string]struct {
		reason string
		held   func(t *testing.T) []map[string]any
		args   func(t *testing.T) []string
		want   result
	}{
		"Same": {
			reason: "what runs is what the manifest says",
			held:   applied,
			want:   result{out: nothing},
		},
		"Others": {
			reason: "what servers and people add to a template stays, and restarts nothing",
			held: func(t *testing.T) []map[string]any {
				t.Helper()
				out := applied(t)
				worker := find(t, out, "Deployment", "chat-worker")
				set(t, worker, "Always", "spec", "template", "spec", "restartPolicy")
				set(t, worker, "today", "spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt")
				set(t, worker, "1", "metadata", "annotations", "deployment.kubernetes.io/revision")
				return out
			},
			want: result{out: nothing},
		},
		"Edited": {
			reason: "the pods that the cluster has restart",
			held: func(t *testing.T) []map[string]any {
				t.Helper()
				out := applied(t)
				set(t, find(t, out, "Deployment", "chat-worker"), int64(5), "spec", "replicas")
				set(t, find(t, out, "DynamoComponentDeployment", "chat-worker"), int64(5), "spec", "replicas")
				return out
			},
			args: func(t *testing.T) []string {
				t.Helper()
				return []string{edited(t, "dynamo:1\n          command", "dynamo:2\n          command")}
			},
			want: result{code: 1, out: `Pods: 5 of 1 workload restart
Objects: 0 added, 0 removed, 2 changed, 6 unchanged

Pods restart
  Deployment team/chat-worker: 5 pods, 2 afterwards
    spec.template.spec.containers[main].image: example.org/dynamo:1 -> example.org/dynamo:2
    spec.replicas: 5 -> 2 (restarts nothing)

Other objects
  DynamoComponentDeployment team/chat-worker changed
    spec.extraPodSpec.mainContainer.image: example.org/dynamo:1 -> example.org/dynamo:2
    spec.replicas: 5 -> 2
`},
		},
		"Removed": {
			reason: "what the manifest no longer has goes",
			held:   applied,
			args: func(t *testing.T) []string {
				t.Helper()
				return []string{edited(t, "    Frontend:\n      componentType: frontend\n      extraPodSpec:\n        mainContainer:\n          image: example.org/dynamo:1\n", "")}
			},
			want: result{code: 1, out: `Pods: 1 of 1 workload removed
Objects: 0 added, 3 removed, 0 changed, 5 unchanged

Pods end
  Deployment team/chat-frontend: 1 pod, removed

Other objects
  DynamoComponentDeployment team/chat-frontend removed
  Service team/chat-frontend removed
`},
		},
		"SettingsOfTheCluster": {
			reason: "its settings hold where the files have none",
			held: func(t *testing.T) []map[string]any {
				t.Helper()
				return append(apply(t, testdata("chat.yaml"), site), manifest(t, config("dynamo", site)))
			},
			want: result{out: nothing},
		},
		"SettingsOfTheStep": {
			reason: "so do those of the step by which the graph was composed",
			held: func(t *testing.T) []map[string]any {
				t.Helper()
				out := apply(t, testdata("chat.yaml"), site)
				set(t, find(t, out, "DynamoGraphDeployment", "chat"), "r", "spec", "crossplane", "compositionRevisionRef", "name")
				return append(out, manifest(t, revision(site)))
			},
			want: result{out: nothing},
		},
		"SettingsOfTheFiles": {
			reason: "settings among the files are those that are going to be there",
			held:   applied,
			args: func(t *testing.T) []string {
				t.Helper()
				path := filepath.Join(t.TempDir(), "dynamo.yaml")
				if err := os.WriteFile(path, []byte(config("dynamo", site)), 0o600); err != nil {
					t.Fatal(err)
				}
				return []string{testdata("chat.yaml"), path}
			},
			want: result{code: 1, out: `Pods: 3 of 2 workloads restart
Objects: 0 added, 0 removed, 2 changed, 6 unchanged

Pods restart
  Deployment team/chat-frontend: 1 pod
    spec.template.metadata.labels[example.org/a]: added b
  Deployment team/chat-worker: 2 pods
    spec.template.metadata.labels[example.org/a]: added b
`},
		},
		"TakenOver": {
			reason: "an object of others that has the name is taken over: pods restart where their template differs",
			held: func(t *testing.T) []map[string]any {
				t.Helper()
				worker := find(t, applied(t), "Deployment", "chat-worker")
				unstructured.RemoveNestedField(worker, "metadata", "managedFields")
				set(t, worker, "theirs", "spec", "template", "metadata", "labels", "nvidia.com/dynamo-component")
				set(t, worker, "kept", "spec", "template", "metadata", "labels", "example.org/other")
				return []map[string]any{worker}
			},
			want: result{code: 1, out: `Pods: 2 of 1 workload restart, 1 of 1 workload new
Objects: 7 added, 0 removed, 1 changed, 0 unchanged

Pods restart
  Deployment team/chat-worker: 2 pods
    spec.template.metadata.labels[nvidia.com/dynamo-component]: theirs -> Worker

New pods
  Deployment team/chat-frontend: 1 pod

Other objects
  DynamoComponentDeployment team/chat-frontend added
  Service team/chat-frontend added
  ServiceAccount team/chat-k8s-service-discovery added
  RoleBinding team/chat-k8s-service-discovery-binding added
  DynamoComponentDeployment team/chat-worker added
  Service team/chat-worker added
`},
		},
		"Empty": {
			reason: "of what the cluster lacks everything is new, and restarts nothing",
			held:   func(*testing.T) []map[string]any { return nil },
			want: result{out: `Pods: none restart, 3 of 2 workloads new
Objects: 8 added, 0 removed, 0 changed, 0 unchanged

New pods
  Deployment team/chat-frontend: 1 pod
  Deployment team/chat-worker: 2 pods

Other objects
  DynamoComponentDeployment team/chat-frontend added
  Service team/chat-frontend added
  ServiceAccount team/chat-k8s-service-discovery added
  RoleBinding team/chat-k8s-service-discovery-binding added
  DynamoComponentDeployment team/chat-worker added
  Service team/chat-worker added
`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &cluster{objects: tc.held(t)}
			c.start(t)
			args := []string{testdata("chat.yaml")}
			if tc.args != nil {
				args = tc.args(t)
			}
			got := runWith("", append([]string{"diff", "--cluster"}, args...)...)
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("\n%s\nrun(...): -want, +got:\n%s", tc.reason, diff)
			}
			if len(c.writes) > 0 {
				t.Errorf("\n%s\nrun(...): want no writes, got %v", tc.reason, c.writes)
			}
		})
	}
}

// claimed is what a cluster holds of a file with a claim: behind it is a composite that has
// a name of Crossplane's choice.
func claimed(t *testing.T, file string) []map[string]any {
	t.Helper()
	out := apply(t, file, "")
	claim, graph := out[0], find(t, out, "DynamoGraphDeployment", "chat")
	refs, _, _ := unstructured.NestedSlice(claim, "spec", "crossplane", "resourceRefs")
	unstructured.RemoveNestedField(claim, "spec", "crossplane")
	set(t, claim, map[string]any{"apiVersion": "nvidia.com/v1alpha1", "kind": "XDynamoGraphDeployment", "name": "chat-x7k2p"}, "spec", "resourceRef")
	refs[0].(map[string]any)["namespace"] = "team"
	composite := map[string]any{
		"apiVersion": "nvidia.com/v1alpha1", "kind": "XDynamoGraphDeployment",
		"metadata": map[string]any{"name": "chat-x7k2p"}, "spec": map[string]any{"resourceRefs": refs},
	}
	u := unstructured.Unstructured{Object: graph}
	owners := u.GetOwnerReferences()
	owners[0].Name = "chat-x7k2p"
	u.SetOwnerReferences(owners)
	return append(out, composite)
}

// TestDiffClusterClaim: a claim is compared like what it makes.
func TestDiffClusterClaim(t *testing.T) {
	file := edited(t, "kind: DynamoGraphDeployment", "kind: DynamoGraphDeploymentClaim")
	cases := map[string]struct {
		reason string
		file   string
		code   int
		want   string
	}{
		"Same":   {reason: "nothing is different", file: file, want: "Pods: none restart\nObjects: 0 added, 0 removed, 0 changed, 9 unchanged\n"},
		"Edited": {reason: "an edit reaches the pods", file: edited(t, "kind: DynamoGraphDeployment", "kind: DynamoGraphDeploymentClaim", "dynamo:1\n          command", "dynamo:2\n          command"), code: 1, want: "Pods: 2 of 1 workload restart\nObjects: 0 added, 0 removed, 3 changed, 6 unchanged\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			(&cluster{objects: claimed(t, file)}).start(t)
			got := runWith("", "diff", "--cluster", tc.file)
			if got.code != tc.code || !strings.HasPrefix(got.out, tc.want) {
				t.Errorf("\n%s\nrun(...): want status %d and\n%s\ngot %d and\n%s%s", tc.reason, tc.code, tc.want, got.code, got.out, got.err)
			}
		})
	}
}

// revision is one of a Composition whose step has settings.
func revision(input string) string {
	return `{apiVersion: apiextensions.crossplane.io/v1, kind: CompositionRevision, metadata: {name: r}, spec: {
compositeTypeRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment}, pipeline: [{step: s, input:
` + strings.Replace(input, "{", "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, ", 1) + `}]}}`
}

// TestDiffClusterErrors: without an answer of the cluster there is nothing to compare.
func TestDiffClusterErrors(t *testing.T) {
	cases := map[string]struct {
		reason, forbidden, want string
	}{
		"Graphs":   {"the graph cannot be read", "dynamographdeployments", `xdynamo: error: cannot read DynamoGraphDeployment "chat" of the cluster: dynamographdeployments is forbidden` + "\n"},
		"Settings": {"nor the settings", "environmentconfigs", `xdynamo: error: cannot read EnvironmentConfig "dynamo" of the cluster: environmentconfigs is forbidden` + "\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			(&cluster{forbidden: tc.forbidden}).start(t)
			want := result{code: 2, err: tc.want}
			if diff := cmp.Diff(want, runWith("", "diff", "--cluster", testdata("chat.yaml")), cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("\n%s\nrun(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDiffClusterLacksKind: where the kind is not known, no manifest of it can be applied.
func TestDiffClusterLacksKind(t *testing.T) {
	kubeconfig(t)

	got := runWith("", "diff", "--cluster", testdata("chat.yaml"))

	want := result{code: 2, err: "xdynamo: error: the cluster has no kind DynamoGraphDeployment of nvidia.com/v1alpha1: install what brings it\n"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("run(...): -want, +got:\n%s", diff)
	}
}
