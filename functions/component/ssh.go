package component

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	lwsv1 "sigs.k8s.io/lws/api/leaderworkerset/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/mpi"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/sshkey"
)

// ownsSSH says whether MPI starts the component's ranks with a key pair that no
// graph decides on.
func ownsSSH(c dynamo.Component) bool { return c.Standalone && sshkey.Used(c) }

// chooseSSHKeys decides on the key pair of a component without a graph.
func chooseSSHKeys(c dynamo.Component, in layer.In) (sshkey.Choice, error) {
	if !ownsSSH(c) {
		return sshkey.Choice{Secret: c.SSHSecret}, nil
	}
	choice, err := sshkey.Choose(c.Owner(), findMounted(in.Observed[c.Orchestrator.Workload().Key]), in)
	if err != nil {
		return sshkey.Choice{}, fmt.Errorf("cannot decide on the SSH key pair of MPI: %w", err)
	}
	return choice, nil
}

// findMounted returns the Secret from which the observed workers have their key pair,
// if they have one. Other Secrets that users mount do not count.
func findMounted(o layer.Object) []string {
	spec := lwsv1.LeaderWorkerSetSpec{}
	if err := object.Into(o.Spec(), &spec); err != nil {
		return nil // Nothing of ours.
	}
	pod := spec.LeaderWorkerTemplate.WorkerTemplate.Spec
	volume := findKeysVolume(pod.Containers)
	for _, v := range pod.Volumes {
		if v.Name == volume && v.Secret != nil {
			return []string{v.Secret.SecretName}
		}
	}
	return nil
}

// findKeysVolume returns the volume that the main container mounts where key pairs are.
func findKeysVolume(containers []corev1.Container) string {
	for _, c := range containers {
		for _, m := range c.VolumeMounts {
			if c.Name == dynamo.MainContainer && m.MountPath == mpi.KeysPath {
				return m.Name
			}
		}
	}
	return ""
}

// waits says whether pods cannot be made yet: they would have to restart once
// the Secret that they mount is known.
func waits(c dynamo.Component, in layer.In) bool {
	return c.Standalone && sshkey.Unknown(c) && !in.Observed.Has(c.Orchestrator.Workload().Key)
}

// sshChildren returns the Secret of the key pair, if it is ours.
func sshChildren(choice sshkey.Choice) part {
	if choice.Child == nil {
		return part{}
	}
	return part{children: []layer.Child{*choice.Child}}
}
