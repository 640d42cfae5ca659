package verdict

import (
	"iter"
	"maps"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// selected is a label that no pod of ours has.
const selected = "xdynamo.example/selected"

func selector() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: withSelector(nil)}
}

func withSelector(labels map[string]string) map[string]string {
	out := map[string]string{selected: "true"}
	maps.Copy(out, labels)
	return out
}

// leaderWorkerSet judges the metadata of a LeaderWorkerSet and the pods that its
// controller makes StatefulSets for.
func (v *Offline) leaderWorkerSet(u *unstructured.Unstructured) ([]validate.Refusal, error) {
	out := refusals(metadata(u))
	for name, set := range StatefulSets(u.Object) {
		said, err := v.create(set)
		if err != nil {
			return nil, err
		}
		for _, r := range said {
			if rest, ok := strings.CutPrefix(r.Field, "spec.template"); ok {
				r.Field = "spec.leaderWorkerTemplate." + name + rest
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// StatefulSets are those that the pods of a LeaderWorkerSet run in, by the name
// of their template. The API server looks into a template only when one of these
// is created.
func StatefulSets(leaderWorkerSet map[string]any) iter.Seq2[string, *unstructured.Unstructured] {
	return func(yield func(string, *unstructured.Unstructured) bool) {
		for _, name := range []string{"leaderTemplate", "workerTemplate"} {
			template, found, _ := unstructured.NestedMap(leaderWorkerSet, "spec", "leaderWorkerTemplate", name)
			if found && !yield(name, statefulSet(template)) {
				return
			}
		}
	}
}

// statefulSet is one around a pod template.
func statefulSet(template map[string]any) *unstructured.Unstructured {
	out := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apps/v1", "kind": "StatefulSet",
		"metadata": map[string]any{"name": "set", "namespace": "default"},
		"spec": map[string]any{
			"selector": map[string]any{"matchLabels": map[string]any{selected: "true"}},
			"template": template,
		},
	}}
	// Fails where the labels are no map, which create says in other words.
	_ = unstructured.SetNestedField(template, "true", "metadata", "labels", selected)
	return out
}
