package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

const (
	// onWorker matches whatever belongs to the graph's worker.
	onWorker = `has(object.metadata.labels) && 'nvidia.com/dynamo-component' in object.metadata.labels && ` +
		`object.metadata.labels['nvidia.com/dynamo-component'] == 'Worker'`

	quotaManifest = `
apiVersion: v1
kind: ResourceQuota
metadata: {name: small}
spec: {hard: {requests.nvidia.com/gpu: "%d"}}
`
	limitsManifest = `
apiVersion: v1
kind: LimitRange
metadata: {name: large-pods}
spec: {limits: [{type: Pod, min: {cpu: "1"}}]}
`
	policyManifest = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: %[1]s}
spec:
  matchConstraints:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %[1]s}}
    resourceRules:
    - {apiGroups: ["%[2]s"], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: [%[3]s]}
    - {apiGroups: [""], apiVersions: ["*"], operations: [CREATE], resources: [configmaps]}
  validations: [{expression: "!(%[5]s)", message: no workers in this namespace, reason: %[4]s}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: %[1]s}
spec: {policyName: %[1]s, validationActions: [Deny]}
`
	probeManifest = `
apiVersion: v1
kind: ConfigMap
metadata: {name: probe, labels: {nvidia.com/dynamo-component: Worker}}
`
)

// podName matches the name of a pod, or of what makes it.
var podName = regexp.MustCompile(`chat-(worker|frontend)-[a-z0-9]+`)

// obstacle keeps the worker of a graph from serving.
type obstacle struct {
	why string
	// put it up, and take it away again.
	put, clear func(*scenario)
	// graph says that reason, and a text with it.
	graph, text string
	// component says that of itself; empty where core lets it say nothing.
	component string
	// after is what the graph is applied before, and not after, the obstacle.
	after bool
}

// obstacles by the name of their test.
func obstacles() map[string]obstacle {
	return map[string]obstacle{
		"Quota": {
			why: "a quota has no room for the pods",
			put: (*scenario).putQuota,
			clear: func(s *scenario) {
				s.apply(fmt.Sprintf(quotaManifest, 8))
				s.patch(harness.Deployment(), worker, `{"metadata":{"annotations":{"tried":"again"}}}`)
			},
			graph: "FailedCreate", text: "exceeded quota: small, requested: requests.nvidia.com/gpu=1, limited: requests.nvidia.com/gpu=0", component: "FailedCreate",
		},
		"LimitRange": {
			why:   "pods are smaller than the namespace allows",
			put:   func(s *scenario) { s.apply(limitsManifest) },
			clear: func(s *scenario) { s.delete(harness.Kind("", "v1", "LimitRange"), "large-pods") },
			graph: "FailedCreate", text: "minimum cpu usage per Pod is 1", component: "FailedCreate",
		},
		"PodSecurity": {
			why:   "the namespace takes restricted pods only",
			put:   func(s *scenario) { s.label(`"restricted"`) },
			clear: func(s *scenario) { s.label("null") },
			graph: "FailedCreate", text: `violates PodSecurity "restricted:latest"`, component: "FailedCreate",
		},
		"PodPolicy": {
			why:   "a policy refuses the pods",
			put:   func(s *scenario) { s.putPolicy("", "pods", "Invalid") },
			clear: (*scenario).clearPolicy,
			graph: "FailedCreate", text: "denied request: no workers in this namespace", component: "FailedCreate",
		},
		"Deadline": {
			why: "pods find no node, and the Deployment gives up",
			put: func(s *scenario) {
				s.placeWorker(`{"nowhere":"here"}`)
				s.until("the worker has a Deployment that waits for a second", func(ctx context.Context) error {
					return s.client.Patch(ctx, s.ref(harness.Deployment(), worker), `{"spec":{"progressDeadlineSeconds":1}}`)
				})
			},
			clear: func(s *scenario) { s.placeWorker("null") },
			graph: "ProgressDeadlineExceeded", text: "no progress within 1 s", component: "ProgressDeadlineExceeded",
			after: true,
		},
		"ObjectInvalid": {
			why:   "a policy refuses the Deployment, as invalid",
			put:   func(s *scenario) { s.putPolicy("apps", "deployments", "Invalid") },
			clear: (*scenario).clearPolicy,
			graph: "Refused", text: "deployment/main", component: "Refused",
		},
		"ObjectForbidden": {
			why:   "a policy refuses the Deployment, as forbidden: core gives up in the middle",
			put:   func(s *scenario) { s.putPolicy("apps", "deployments", "Forbidden") },
			clear: (*scenario).clearPolicy,
			graph: "Refused", text: "denied request: no workers in this namespace",
		},
		"Component": {
			why:   "a policy refuses the component",
			put:   func(s *scenario) { s.putPolicy("nvidia.com", "dynamocomponentdeployments", "Invalid") },
			clear: (*scenario).clearPolicy,
			graph: "Refused", text: "component/Worker",
		},
		"Settings": {
			why:   "the settings of components cannot be read",
			put:   (*scenario).breakSettings,
			clear: (*scenario).clearSettings,
			graph: "InvalidSpec", text: "discovry: Invalid value: unknown field",
		},
		"SettingsLater": {
			why: "the settings of components that serve cannot be read any more",
			put: func(s *scenario) {
				s.untilReady(chat)
				s.breakSettings()
			},
			clear: (*scenario).clearSettings,
			graph: "InvalidSpec", text: "discovry: Invalid value: unknown field",
			after: true,
		},
		"Foreign": {
			why:   "somebody else's Deployment has the name of the worker's",
			put:   func(s *scenario) { s.apply(foreign) },
			clear: func(s *scenario) { s.delete(harness.Deployment(), worker) },
			graph: "SomeResourcesNotReady", text: `Deployment "chat-worker" exists`,
		},
		"Paused": {
			why: "the component is paused, and asked for something else",
			put: func(s *scenario) {
				s.untilReady(chat)
				s.pause(`"true"`)
				s.addVariable()
			},
			clear: func(s *scenario) { s.pause("null") },
			graph: "ReconcilePaused", text: "paused",
			after: true,
		},
		"Update": {
			why: "a policy refuses the new Deployment of a service that runs",
			put: func(s *scenario) {
				s.untilReady(chat)
				s.putPolicy("apps", "deployments", "Invalid")
				s.addVariable()
			},
			clear: (*scenario).clearPolicy,
			graph: "Refused", text: "deployment/main", component: "Refused",
			after: true,
		},
	}
}

// TestSaid puts obstacles in the way of a graph's pods. The graph names the one
// that there is, says so once, and goes on when it is gone.
func TestSaid(t *testing.T) {
	for name, o := range obstacles() {
		t.Run(name, func(t *testing.T) {
			s := newScenario(t)
			steps := []func(){func() { o.put(s); s.notef("%s", o.why) }, func() { s.apply(graph(t)); s.notef("graph applied") }}
			if o.after {
				steps[0], steps[1] = steps[1], steps[0]
			}
			steps[0]()
			steps[1]()

			s.untilSaid(harness.Graph(), chat, "ServicesReady", o.graph, o.text)
			if o.component != "" {
				s.untilSaid(harness.Component(), worker, "Available", o.component, o.text)
			}
			s.quiet()

			o.clear(s)
			s.notef("it is gone")
			begin := time.Now()
			s.untilReady(chat)
			s.notef("the graph went on after %s", time.Since(begin).Round(time.Second))
		})
	}
}

// untilSaid waits until a condition is False for a reason, with a text that names
// no pod.
func (s *scenario) untilSaid(kind schema.GroupVersionKind, name, condition, reason, text string) {
	s.Helper()
	s.until(fmt.Sprintf("%s of %s %s is False, %s", condition, kind.Kind, name, reason), func(ctx context.Context) error {
		c, err := s.condition(ctx, kind, name, condition)
		if err != nil {
			return err
		}
		if c.Status != "False" || c.Reason != reason || !strings.Contains(c.Message, text) {
			return fmt.Errorf("it is %s, %s: %s", cmp.Or(c.Status, "absent"), c.Reason, c.Message)
		}
		if found := podName.FindString(c.Message); found != "" {
			return fmt.Errorf("it names %s: %s", found, c.Message)
		}
		s.notef("%s: %s", c.Reason, c.Message)
		return nil
	})
}

// quiet waits until nothing happens any more that the status of the graph follows, and is
// an error where it changes all the same.
func (s *scenario) quiet() {
	s.Helper()
	s.until("the graph is left alone for 12 s", func(ctx context.Context) error {
		before, err := s.client.Get(ctx, s.ref(harness.Graph(), chat))
		if err != nil {
			return err
		}
		time.Sleep(12 * time.Second)
		after, err := s.client.Get(ctx, s.ref(harness.Graph(), chat))
		if err == nil && after.GetResourceVersion() != before.GetResourceVersion() {
			err = fmt.Errorf("it was written: %v", after.Object["status"])
		}
		return err
	})
	if err := settled(s.get(harness.Graph(), chat)); err == nil {
		s.Error("the graph is ready though its worker is not as it asks")
	}
}

func (s *scenario) putQuota() {
	s.Helper()
	s.apply(fmt.Sprintf(quotaManifest, 0))
	s.until("the quota counts", func(ctx context.Context) error {
		q, err := s.client.Get(ctx, s.ref(harness.Kind("", "v1", "ResourceQuota"), "small"))
		if hard, _, _ := unstructured.NestedMap(q.Object, "status", "hard"); err == nil && len(hard) == 0 {
			err = errors.New("it has no status")
		}
		return err
	})
}

// label sets the level of Pod Security of the namespace.
func (s *scenario) label(level string) {
	s.Helper()
	ref := harness.Ref{GroupVersionKind: harness.Kind("", "v1", "Namespace"), Name: s.namespace}
	s.must(s.client.Patch(s.Context(), ref, fmt.Sprintf(`{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":%s}}}`, level)))
}

// pause sets the annotation by which Crossplane leaves the worker's component alone.
func (s *scenario) pause(value string) {
	s.Helper()
	s.patch(harness.Component(), worker, fmt.Sprintf(`{"metadata":{"annotations":{"crossplane.io/paused":%s}}}`, value))
}

// addVariable changes the pods of the worker.
func (s *scenario) addVariable() {
	s.Helper()
	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Worker":{"envs":[{"name":"A","value":"b"}]}}}}`)
}

// placeWorker gives the worker's pods a node selector.
func (s *scenario) placeWorker(selector string) {
	s.Helper()
	s.patch(harness.Graph(), chat, fmt.Sprintf(`{"spec":{"services":{"Worker":{"extraPodSpec":{"nodeSelector":%s}}}}}`, selector))
}

// putPolicy has the API server refuse objects of the worker, for a reason.
func (s *scenario) putPolicy(group, resource, reason string) {
	s.Helper()
	objects, err := harness.Objects(fmt.Sprintf(policyManifest, s.namespace, group, resource, reason, onWorker))
	s.must(err)
	s.must(s.client.Apply(s.Context(), objects...))
	s.Cleanup(s.clearPolicy)
	s.until("the policy counts", func(ctx context.Context) error {
		for _, probe := range s.objects(probeManifest) {
			if s.client.Create(ctx, probe) == nil {
				return errors.Join(errors.New("the probe was taken"), s.client.Delete(ctx, harness.RefOf(probe)))
			}
		}
		return nil
	})
}

func (s *scenario) clearPolicy() {
	s.Helper()
	for _, kind := range []string{"ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"} {
		ref := harness.Ref{GroupVersionKind: harness.Kind("admissionregistration.k8s.io", "v1", kind), Name: s.namespace}
		s.must(s.client.Delete(context.WithoutCancel(s.Context()), ref))
	}
}

func (s *scenario) breakSettings() {
	s.Helper()
	s.setInputOf("dynamocomponentdeployments", `{"apiVersion":"dynamo.fn.crossplane.io/v1beta1","kind":"Settings","discovry":{}}`)
	s.Cleanup(s.clearSettings)
}

func (s *scenario) clearSettings() {
	s.Helper()
	s.setInputOf("dynamocomponentdeployments", `{"apiVersion":"dynamo.fn.crossplane.io/v1beta1","kind":"Settings"}`)
}
