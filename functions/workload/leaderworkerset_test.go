package workload

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	lwsv1 "sigs.k8s.io/lws/api/leaderworkerset/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// spanning is a component of three replicas on four nodes each.
func spanning() dynamo.Component {
	return dynamo.Component{
		Name: "chat-qwen2.5", Namespace: "team", Graph: "chat", Service: "Qwen2.5", DynamoNamespace: "team-chat",
		Type: dynamo.TypeWorker, Replicas: 3, Nodes: 4, Orchestrator: LeaderWorkerSet{}, Engine: dynamo.EngineChoice{Name: dynamo.EngineSGLang},
		Annotations: map[string]string{"example.org/a": "b"},
		Pod:         dynamo.Pod{Main: &corev1.Container{Image: "example.org/engine:1", Command: []string{"python3", "-m", "dynamo.sglang"}, Args: []string{"--tp", "16"}}},
	}
}

// renderNodes is the LeaderWorkerSet of a component.
func renderNodes(c dynamo.Component) *lwsv1.LeaderWorkerSet {
	return LeaderWorkerSet{}.Render(c, templates(c)).(*lwsv1.LeaderWorkerSet)
}

func TestLeaderWorkerSet(t *testing.T) {
	c, s := spanning(), settings.Default()
	leader := pod.Template(c, s, dynamo.RoleLeader)
	want := &lwsv1.LeaderWorkerSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "leaderworkerset.x-k8s.io/v1", Kind: "LeaderWorkerSet"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "chat-qwen2-5-0",
			Labels: map[string]string{
				"nvidia.com/dynamo-component":             "Qwen2.5",
				"nvidia.com/dynamo-graph-deployment-name": "chat",
				"nvidia.com/dynamo-namespace":             "team-chat",
			},
		},
		Spec: lwsv1.LeaderWorkerSetSpec{
			Replicas:        ptr.To(int32(3)),
			StartupPolicy:   "LeaderCreated",
			RolloutStrategy: lwsv1.RolloutStrategy{Type: "RollingUpdate"},
			LeaderWorkerTemplate: lwsv1.LeaderWorkerTemplate{
				Size:           ptr.To(int32(4)),
				LeaderTemplate: &leader,
				WorkerTemplate: pod.Template(c, s, dynamo.RoleWorker),
			},
		},
	}
	got := renderNodes(c)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("LeaderWorkerSet(...) (-want, +got):\n%s", diff)
	}
	if leader.Labels["role"] != "leader" || got.Spec.LeaderWorkerTemplate.WorkerTemplate.Labels["role"] != "worker" {
		t.Errorf("roles: want leader and worker, got %v", got.Spec.LeaderWorkerTemplate)
	}
	if leader.Annotations["example.org/a"] != "b" {
		t.Errorf("pods have the user's annotations, got %v", leader.Annotations)
	}
}

// TestLeaderWorkerSetFields are what is sent: nothing that we do not mean to own.
func TestLeaderWorkerSetFields(t *testing.T) {
	fields, err := object.Desired(renderNodes(spanning()))
	if err != nil {
		t.Fatal(err)
	}
	spec, _ := fields["spec"].(map[string]any)
	delete(spec, "leaderWorkerTemplate")
	want := map[string]any{"replicas": int64(3), "startupPolicy": "LeaderCreated", "rolloutStrategy": map[string]any{"type": "RollingUpdate"}}
	if diff := cmp.Diff(want, spec); diff != "" || fields["status"] != nil {
		t.Errorf("fields with status %v: (-want, +got):\n%s", fields["status"], diff)
	}
}

func TestNodeSelector(t *testing.T) {
	want := map[string]string{"leaderworkerset.sigs.k8s.io/name": "chat-qwen2-5-0"}
	if diff := cmp.Diff(want, LeaderWorkerSet{}.PodSelector(spanning().Name)); diff != "" {
		t.Errorf("LeaderWorkerSet{}.PodSelector(...) (-want, +got):\n%s", diff)
	}
}
