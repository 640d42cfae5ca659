package convert

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

type sharedSpec = v1alpha1.DynamoComponentDeploymentSharedSpec

// standalone is a component that no graph made.
func standalone(change ...func(*v1alpha1.DynamoComponentDeployment)) *v1alpha1.DynamoComponentDeployment {
	out := &v1alpha1.DynamoComponentDeployment{ObjectMeta: metav1.ObjectMeta{Name: "rank", Namespace: "team-a"}}
	for _, c := range change {
		c(out)
	}
	return out
}

// ofGraph is a component that graph chat made.
func ofGraph(change ...func(*v1alpha1.DynamoComponentDeployment)) *v1alpha1.DynamoComponentDeployment {
	out := standalone()
	out.Name = "chat-worker"
	out.Labels = map[string]string{meta.LabelGraph: "chat"}
	out.Spec.ServiceName = "Worker"
	for _, c := range change {
		c(out)
	}
	return out
}

func withSpec(change func(*sharedSpec)) func(*v1alpha1.DynamoComponentDeployment) {
	return func(d *v1alpha1.DynamoComponentDeployment) { change(&d.Spec.DynamoComponentDeploymentSharedSpec) }
}

// graph is chat with one service.
func graph(change ...func(*v1alpha1.DynamoGraphDeployment)) *v1alpha1.DynamoGraphDeployment {
	out := &v1alpha1.DynamoGraphDeployment{ObjectMeta: metav1.ObjectMeta{Name: "chat", Namespace: "team-a"}}
	out.Spec.Services = map[string]sharedSpec{"Worker": {}}
	for _, c := range change {
		c(out)
	}
	return out
}

// withService changes the service of the graph.
func withService(change func(*sharedSpec)) func(*v1alpha1.DynamoGraphDeployment) {
	return func(g *v1alpha1.DynamoGraphDeployment) {
		s := g.Spec.Services["Worker"]
		change(&s)
		g.Spec.Services["Worker"] = s
	}
}

// env makes variables of names and values in turn.
func env(vars ...string) []corev1.EnvVar {
	var out []corev1.EnvVar
	for i := 0; i+1 < len(vars); i += 2 {
		out = append(out, corev1.EnvVar{Name: vars[i], Value: vars[i+1]})
	}
	return out
}

// withoutPaths compares models but for where their values stand.
func withoutPaths() cmp.Option {
	return cmp.Options{
		cmpopts.IgnoreFields(dynamo.Component{}, "At"),
		cmpopts.IgnoreFields(dynamo.Graph{}, "At"),
	}
}

func quantity(s string) *resource.Quantity { return ptr.To(resource.MustParse(s)) }

func raw() *runtime.RawExtension { return &runtime.RawExtension{Raw: []byte(`{}`)} }

// jsonNames are the names of a struct's own fields in JSON. Inlined structs are
// left out.
func jsonNames(t *testing.T, v any) []string {
	t.Helper()

	var out []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if len(f.Index) == 1 && name != "" {
			out = append(out, name)
		}
	}
	return out
}
