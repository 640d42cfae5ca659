package graph

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
)

// pvcKeyPrefix of claims: frozen API.
const pvcKeyPrefix = "pvc/"

// PVCKey is the key of a claim: frozen API.
func PVCKey(name string) string { return pvcKeyPrefix + name }

// makeClaims makes the claims that the graph asks for. One that exists is kept as it
// is for as long as the graph names it: data outlives an edit of create, size or
// class.
func makeClaims(g dynamo.Graph, observed layer.Observed) []layer.Child {
	var out []layer.Child
	for _, p := range g.PVCs {
		o, exists := observed[PVCKey(p.Name)]
		if !p.Create && !exists {
			continue
		}
		pvc := makeClaim(p)
		if exists {
			keepClaim(pvc, o)
		}
		// Not until bound: a class that waits for a consumer binds only when
		// the first pod is scheduled.
		out = append(out, layer.Child{Key: PVCKey(p.Name), Object: pvc, Ready: exists})
	}
	return out
}

// makeClaim makes a claim as the graph describes it.
func makeClaim(p dynamo.PVC) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
		ObjectMeta: metav1.ObjectMeta{Name: p.Name},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes:      []corev1.PersistentVolumeAccessMode{p.AccessMode},
			StorageClassName: p.StorageClass,
			Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceStorage: p.Size},
			},
		},
	}
}

// keepClaim gives a claim the size, class and access modes that it has already.
func keepClaim(pvc *corev1.PersistentVolumeClaim, o layer.Object) {
	has := corev1.PersistentVolumeClaimSpec{}
	if err := object.Into(o.Spec(), &has); err != nil || len(has.AccessModes) == 0 {
		return // Nothing that can be read: what the graph says is all we know.
	}
	pvc.Spec.AccessModes = has.AccessModes
	pvc.Spec.StorageClassName = has.StorageClassName
	pvc.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: has.Resources.Requests[corev1.ResourceStorage]}
}

// findClaimFaults returns the faults of the claims that a graph names.
func findClaimFaults(g dynamo.Graph) field.ErrorList {
	var out field.ErrorList
	seen := map[string]bool{}
	for i, p := range g.PVCs {
		at := g.At.PVCs.Index(i)
		if seen[p.Name] {
			out = append(out, field.Duplicate(at.Child("name"), p.Name))
		}
		seen[p.Name] = true
		if p.Name == "" {
			out = append(out, field.Required(at.Child("name"), "name the claim"))
		} else {
			out = append(out, volumes.ClaimName(p.Name, at.Child("name"))...)
		}
		if p.Create && p.Size.Sign() <= 0 {
			out = append(out, field.Invalid(at.Child("size"), p.Size.String(), "must be above 0 for a claim that is made"))
		}
		out = append(out, checkAccessMode(p, at.Child("volumeAccessMode"))...)
	}
	return out
}

// checkAccessMode checks the access mode of a claim that is made. That of a claim
// which is only mounted has no effect.
func checkAccessMode(p dynamo.PVC, at *field.Path) field.ErrorList {
	known := []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce, corev1.ReadOnlyMany, corev1.ReadWriteMany, corev1.ReadWriteOncePod}
	if !p.Create || slices.Contains(known, p.AccessMode) {
		return nil
	}
	// What kubectl prints for them.
	long := map[corev1.PersistentVolumeAccessMode]corev1.PersistentVolumeAccessMode{
		"RWO": corev1.ReadWriteOnce, "ROX": corev1.ReadOnlyMany, "RWX": corev1.ReadWriteMany, "RWOP": corev1.ReadWriteOncePod,
	}
	return field.ErrorList{field.Invalid(at, p.AccessMode, "is no access mode: write "+
		string(cmp.Or(long[p.AccessMode], "ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod")))}
}
