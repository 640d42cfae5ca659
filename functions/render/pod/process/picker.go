package process

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
)

// poolGroup is the API group of the pool that an endpoint picker picks from.
const poolGroup = "inference.networking.k8s.io"

// pickerHealth is the gRPC service that answers for an endpoint picker's health.
const pickerHealth = "inference-extension"

// makePicker makes the container of an endpoint picker, which chooses the pod for each
// request of an inference gateway. Its image knows what to run, so that there is
// no command.
func makePicker(id Identity) corev1.Container {
	live := corev1.Probe{ProbeHandler: askHealth(), InitialDelaySeconds: 5, PeriodSeconds: 10}
	ready := live
	return corev1.Container{
		Args: makePickerArgs(id),
		Ports: []corev1.ContainerPort{
			makePort(ports.GRPCName, ports.GRPC),
			makePort(ports.GRPCHealthName, ports.GRPCHealth),
			makePort(ports.MetricsName, ports.PickerMetrics),
		},
		Env:            append(makeCommonEnv(id), makePickerEnv(id)...),
		LivenessProbe:  &live,
		ReadinessProbe: &ready,
		// Half an hour: it waits for workers, which load models.
		StartupProbe: &corev1.Probe{ProbeHandler: askHealth(), PeriodSeconds: 10, FailureThreshold: 180},
	}
}

// makePickerArgs makes the flags of an endpoint picker: the pool that it picks from,
// its ports and its configuration. One that needs no configuration reads none of them.
func makePickerArgs(id Identity) []string {
	if id.alone {
		return nil
	}
	return []string{
		"--pool-name", names.Pool(id.graph),
		"--pool-namespace", id.namespace,
		"--pool-group", poolGroup,
		"-v", "4",
		"--zap-encoder", "json",
		"--grpc-port", strconv.Itoa(int(ports.GRPC)),
		"--grpc-health-port", strconv.Itoa(int(ports.GRPCHealth)),
		"--config-file", volumes.PickerConfigFile,
	}
}

// askHealth is what probes ask of an endpoint picker.
func askHealth() corev1.ProbeHandler {
	return corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: ports.GRPCHealth, Service: ptr.To(pickerHealth)}}
}
