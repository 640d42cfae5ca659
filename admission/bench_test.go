package admission_test

import (
	"testing"

	"github.com/crossplane-contrib/function-dynamo/admission"
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// BenchmarkBuild measures what the first look-up of a kind costs; a command line
// tool pays it on each run.
func BenchmarkBuild(b *testing.B) {
	for _, kind := range []string{v1alpha1.GraphKind, v1alpha1.ComponentKind} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				if _, err := admission.ForKinds().Lookup(v1alpha1.GroupVersion().WithKind(kind)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
