package engine

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
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
func waiting(c Change, main corev1.Container, w way, n Node) Change {
	main.Command, main.Args = c.Command, c.Args
	line := commandline.Read(main, string(VLLM))
	if !n.WaitForLeader || w != viaMP && line.Value(flagsOfVLLM().executor).Text != ExecutorMP {
		return c
	}
	c.Volumes = append(c.Volumes, corev1.Volume{Name: waitVolume, VolumeSource: corev1.VolumeSource{
		ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: n.WaitScript}},
	}})
	c.InitContainers = append(c.InitContainers, corev1.Container{
		Name:  WaitContainer,
		Image: main.Image,
		Command: []string{"sh", "-c", `export LEADER_HOST="${` + n.LeaderVariable + `}" LEADER_PORT="` + leaderPort(line) +
			`" && exec python3 ` + waitPath + "/" + WaitScriptKey},
		VolumeMounts: []corev1.VolumeMount{{Name: waitVolume, MountPath: waitPath, ReadOnly: true}},
	})
	return c
}

// leaderPort is where the leader of a command line listens: where the user has a
// port of its own that wins, there.
func leaderPort(line commandline.Line) string {
	v := line.Value(flagMasterPort())
	if port, err := strconv.ParseUint(v.Text, 10, 16); err == nil && v.Known && port > 0 {
		return strconv.FormatUint(port, 10)
	}
	return rendezvousPort
}
