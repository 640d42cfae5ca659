package legacy

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestMakeVolumes(t *testing.T) {
	type made struct {
		Volumes []corev1.Volume
		Mounts  []corev1.VolumeMount
	}
	base := func(name, key string) corev1.Volume {
		return corev1.Volume{Name: "profiling-config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: name}, Items: []corev1.KeyToPath{{Key: key, Path: "disagg.yaml"}},
		}}}
	}
	cache := func(claim string) corev1.Volume {
		return corev1.Volume{Name: "model-cache", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim, ReadOnly: true},
		}}
	}
	mount := func(name, folder string) corev1.VolumeMount {
		return corev1.VolumeMount{Name: name, MountPath: folder, ReadOnly: true}
	}
	cases := map[string]struct {
		reason, profiling string
		want              made
	}{
		"None": {reason: "nothing is read", profiling: "config: {sla: {}}"},
		"Base": {
			reason: "one file, under the name that the profiler is told", profiling: "configMapRef: {name: graphs, key: tep16.yaml}",
			want: made{[]corev1.Volume{base("graphs", "tep16.yaml")}, []corev1.VolumeMount{mount("profiling-config", "/config")}},
		},
		"BaseKey": {
			reason: "whose key has a default", profiling: "configMapRef: {name: graphs}",
			want: made{[]corev1.Volume{base("graphs", "disagg.yaml")}, []corev1.VolumeMount{mount("profiling-config", "/config")}},
		},
		"Cache": {
			reason: "where the profiler looks for it", profiling: "config: {deployment: {modelCache: {pvcName: models}}}",
			want: made{[]corev1.Volume{cache("models")}, []corev1.VolumeMount{mount("model-cache", "/opt/model-cache")}},
		},
		"CachePath": {
			reason: "or is told to", profiling: "config: {deployment: {modelCache: {pvcName: models, mountPath: /models, pvcPath: a}}}",
			want: made{[]corev1.Volume{cache("models")}, []corev1.VolumeMount{mount("model-cache", "/models")}},
		},
		"CacheSnake":  {reason: "which it knows in camelCase alone", profiling: "config: {deployment: {model_cache: {pvcName: models}, modelCache: {pvc_name: models}}}"},
		"CacheNulls":  {reason: "null is none", profiling: "config: {deployment: {modelCache: {pvcName: null, mountPath: /models}}}"},
		"OutputClaim": {reason: "the output's volume is the Job's", profiling: "outputPVC: results, config: {sla: {}}"},
		"All": {
			reason: "both", profiling: "configMapRef: {name: graphs}, config: {deployment: {modelCache: {pvcName: models}}}",
			want: made{
				[]corev1.Volume{base("graphs", "disagg.yaml"), cache("models")},
				[]corev1.VolumeMount{mount("profiling-config", "/config"), mount("model-cache", "/opt/model-cache")},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := read(t, fmt.Sprintf("{model: m, backend: vllm, profilingConfig: {profilerImage: p, %s}}", tc.profiling))
			got := made{}
			got.Volumes, got.Mounts = makeVolumes(r)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: makeVolumes(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
