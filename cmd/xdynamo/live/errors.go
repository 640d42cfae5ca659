package live

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/verdict"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// refusals are what an API server's answer says of an object. What is no answer
// about the object is an error.
func (c *Cluster) refusals(u *unstructured.Unstructured, err error) ([]validate.Refusal, error) {
	status := &apierrors.StatusError{}
	switch {
	case err == nil:
		return nil, nil
	case !errors.As(err, &status) || apierrors.IsUnauthorized(err):
		return nil, fmt.Errorf("cannot ask the cluster about %s %q: %w", u.GetKind(), u.GetName(), err)
	case lacksNamespace(status.ErrStatus):
		namespace := status.ErrStatus.Details.Name
		return c.once("namespace/"+namespace, fmt.Sprintf("the cluster has no namespace %q: create it", namespace)), nil
	case lacksRights(status.ErrStatus):
		return c.once("rights/"+u.GetKind(), status.ErrStatus.Message), nil
	}
	if found := causes(status.ErrStatus); len(found) > 0 {
		return found, nil
	}
	return unread(status.ErrStatus.Message), nil
}

func lacksNamespace(s metav1.Status) bool {
	return s.Code == http.StatusNotFound && s.Details != nil && s.Details.Kind == "namespaces"
}

// lacksRights says that whoever asks may not write the kind; quotas and policies
// forbid in other words.
func lacksRights(s metav1.Status) bool {
	return s.Reason == metav1.StatusReasonForbidden && strings.Contains(s.Message, "\" cannot ")
}

// causes name fields.
func causes(s metav1.Status) []validate.Refusal {
	if s.Details == nil {
		return nil
	}
	var out []validate.Refusal
	for _, cause := range s.Details.Causes {
		if cause.Field != "" {
			out = append(out, validate.Refusal{Field: cause.Field, Text: cause.Message})
		}
	}
	return out
}

// unread is what an API server says of an object that it cannot read as
// something that is applied; of others, the message.
func unread(message string) []validate.Refusal {
	const before = "failed to create typed patch object ("
	if rest, ok := strings.CutPrefix(message, before); ok {
		if _, said, ok := strings.Cut(rest, "): "); ok {
			return verdict.ApplyErrors(said)
		}
	}
	return []validate.Refusal{{Text: message}}
}
