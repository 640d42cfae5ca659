package volumes

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// PickerConfigKey is the key of the ConfigMap that is made for an endpoint
// picker, and the name of the file that every configuration is mounted as.
const PickerConfigKey = "epp-config-dynamo.yaml"

// PickerConfigFile is where an endpoint picker reads its configuration.
const PickerConfigFile = pickerConfigPath + "/" + PickerConfigKey

// Volumes of an endpoint picker: its configuration, and where it keeps the
// tokenizers of models.
const (
	pickerConfigVolume = "epp-config"
	pickerConfigPath   = "/etc/epp"
	pickerCacheVolume  = "hf-cache"
	pickerCachePath    = "/home/nonroot/.cache"
)

// PickerHome is the home of endpoint pickers that need no configuration: their image is that
// of frontends, whose user has another one.
const PickerHome = "/home/dynamo"

// addPickerMounts adds the mounts of an endpoint picker to those of its user. One of
// the user's stands instead of one with the same name or path.
func addPickerMounts(mounts []corev1.VolumeMount, c dynamo.Component) []corev1.VolumeMount {
	for _, m := range makePickerMounts(c) {
		taken := func(o corev1.VolumeMount) bool { return o.Name == m.Name || isSamePath(o, m) }
		if !slices.ContainsFunc(mounts, taken) {
			mounts = append(mounts, m)
		}
	}
	return mounts
}

// makePickerMounts makes the mounts of an endpoint picker; none for other types.
func makePickerMounts(c dynamo.Component) []corev1.VolumeMount {
	if c.Type != dynamo.TypePicker {
		return nil
	}
	if c.PicksByItself() {
		return []corev1.VolumeMount{{Name: pickerCacheVolume, MountPath: PickerHome + "/.cache"}}
	}
	cache := corev1.VolumeMount{Name: pickerCacheVolume, MountPath: pickerCachePath}
	return []corev1.VolumeMount{{Name: pickerConfigVolume, MountPath: pickerConfigPath, ReadOnly: true}, cache}
}

// addPickerVolumes adds the volumes of an endpoint picker to those of its user. One
// of the user's stands instead of one with the same name.
func addPickerVolumes(volumes []corev1.Volume, c dynamo.Component) []corev1.Volume {
	if c.Type != dynamo.TypePicker {
		return volumes
	}
	out := slices.Clone(volumes)
	for _, v := range makePickerVolumes(c) {
		if !slices.ContainsFunc(out, hasName(v.Name)) {
			out = append(out, v)
		}
	}
	return out
}

// makePickerVolumes makes the volumes behind these mounts.
func makePickerVolumes(c dynamo.Component) []corev1.Volume {
	cache := corev1.Volume{Name: pickerCacheVolume, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}
	if c.PicksByItself() {
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
