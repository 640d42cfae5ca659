package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/live"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// surroundings are a namespace with a quota that is used up, an account, and a
// policy on Services.
const surroundings = `
apiVersion: v1
kind: Namespace
metadata: {name: team, labels: {pod-security.kubernetes.io/warn: restricted}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: team}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: services}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [services]}]}
  validations: [{expression: "false", message: no Services here}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: services}
spec: {policyName: services, validationActions: [Deny], matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: team}}}}
`

const quota = `
apiVersion: v1
kind: ResourceQuota
metadata: {name: gpus, namespace: team}
spec: {hard: {requests.nvidia.com/gpu: "4"}}
`

// full is the state of the quota, which a controller would write.
const full = `
apiVersion: v1
kind: ResourceQuota
metadata: {name: gpus, namespace: team}
status: {hard: {requests.nvidia.com/gpu: "4"}, used: {requests.nvidia.com/gpu: "3"}}
`

const graph = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: default}
spec:
  services:
    Worker:
      componentType: worker
      resources: {limits: {gpu: "2"}}
      extraPodSpec: {mainContainer: {image: "example.org/rt:1", command: [python3, -m, dynamo.vllm]}}
`

// TestServer asks a real API server, as xdynamo validate --server does.
func TestServer(t *testing.T) {
	if testing.Short() {
		t.Skip("an API server takes a while to start")
	}
	cluster := start(t)
	apply(t, cluster, surroundings+"---"+quota)
	status, err := harness.Objects(full)
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.Client.ApplyStatus(t.Context(), status[0]); err != nil {
		t.Fatal(err)
	}
	const (
		graphs = `m:1: error: the cluster has no kind DynamoGraphDeployment of nvidia.com/v1alpha1: install what brings it
`
		components = `m:6: warning: spec.services[Worker]: DynamoComponentDeployment "chat-worker": the cluster has no kind DynamoComponentDeployment of nvidia.com/v1alpha1: install what brings it
`
	)
	cases := map[string]struct {
		reason    string
		namespace string
		want      string
	}{
		"Taken": {reason: "what the cluster lacks is said once", namespace: "default", want: graphs + components},
		"Team": {
			reason: "policies and quotas speak, and warnings are told", namespace: "team",
			want: graphs + `m:6: warning: spec.services[Worker]: Deployment "chat-worker": pods "chat-worker-dry-run" is forbidden: exceeded quota: gpus, requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=3, limited: requests.nvidia.com/gpu=4
m:6: warning: spec.services[Worker]: Deployment "chat-worker": would violate PodSecurity "restricted:latest"
` + components + `m:6: warning: spec.services[Worker]: Service "chat-worker": services "chat-worker" is forbidden: ValidatingAdmissionPolicy 'services' with binding 'services' denied request: no Services here
`,
		},
		"Nowhere": {
			reason: "a namespace that is missing is said once", namespace: "nowhere",
			want: graphs + `m:6: warning: spec.services[Worker]: Deployment "chat-worker": the cluster has no namespace "nowhere": create it
` + components,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			// Policies and quotas take effect a moment after they are written.
			err := harness.Until(t.Context(), 20*time.Second, tc.reason, func(ctx context.Context) error {
				got, err := said(ctx, cluster, strings.Replace(graph, "default", tc.namespace, 1))
				if diff := cmp.Diff(tc.want, got); err == nil && diff != "" {
					err = fmt.Errorf("-want, +got:\n%s", diff)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func start(t *testing.T) *harness.Cluster {
	t.Helper()
	cluster, err := serve(t.Context(), "../..", t.TempDir())
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return cluster
}

func apply(t *testing.T, cluster *harness.Cluster, text string) {
	t.Helper()
	objects, err := harness.Objects(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.Client.Apply(t.Context(), objects...); err != nil {
		t.Fatal(err)
	}
}

// said are the findings of a cluster on a manifest, without the details of Pod
// Security.
func said(ctx context.Context, cluster *harness.Cluster, text string) (string, error) {
	server, err := live.New(cluster.Config())
	if err != nil {
		return "", err
	}
	sources, err := preview.Sources(strings.NewReader(text))
	if err != nil {
		return "", err
	}
	previewer := preview.New(preview.Options{Settings: settings.Default()})
	found, err := validate.Files(previewer, []validate.File{{Name: "m", Sources: sources}}, server.Verdict(ctx))
	if err != nil {
		return "", err
	}
	out := &strings.Builder{}
	for _, f := range found {
		line, details, _ := strings.Cut(f.String(), `latest": `)
		out.WriteString(line)
		if details != "" {
			out.WriteString(`latest"`)
		}
		out.WriteString("\n")
	}
	return out.String(), nil
}
