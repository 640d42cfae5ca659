package engine

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Role of a pod in a replica that is spread over several nodes.
type Role = dynamo.Role

// The roles.
const (
	Leader = dynamo.RoleLeader
	Worker = dynamo.RoleWorker
)

// Node is the place of a pod in a replica that is spread over several nodes,
// and what the rules of the engines need to know beside its container.
type Node struct {
	dynamo.Place

	Role Role
	// Nodes of one replica, this one included.
	Nodes int32
	// GPUs of the main container; 0 without any.
	GPUs int64
	// Uncounted says that the number of GPUs is not known now: GPUs is what it
	// was before, if anything.
	Uncounted bool

	// Executor is what the user's annotation asks vLLM to use; empty without
	// one.
	Executor string
	// WaitScript is the ConfigMap with the script that waits for a leader.
	WaitScript string
	// SSHSecret holds the key pair that MPI reaches workers with.
	SSHSecret string
}

// rank of the pod in its replica.
func (n Node) rank() string {
	if n.Role == Leader {
		return "0"
	}
	return n.Index
}

// all are the GPUs of a replica.
func (n Node) all() int64 { return n.GPUs * int64(n.Nodes) }

// Change is what an engine's rule makes of a pod. The zero value changes
// nothing.
type Change struct {
	// Command and Args of the main container; where Command is nil both stay.
	Command, Args []string
	// Env of the main container, for variables that the user has not set.
	Env []corev1.EnvVar
	// Probes of the main container, all three; nil leaves them.
	Probes *Probes
	// Mounts of the main container, behind the user's.
	Mounts []corev1.VolumeMount
	// Volumes of the pod; they replace the user's of the same names.
	Volumes []corev1.Volume
	// InitContainers run after the user's.
	InitContainers []corev1.Container
}

// Probes of a container; nil is none.
type Probes struct {
	Liveness, Readiness, Startup *corev1.Probe
}

// Spread is the rule of an engine for a pod of a replica that is spread over
// several nodes. Main is the main container with everything but what rules add.
func Spread(e Engine, main corev1.Container, n Node) Change {
	switch e {
	case VLLM:
		return spreadVLLM(main, n)
	case SGLang:
		return spreadSGLang(main, n)
	case TRTLLM:
		return spreadTRTLLM(main, n)
	case None:
	}
	return Change{}
}
