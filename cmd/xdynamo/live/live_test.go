package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/rest"

	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// server is an API server that knows Deployments and pods.
type server struct {
	// answers to writes by path; what has none is taken.
	answers map[string]answer
	// writes are what it was asked to write: method, path, query and body.
	writes []write
}

// answer is a warning, or why it is refused.
type answer struct {
	warning string
	err     *apierrors.StatusError
}

type write struct{ Method, Path, Query, Body string }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/api":
		reply(w, http.StatusOK, metav1.APIVersions{Versions: []string{"v1"}})
	case "/apis":
		version := metav1.GroupVersionForDiscovery{GroupVersion: "apps/v1", Version: "v1"}
		reply(w, http.StatusOK, metav1.APIGroupList{Groups: []metav1.APIGroup{{Name: "apps", Versions: []metav1.GroupVersionForDiscovery{version}, PreferredVersion: version}}})
	case "/api/v1":
		reply(w, http.StatusOK, metav1.APIResourceList{GroupVersion: "v1", APIResources: []metav1.APIResource{
			{Name: "pods", Kind: "Pod", Namespaced: true}, {Name: "services", Kind: "Service", Namespaced: true},
		}})
	case "/apis/apps/v1":
		reply(w, http.StatusOK, metav1.APIResourceList{GroupVersion: "apps/v1", APIResources: []metav1.APIResource{{Name: "deployments", Kind: "Deployment", Namespaced: true}}})
	default:
		s.write(w, r)
	}
}

func (s *server) write(w http.ResponseWriter, r *http.Request) {
	body := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	raw, _ := json.Marshal(body)
	s.writes = append(s.writes, write{r.Method, r.URL.Path, r.URL.RawQuery, string(raw)})
	a := s.answers[r.URL.Path]
	if a.warning != "" {
		w.Header().Add("Warning", fmt.Sprintf("299 - %q", a.warning))
	}
	if a.err != nil {
		status := a.err.ErrStatus
		status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
		reply(w, int(status.Code), status)
		return
	}
	reply(w, http.StatusOK, body)
}

func reply(w http.ResponseWriter, code int, v any) {
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}

func (s *server) start(t *testing.T) *Cluster {
	t.Helper()
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	c, err := New(&rest.Config{Host: h.URL})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	out, err := preview.Documents(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}

const (
	service    = "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: 'n', uid: u, managedFields: [{manager: m}]}, status: {a: b}}"
	deployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: 'n'}, spec: {template: {metadata: {labels: {a: b}}, spec: {serviceAccountName: x, dnsPolicy: 'y'}}}}"
	virtual    = "{apiVersion: networking.istio.io/v1beta1, kind: VirtualService, metadata: {name: v, namespace: 'n'}}"

	services    = "/api/v1/namespaces/n/services/s"
	deployments = "/apis/apps/v1/namespaces/n/deployments/d"
	pods        = "/api/v1/namespaces/n/pods"
)

func TestVerdict(t *testing.T) {
	kind := schema.GroupKind{Group: "apps", Kind: "Deployment"}
	resource := schema.GroupResource{Group: "apps", Resource: "deployments"}
	invalid := apierrors.NewInvalid(kind, "d", field.ErrorList{
		field.Required(field.NewPath("spec", "selector"), ""),
		field.Forbidden(field.NewPath("spec", "template", "spec", "hostPID"), "no"),
	})
	quota := apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "d-dry-run", errors.New("exceeded quota: gpus"))
	rights := apierrors.NewForbidden(resource, "d", errors.New(`User "u" cannot patch resource "deployments" in API group "apps" in the namespace "n"`))
	account := apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "d-dry-run", errors.New(`error looking up service account n/x: serviceaccount "x" not found`))
	type args struct {
		answers map[string]answer
		objects []string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []validate.Refusal
	}{
		"Taken": {reason: "nothing to say", args: args{objects: []string{service, deployment}}},
		"Invalid": {
			reason: "fields are named one by one",
			args:   args{objects: []string{deployment}, answers: map[string]answer{deployments: {err: invalid}}},
			want:   []validate.Refusal{{Field: "spec.selector", Text: "Required value"}, {Field: "spec.template.spec.hostPID", Text: "Forbidden: no"}},
		},
		"Denied": {
			reason: "a policy speaks of the whole object",
			args:   args{objects: []string{service}, answers: map[string]answer{services: {err: apierrors.NewForbidden(schema.GroupResource{Resource: "services"}, "s", errors.New("denied by policy"))}}},
			want:   []validate.Refusal{{Text: `services "s" is forbidden: denied by policy`}},
		},
		"Webhook": {
			reason: "so does a webhook that does not answer",
			args:   args{objects: []string{service}, answers: map[string]answer{services: {err: apierrors.NewInternalError(errors.New("failed calling webhook"))}}},
			want:   []validate.Refusal{{Text: "Internal error occurred: failed calling webhook"}},
		},
		"Duplicate": {
			reason: "what cannot be applied names a field in its text",
			args: args{objects: []string{deployment}, answers: map[string]answer{deployments: {err: apierrors.NewBadRequest(
				`failed to create typed patch object (n/d; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="main"].ports: duplicate entries for key [containerPort=1,protocol="TCP"]`)}}},
			want: []validate.Refusal{{Field: `spec.template.spec.containers[name="main"].ports`, Text: `duplicate entries for key [containerPort=1,protocol="TCP"]`}},
		},
		"Warning": {
			reason: "warnings are told",
			args:   args{objects: []string{service}, answers: map[string]answer{services: {warning: "is old"}}},
			want:   []validate.Refusal{{Text: "is old", Warning: true}},
		},
		"Quota": {
			reason: "quotas are about pods",
			args:   args{objects: []string{deployment}, answers: map[string]answer{pods: {err: quota}}},
			want:   []validate.Refusal{{Text: `pods "d-dry-run" is forbidden: exceeded quota: gpus`}},
		},
		"PodField": {
			reason: "fields of pods are those of their template",
			args: args{objects: []string{deployment}, answers: map[string]answer{pods: {err: apierrors.NewInvalid(schema.GroupKind{Kind: "Pod"}, "d", field.ErrorList{
				field.Forbidden(field.NewPath("spec", "dnsPolicy"), "no"),
			})}}},
			want: []validate.Refusal{{Field: "spec.template.spec.dnsPolicy", Text: "Forbidden: no"}},
		},
		"NoAccount": {
			reason: "an account that is not there yet is no fault",
			args:   args{objects: []string{deployment}, answers: map[string]answer{pods: {err: account}}},
		},
		"NoKind": {
			reason: "a kind that the cluster lacks is said once",
			args:   args{objects: []string{virtual, virtual}},
			want:   []validate.Refusal{{Text: "the cluster has no kind VirtualService of networking.istio.io/v1beta1: install what brings it"}},
		},
		"NoNamespace": {
			reason: "so is a namespace",
			args: args{objects: []string{service, deployment, service}, answers: map[string]answer{
				services:    {err: apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "n")},
				deployments: {err: apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "n")},
				pods:        {err: apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "n")},
			}},
			want: []validate.Refusal{{Text: `the cluster has no namespace "n": create it`}},
		},
		"NoRights": {
			reason: "and that one may not ask",
			args:   args{objects: []string{deployment, deployment}, answers: map[string]answer{deployments: {err: rights}}},
			want:   []validate.Refusal{{Text: `deployments.apps "d" is forbidden: User "u" cannot patch resource "deployments" in API group "apps" in the namespace "n"`}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			verdict := (&server{answers: tc.args.answers}).start(t).Verdict(t.Context())
			var got []validate.Refusal
			for _, text := range tc.args.objects {
				said, err := verdict(object(t, text))
				if err != nil {
					t.Fatalf("\n%s\nVerdict(...): %v", tc.reason, err)
				}
				got = append(got, said...)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nVerdict(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestVerdictWritesNothing: every write is a dry run, under our name.
func TestVerdictWritesNothing(t *testing.T) {
	s := &server{answers: map[string]answer{pods: {err: apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "d", errors.New("error looking up service account"))}}}
	verdict := s.start(t).Verdict(t.Context())
	for _, text := range []string{service, deployment} {
		before, o := object(t, text), object(t, text)
		if _, err := verdict(o); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, o); diff != "" {
			t.Errorf("Verdict(...) changed its argument: -before, +after:\n%s", diff)
		}
	}
	const dry = "dryRun=All&fieldManager=xdynamo"
	want := []write{
		{"PATCH", services, dry + "&force=true", `{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"n"}}`},
		{"PATCH", deployments, dry + "&force=true", `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"n"},"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"dnsPolicy":"y","serviceAccountName":"x"}}}}`},
		{"POST", pods, dry, `{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":"b"},"name":"d-dry-run","namespace":"n"},"spec":{"dnsPolicy":"y","serviceAccountName":"x"}}`},
		{"POST", pods, dry, `{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":"b"},"name":"d-dry-run","namespace":"n"},"spec":{"dnsPolicy":"y"}}`},
	}
	if diff := cmp.Diff(want, s.writes); diff != "" {
		t.Errorf("Verdict(...): -want writes, +got:\n%s", diff)
	}
}

// TestVerdictErrors: no answer about an object is no verdict on it.
func TestVerdictErrors(t *testing.T) {
	cases := map[string]struct {
		reason string
		err    *apierrors.StatusError
		want   string
	}{
		"Unauthorized": {reason: "the token is old", err: apierrors.NewUnauthorized("who are you"), want: `cannot ask the cluster about Service "s": who are you`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := (&server{answers: map[string]answer{services: {err: tc.err}}}).start(t)
			if _, err := c.Verdict(t.Context())(object(t, service)); err == nil || err.Error() != tc.want {
				t.Errorf("\n%s\nVerdict(...): want error %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
	t.Run("Unreachable", func(t *testing.T) {
		h := httptest.NewServer(http.NotFoundHandler())
		h.Close()
		c, err := New(&rest.Config{Host: h.URL})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Verdict(t.Context())(object(t, service)); err == nil || !strings.Contains(err.Error(), "cannot find kind Service in the cluster") {
			t.Errorf("Verdict(...): want an error about the cluster, got %v", err)
		}
	})
}
