package engine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/mpi"
)

func TestSpreadTRTLLM(t *testing.T) {
	type args struct {
		main corev1.Container
		node Node
	}
	line := corev1.Container{Command: []string{"/bin/sh", "-c"}, Args: []string{`python3 -m dynamo.trtllm "$ARGS"`}}
	program := corev1.Container{Command: []string{"python3", "-m", "dynamo.trtllm"}, Args: []string{"--model-path", "a b"}}
	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"Line": {
			reason: "The leader runs the user's shell on all nodes",
			args:   args{main: line, node: Node{Role: Leader, Nodes: 4, GPUs: 4}},
			want:   []string{mpi.Leader(4, 4, []string{"/bin/sh", "-c", `python3 -m dynamo.trtllm "$ARGS"`})},
		},
		"Program": {
			reason: "Or the user's program with its arguments",
			args:   args{main: program, node: Node{Role: Leader, Nodes: 2, GPUs: 8}},
			want:   []string{mpi.Leader(2, 8, []string{"python3", "-m", "dynamo.trtllm", "--model-path", "a b"})},
		},
		"NoGPUs": {
			reason: "Without GPUs each node has one rank",
			args:   args{main: program, node: Node{Role: Leader, Nodes: 2}},
			want:   []string{mpi.Leader(2, 1, []string{"python3", "-m", "dynamo.trtllm", "--model-path", "a b"})},
		},
		"Worker": {
			reason: "Workers wait for the leader, whatever they were to run",
			args:   args{main: program, node: Node{Role: Worker, Nodes: 2, GPUs: 8}},
			want:   []string{mpi.Worker()},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := tc.args.main.DeepCopy()
			tc.args.node.SSHSecret = "keys"
			got := Spread(TRTLLM, tc.args.main, tc.args.node)
			if diff := cmp.Diff([]string{"/bin/sh", "-c"}, got.Command); diff != "" {
				t.Errorf("\n%s\nCommand: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, got.Args); diff != "" {
				t.Errorf("\n%s\nArgs: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff([]corev1.EnvVar{{Name: "OMPI_MCA_orte_keep_fqdn_hostnames", Value: "1"}}, got.Env); diff != "" {
				t.Errorf("\n%s\nEnv: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(*before, tc.args.main); diff != "" {
				t.Errorf("\n%s\nthe container changed: -before, +after:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSpreadTRTLLMProbes(t *testing.T) {
	if got := Spread(TRTLLM, corev1.Container{}, Node{Role: Leader, Nodes: 2}).Probes; got != nil {
		t.Errorf("leader: want the probes of what serves, got %v", got)
	}
	want := &Probes{Readiness: &corev1.Probe{
		ProbeHandler:        corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(2222)}},
		InitialDelaySeconds: 20,
		PeriodSeconds:       20,
		TimeoutSeconds:      5,
		FailureThreshold:    10,
	}}
	if diff := cmp.Diff(want, Spread(TRTLLM, corev1.Container{}, Node{Role: Worker, Nodes: 2}).Probes); diff != "" {
		t.Errorf("worker: -want, +got:\n%s", diff)
	}
}

func TestSpreadTRTLLMKeys(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Name": {reason: "The volume is called as the Secret", args: "mpi-run-ssh-secret", want: "mpi-run-ssh-secret"},
		"Dots": {reason: "A volume has no dots in its name", args: "mpi.keys", want: "mpi-keys"},
		"Long": {reason: "And at most 63 characters", args: strings.Repeat("a", 70), want: strings.Repeat("a", 54) + "-5904740b"},
	}
	for name, tc := range cases {
		for _, role := range []Role{Leader, Worker} {
			t.Run(name+"/"+string(role), func(t *testing.T) {
				got := Spread(TRTLLM, corev1.Container{}, Node{Role: role, Nodes: 2, SSHSecret: tc.args})
				mode := int32(0o644)
				want := Change{
					Mounts: []corev1.VolumeMount{{Name: tc.want, MountPath: "/ssh-pk", ReadOnly: true}},
					Volumes: []corev1.Volume{{Name: tc.want, VolumeSource: corev1.VolumeSource{
						Secret: &corev1.SecretVolumeSource{SecretName: tc.args, DefaultMode: &mode},
					}}},
				}
				if diff := cmp.Diff(want, Change{Mounts: got.Mounts, Volumes: got.Volumes}); diff != "" {
					t.Errorf("\n%s\nSpread(...): -want, +got:\n%s", tc.reason, diff)
				}
			})
		}
	}
}
