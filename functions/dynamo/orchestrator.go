package dynamo

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
)

// Orchestrator runs the pods of a component. It answers everything that depends
// on which one it is, so that nobody else has to know.
type Orchestrator interface {
	// Workload says what kind of object it is that runs the pods.
	Workload() Workload
	// Name of the workload of a component; frozen API.
	Name(component string) string
	// Services are the names of the Services that come with the workload.
	Services(component string) []string
	// PodSelector selects all pods of a component.
	PodSelector(component string) map[string]string
	// PodLabels tell the pods of a role of a component from all others.
	PodLabels(component string, r Role) map[string]string
	// ServingLabels are those of the pod that serves a replica; none where
	// every pod does.
	ServingLabels() map[string]string
	// Place is how a pod knows its place among the nodes of a replica.
	Place() Place
	// Render renders the workload. Template makes the pods of a role.
	Render(c Component, template func(Role) corev1.PodTemplateSpec) runtime.Object
	// Read reads back an observed workload. Hash is that of the desired one, and
	// desired its replicas: an object that carries another hash has not been
	// written yet.
	Read(o layer.Object, hash string, desired int32) (State, error)
}

// Workload is the kind of object that runs the pods of a component.
type Workload struct {
	// Key of the workload among a component's children: frozen API.
	Key string
	// Kind as the status of components and graphs shows it.
	Kind v1alpha1.ComponentWorkloadKind
	// Requires is the optional API that it belongs to; nil for one that every
	// cluster has.
	Requires *optional.Kind
	// CountsAvailable says whether it tells available replicas from ready ones.
	CountsAvailable bool
}

// State of an observed workload. A replica that is spread over several nodes
// counts once.
type State struct {
	// Exists says whether it was observed at all.
	Exists bool
	// Current says whether its controller has seen what is desired now.
	Current bool
	// Available says whether it is current and all its replicas serve.
	Available bool

	// Cause is what its controller says keeps pods from serving; zero where it
	// says nothing.
	Cause Cause

	Replicas, Updated, Ready, AvailableReplicas int32
}

// ReasonNoOrchestrator is the reason of a component whose workload is of a kind that the
// cluster lacks.
const ReasonNoOrchestrator = "NoOrchestrator"

// Cause is why something does not serve as it should; the zero value is none.
type Cause struct {
	// Reason is one word in CamelCase, and Message says more of it. Neither
	// changes while nothing happens.
	Reason, Message string
}

// Role of a pod in a replica.
type Role string

// Roles. A replica on one node is one pod; one on several has a leader, which
// its clients talk to, and workers.
const (
	RoleSingle Role = ""
	RoleLeader Role = "leader"
	RoleWorker Role = "worker"
)

// Roles are those of the pods in a replica of a component, the one that serves first.
func Roles(c Component) []Role {
	if c.Multinode() {
		return []Role{RoleLeader, RoleWorker}
	}
	return []Role{RoleSingle}
}

// Place are the references by which a pod finds its place in a replica that is
// spread over several nodes. The zero value is that of a replica on one node.
type Place struct {
	// Leader is the DNS name of the leader, and Index the number of the node,
	// from 1 on workers: references that Kubernetes expands in command and args.
	Leader, Index string
	// LeaderVariable and IndexVariable are the variables behind them, for shells.
	LeaderVariable, IndexVariable string
	// WaitForLeader says that workers may start before their leader has a name.
	WaitForLeader bool
}
