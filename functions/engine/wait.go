package engine

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// The container that waits for a leader, and its script.
const (
	waitVolume = "wait-leader-script"
	waitPath   = "/scripts"

	// WaitContainer is the name of the container.
	WaitContainer = "wait-for-leader-mp"
	// WaitScriptKey is the key of the script in its ConfigMap.
	WaitScriptKey = "wait-for-leader.py"
)

// waiting lets a worker start only when its leader accepts connections: vLLM's
// own executor gives up on a leader that is not there. It looks at the final
// command line, since users may ask for that executor themselves.
func waiting(c Change, image string, n Node) Change {
	line := strings.Fields(strings.Join(slices.Concat(c.Command, c.Args), " "))
	if !hasFlag(line, "--distributed-executor-backend", ExecutorMP) {
		return c
	}
	c.Volumes = append(c.Volumes, corev1.Volume{Name: waitVolume, VolumeSource: corev1.VolumeSource{
		ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: n.WaitScript}},
	}})
	c.InitContainers = append(c.InitContainers, corev1.Container{
		Name:  WaitContainer,
		Image: image,
		Command: []string{"sh", "-c", `export LEADER_HOST="${LWS_LEADER_ADDRESS}" LEADER_PORT="` + rendezvousPort +
			`" && exec python3 ` + waitPath + "/" + WaitScriptKey},
		VolumeMounts: []corev1.VolumeMount{{Name: waitVolume, MountPath: waitPath, ReadOnly: true}},
	})
	return c
}

// hasFlag says whether words set a flag to a value, in one word or two.
func hasFlag(words []string, flag, value string) bool {
	for i, w := range words {
		if w == flag+"="+value || w == flag && i+1 < len(words) && words[i+1] == value {
			return true
		}
	}
	return false
}
