package pod

import (
	"path"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// PoolGroup is the API group of the pools whose endpoints are picked.
const PoolGroup = "inference.networking.k8s.io"

// PickerConfigKey is the key of an endpoint picker's ConfigMap that we write,
// and the file that every configuration is mounted as.
const PickerConfigKey = "epp-config-dynamo.yaml"

// Volumes of an endpoint picker: its configuration, and where it keeps the
// tokenizers of models.
const (
	pickerConfigVolume = "epp-config"
	pickerConfigPath   = "/etc/epp"
	pickerCacheVolume  = "hf-cache"
	pickerCachePath    = "/home/nonroot/.cache"
)

// pickerHealth is the gRPC service that an endpoint picker's health is asked of.
const pickerHealth = "inference-extension"

// picker chooses the pod for each request of an inference gateway. Its image
// knows what to run: there is no command.
func picker(id identity) corev1.Container {
	live := corev1.Probe{ProbeHandler: health(), InitialDelaySeconds: 5, PeriodSeconds: 10}
	ready := live
	return corev1.Container{
		Args: pickerArgs(id),
		Ports: []corev1.ContainerPort{
			port(ports.GRPCName, ports.GRPC),
			port(ports.GRPCHealthName, ports.GRPCHealth),
			port(ports.MetricsName, ports.PickerMetrics),
		},
		Env:            append(commonEnv(id), pickerEnv(id)...),
		LivenessProbe:  &live,
		ReadinessProbe: &ready,
		// Half an hour: it waits for workers, which load models.
		StartupProbe: &corev1.Probe{ProbeHandler: health(), PeriodSeconds: 10, FailureThreshold: 180},
	}
}

func pickerArgs(id identity) []string {
	return []string{
		"--pool-name", names.Pool(id.graph),
		"--pool-namespace", id.namespace,
		"--pool-group", PoolGroup,
		"-v", "4",
		"--zap-encoder", "json",
		"--grpc-port", strconv.Itoa(int(ports.GRPC)),
		"--grpc-health-port", strconv.Itoa(int(ports.GRPCHealth)),
		"--config-file", path.Join(pickerConfigPath, PickerConfigKey),
	}
}

func health() corev1.ProbeHandler {
	return corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: ports.GRPCHealth, Service: ptr.To(pickerHealth)}}
}

// withPickerMounts adds the mounts of an endpoint picker. One of the user's with
// the same name or path replaces it.
func withPickerMounts(mounts []corev1.VolumeMount, c dynamo.Component) []corev1.VolumeMount {
	for _, m := range pickerMounts(c) {
		taken := func(o corev1.VolumeMount) bool { return o.Name == m.Name || samePath(o, m) }
		if !slices.ContainsFunc(mounts, taken) {
			mounts = append(mounts, m)
		}
	}
	return mounts
}

func pickerMounts(c dynamo.Component) []corev1.VolumeMount {
	if c.Type != dynamo.TypePicker {
		return nil
	}
	cache := corev1.VolumeMount{Name: pickerCacheVolume, MountPath: pickerCachePath}
	if c.Picker == nil {
		return []corev1.VolumeMount{cache}
	}
	return []corev1.VolumeMount{{Name: pickerConfigVolume, MountPath: pickerConfigPath, ReadOnly: true}, cache}
}

// withPickerVolumes adds the volumes of an endpoint picker. One of the user's
// with the same name replaces it.
func withPickerVolumes(volumes []corev1.Volume, c dynamo.Component) []corev1.Volume {
	if c.Type != dynamo.TypePicker {
		return volumes
	}
	out := slices.Clone(volumes)
	for _, v := range pickerVolumes(c) {
		if !slices.ContainsFunc(out, named(v.Name)) {
			out = append(out, v)
		}
	}
	return out
}

func pickerVolumes(c dynamo.Component) []corev1.Volume {
	cache := corev1.Volume{Name: pickerCacheVolume, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}
	if c.Picker == nil {
		return []corev1.Volume{cache}
	}
	source := &corev1.ConfigMapVolumeSource{
		LocalObjectReference: corev1.LocalObjectReference{Name: c.Picker.ConfigMap},
		Items:                []corev1.KeyToPath{{Key: c.Picker.Key, Path: PickerConfigKey}},
		Optional:             c.Picker.Optional,
	}
	if c.Picker.Document != nil {
		source.Name = names.PickerConfig(c.Owner())
		source.Items[0].Key = PickerConfigKey
	}
	config := corev1.Volume{Name: pickerConfigVolume, VolumeSource: corev1.VolumeSource{ConfigMap: source}}
	return []corev1.Volume{config, cache}
}
