package engine

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/mpi"
)

// keyMode lets every user in a container read the key pair, since an image may run as
// any user. ssh refuses a private key that others may read, so that the leader makes
// a copy for itself.
const keyMode int32 = 0o644

// launcher is what MPI starts on each rank, in front of the engine.
const launcher = "trtllm-llmapi-launch"

// trtllmSizes are flags of TensorRT-LLM, each by all its spellings.
func trtllmSizes() []commandline.Flag {
	return []commandline.Flag{
		{"--tensor-parallel-size", "--tensor-parallel"},
		{"--pipeline-parallel-size", "--pipeline-parallel"},
	}
}

// spreadTRTLLM runs the ranks of all nodes from the leader, through MPI over
// SSH. Workers are ready when they accept connections; only the leader serves.
func spreadTRTLLM(main corev1.Container, n Node) Change {
	volume := names.Volume(n.SSHSecret)
	out := Change{
		Command: []string{"/bin/sh", "-c"},
		// Nodes are named by what the leader calls them in full: Open MPI's
		// short names are no names in DNS.
		Env:    []corev1.EnvVar{{Name: "OMPI_MCA_orte_keep_fqdn_hostnames", Value: "1"}},
		Mounts: []corev1.VolumeMount{{Name: volume, MountPath: mpi.KeysPath, ReadOnly: true}},
		Volumes: []corev1.Volume{{Name: volume, VolumeSource: corev1.VolumeSource{
			Secret: &corev1.SecretVolumeSource{SecretName: n.SSHSecret, DefaultMode: ptr.To(keyMode)},
		}}},
	}
	if readOwnMPIWay(main).reason != "" {
		out.Command = nil
		if n.Role == Worker {
			out.Probes = &Probes{}
		}
		return out
	}
	if n.Role == Worker {
		out.Args = []string{mpi.Worker()}
		out.Probes = &Probes{Readiness: acceptsSSH()}
		return out
	}
	// Without GPUs one rank on each node is what is left to run.
	out.Args = []string{mpi.Leader(n.Nodes, max(n.GPUs, 1), commandline.Without(slices.Concat(main.Command, main.Args), launcher))}
	return out
}

func acceptsSSH() *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:        corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(mpi.Port)}},
		InitialDelaySeconds: 20,
		PeriodSeconds:       20,
		TimeoutSeconds:      5,
		FailureThreshold:    10,
	}
}
