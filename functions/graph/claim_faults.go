package graph

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
)

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
