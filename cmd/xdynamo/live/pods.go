package live

import (
	"context"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// templates are the paths of the pod templates of a kind.
func templates(kind string) []string {
	switch kind {
	case "Deployment":
		return []string{"spec.template"}
	case "LeaderWorkerSet":
		return []string{"spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"}
	}
	return nil
}

// pods asks about one pod of each template of a workload: most quotas and
// policies are about pods, and would speak only when its controller makes them.
func (c *Cluster) pods(ctx context.Context, u *unstructured.Unstructured) ([]validate.Refusal, error) {
	var out []validate.Refusal
	for _, at := range templates(u.GetKind()) {
		template, found, _ := unstructured.NestedMap(u.Object, strings.Split(at, ".")...)
		if !found {
			continue
		}
		said, err := c.pod(ctx, podOf(u, template))
		if err != nil {
			return nil, err
		}
		for _, r := range said {
			if r.Field != "" {
				r.Field = at + "." + r.Field
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// pod asks about a pod. Its account may be one that is rendered beside it, and
// is not there yet: then it is asked about without one.
func (c *Cluster) pod(ctx context.Context, u *unstructured.Unstructured) ([]validate.Refusal, error) {
	err := c.create(ctx, u)
	if lacksAccount(err) {
		c.warnings.take()
		unstructured.RemoveNestedField(u.Object, "spec", "serviceAccountName")
		err = c.create(ctx, u)
	}
	warned := c.warnings.take()
	if lacksAccount(err) {
		return warned, nil // A namespace so new that it has no account at all.
	}
	refused, err := c.refusals(u, err)
	return append(refused, warned...), err
}

func (c *Cluster) create(ctx context.Context, u *unstructured.Unstructured) error {
	pods := c.client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"})
	_, err := pods.Namespace(u.GetNamespace()).Create(ctx, u.DeepCopy(), metav1.CreateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldManager: manager,
	})
	return err //nolint:wrapcheck // refusals does, or takes it for an answer
}

func lacksAccount(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "error looking up service account")
}

// podOf is a pod of a template. Its name is always the same, so that what is said
// of it is.
func podOf(workload *unstructured.Unstructured, template map[string]any) *unstructured.Unstructured {
	out := &unstructured.Unstructured{Object: template}
	out.SetAPIVersion("v1")
	out.SetKind("Pod")
	out.SetNamespace(workload.GetNamespace())
	out.SetName(workload.GetName() + "-dry-run")
	return out
}
