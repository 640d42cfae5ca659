package preview

import (
	"encoding/base64"
	"io"
	"math/rand/v2"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/mpi"
)

// AnnotationExample is on Secrets of a preview whose key pair is an example.
// Its value says what to do.
const AnnotationExample = "dynamo.fn.crossplane.io/example-key"

// ExampleKey is the value of AnnotationExample, and a note in what validate.Report writes.
const ExampleKey = "its key pair is an example that everybody knows: do not apply it, the function makes one of its own"

// seed of the keys of previews: equal manifests have equal previews.
const seed = "keys of previews are known to us"

// randomness is where the keys of one run of a layer come from.
func randomness() io.Reader { return rand.NewChaCha8([32]byte([]byte(seed))) }

// markExample marks a Secret that has the example pair, and leaves all others as
// they are: those that the cluster holds have pairs of their own.
func markExample(u unstructured.Unstructured) {
	if u.GetKind() != "Secret" {
		return
	}
	private, _, _ := unstructured.NestedString(u.Object, "data", mpi.PrivateKey)
	pair, err := mpi.NewPair(randomness())
	if err != nil || private != base64.StdEncoding.EncodeToString(pair.Private) {
		return
	}
	annotations := u.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[AnnotationExample] = ExampleKey
	u.SetAnnotations(annotations)
}

// IsExample says whether a node is a Secret with the example pair.
func IsExample(n Node) bool {
	u := unstructured.Unstructured{Object: n.Object}
	return n.Key != "" && u.GetAnnotations()[AnnotationExample] != ""
}
