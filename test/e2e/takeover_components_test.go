package e2e

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// madeByOperator is what the operator of 1.5 makes of a graph, which controls all of it: a
// component and an adapter in the form of v1beta1, and an account that is bound to a Role.
const madeByOperator = `
apiVersion: nvidia.com/v1beta1
kind: DynamoComponentDeployment
metadata:
  name: chat-frontend
  labels: {nvidia.com/dynamo-graph-deployment-name: chat, nvidia.com/dynamo-component: Frontend, nvidia.com/dynamo-namespace: %[1]s-chat}
  ownerReferences:
  - {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, name: chat, uid: %[2]s, controller: true, blockOwnerDeletion: true}
spec:
  backendFramework: vllm
  name: Frontend
  type: frontend
  replicas: 1
  podTemplate:
    spec:
      containers:
      - name: main
        image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.0
---
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeploymentScalingAdapter
metadata:
  name: chat-worker
  ownerReferences:
  - {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, name: chat, uid: %[2]s, controller: true, blockOwnerDeletion: true}
spec:
  replicas: 3
  dgdRef: {name: chat, componentName: Worker}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: chat-k8s-service-discovery
  ownerReferences:
  - {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, name: chat, uid: %[2]s, controller: true, blockOwnerDeletion: true}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: chat-k8s-service-discovery-role
  labels: {app.kubernetes.io/managed-by: dynamo-operator, app.kubernetes.io/component: rbac}
  ownerReferences:
  - {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, name: chat, uid: %[2]s, controller: true, blockOwnerDeletion: true}
rules:
- {apiGroups: [""], resources: [endpoints, pods], verbs: [get, list, watch]}
- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
- {apiGroups: [nvidia.com], resources: [dynamoworkermetadatas], verbs: [create, get, list, watch, update, patch, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: chat-k8s-service-discovery-binding
  labels: {app.kubernetes.io/managed-by: dynamo-operator, app.kubernetes.io/component: rbac}
  ownerReferences:
  - {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, name: chat, uid: %[2]s, controller: true, blockOwnerDeletion: true}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: chat-k8s-service-discovery-role}
subjects:
- {kind: ServiceAccount, name: chat-k8s-service-discovery, namespace: %[1]s}
`

// TestTakeoverComponents has a graph come to what the operator made of it. The adapter
// goes on scaling. The component cannot be written in another form: the graph says so and
// waits, and gets its pods when the component is deleted without them. Nor can the binding be
// given another role: the graph goes on with that, and makes its own once it is deleted.
func TestTakeoverComponents(t *testing.T) {
	s := newScenario(t)
	g := s.objects(inForm(t, newer))[0]
	g.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	s.must(s.client.Apply(t.Context(), g))
	s.apply(fmt.Sprintf(madeByOperator, s.namespace, s.get(harness.Graph(), chat).GetUID()))
	s.until("the component of the operator has a Deployment", func(ctx context.Context) error {
		_, err := s.client.Get(ctx, s.ref(harness.Deployment(), frontend))
		return err
	})
	adapter := s.get(harness.Adapter(), worker).GetUID()
	s.patch(harness.Graph(), chat, goOn)
	s.untilReplicas(worker, 3)
	s.untilReplicas(frontend, 1)
	s.until("the graph says that the component is in its way", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "Valid", `spec.components[Frontend]: DynamoComponentDeployment "chat-frontend" exists in the form of v1beta1`)
	})
	s.must(s.says(t.Context(), harness.Graph(), chat, "Valid", `it keeps Role "`+discoveryRole+`"`))
	s.wantCondition(harness.Graph(), chat, "Synced", "True")
	if got := s.get(harness.Adapter(), worker).GetUID(); got != adapter {
		t.Errorf("the adapter was made again: its UID was %s, and is %s", adapter, got)
	}
	pods := s.uids(harness.Deployment(), harness.Pod(), harness.Adapter())
	s.must(s.client.Delete(t.Context(), s.ref(bindings(), discoveryBinding)))
	s.until("the graph has a binding of its own", func(ctx context.Context) error {
		b, err := s.client.Get(ctx, s.ref(bindings(), discoveryBinding))
		if err == nil && text(b, "roleRef", "kind") != "ClusterRole" {
			err = errors.New("it is the operator's")
		}
		return err
	})

	s.orphan(harness.Component(), frontend)
	s.untilReady(chat)
	s.survive(pods)
	s.must(s.scaleTo(worker, 2))
	s.untilReplicas(worker, 2)
}
