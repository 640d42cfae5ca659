package legacy

import (
	"path"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
)

// Volumes of what the profiler reads.
const (
	baseVolume  = "profiling-config"
	cacheVolume = "model-cache"
)

// Where they are mounted. A model cache may say otherwise.
const (
	baseFolder         = "/config"
	baseFile           = "disagg.yaml"
	defaultCacheFolder = "/opt/model-cache"
)

// makeVolumes makes the volumes that the profiler reads, and their mounts. The base
// file has one name in the container, whatever its key.
func makeVolumes(r dynamo.Request) ([]corev1.Volume, []corev1.VolumeMount) {
	var volumes []corev1.Volume
	var mounts []corev1.VolumeMount
	if base := r.Profiler.Base; base.ConfigMap != "" {
		mounts = append(mounts, corev1.VolumeMount{Name: baseVolume, MountPath: baseFolder, ReadOnly: true})
		volumes = append(volumes, corev1.Volume{Name: baseVolume, VolumeSource: corev1.VolumeSource{
			ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: base.ConfigMap},
				Items:                []corev1.KeyToPath{{Key: base.Key, Path: baseFile}},
			},
		}})
	}
	if cache := readModelCache(readConfig(r)); cache.claim != "" {
		mounts = append(mounts, corev1.VolumeMount{Name: cacheVolume, MountPath: cache.folder, ReadOnly: true})
		volumes = append(volumes, corev1.Volume{Name: cacheVolume, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: cache.claim, ReadOnly: true},
		}})
	}
	return volumes, mounts
}

// locateBase returns where the profiler finds the base file; empty for none.
func locateBase(r dynamo.Request) string {
	if r.Profiler.Base.ConfigMap == "" {
		return ""
	}
	return path.Join(baseFolder, baseFile)
}

// modelCache is a claim that has the model, so that nothing is downloaded.
type modelCache struct {
	// claim is empty where there is no cache.
	claim, folder string
}

// readModelCache reads the model cache of a configuration, whose keys the profiler
// knows in camelCase alone.
func readModelCache(c section) modelCache {
	cache := c.section("deployment").section("modelCache")
	claim, _ := cache["pvcName"].(string)
	folder, _ := cache["mountPath"].(string)
	if folder == "" {
		folder = defaultCacheFolder
	}
	return modelCache{claim: claim, folder: folder}
}

// takenFolders are where a model cache cannot be mounted, with what is there.
func takenFolders() map[string]string {
	return map[string]string{profiler.OutputFolder: "its output", baseFolder: "the file of configMapRef", "/": "its image"}
}

// Needs are the base file, the model cache and the claim for the output.
func (Protocol) Needs(r dynamo.Request) []profiler.Input {
	const claim = "PersistentVolumeClaim"
	var out []profiler.Input
	if base := r.Profiler.Base; base.ConfigMap != "" {
		out = append(out, profiler.Input{Kind: "ConfigMap", Name: base.ConfigMap, Key: base.Key, At: r.At.BaseConfig})
	}
	if cache := readModelCache(readConfig(r)); cache.claim != "" {
		out = append(out, profiler.Input{Kind: claim, Name: cache.claim, At: r.At.Config.Child("deployment", "modelCache", "pvcName")})
	}
	if name := r.Profiler.OutputClaim; name != "" {
		out = append(out, profiler.Input{Kind: claim, Name: name, At: r.At.OutputClaim})
	}
	return out
}
