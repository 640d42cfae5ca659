package dryrun_test

import (
	"testing"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

// BenchmarkBuild measures what the first look-up of a kind costs; a command line
// tool pays it on each run.
func BenchmarkBuild(b *testing.B) {
	for _, kind := range []string{v1alpha1.GraphKind, v1alpha1.ComponentKind} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				if _, err := dryrun.ForKinds().Lookup(v1alpha1.GroupVersion().WithKind(kind)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
