package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// said is what a response says, without what it composes.
type said struct {
	Results    []string
	Conditions []string
	// Composite says whether the composite is ready; empty where it is unset.
	Composite string
	TTL       time.Duration
	// Children by key, with their readiness.
	Children map[string]string
}

func summarise(rsp *fnv1.RunFunctionResponse) said {
	out := said{TTL: rsp.GetMeta().GetTtl().AsDuration(), Children: map[string]string{}}
	for _, r := range rsp.GetResults() {
		out.Results = append(out.Results, fmt.Sprintf("%s %s: %s", r.GetSeverity(), r.GetReason(), r.GetMessage()))
	}
	for _, c := range rsp.GetConditions() {
		out.Conditions = append(out.Conditions, fmt.Sprintf("%s %s %s: %s", c.GetType(), c.GetStatus(), c.GetReason(), c.GetMessage()))
	}
	slices.Sort(out.Conditions)
	if c := rsp.GetDesired().GetComposite(); c != nil {
		out.Composite = c.GetReady().String()
	}
	for key, r := range rsp.GetDesired().GetResources() {
		out.Children[key] = r.GetReady().String()
	}
	return out
}

const (
	notReady = "READY_FALSE"
	isReady  = "READY_TRUE"

	nothingIgnored = "UnsupportedFields STATUS_CONDITION_FALSE NoFieldsIgnored: "
	valid          = "Valid STATUS_CONDITION_TRUE Valid: "
	frontendNew    = "ServicesReady STATUS_CONDITION_FALSE PodsNotReady: chat-frontend: PodsNotReady"
	frontendNone   = "ServicesReady STATUS_CONDITION_FALSE SomeResourcesNotReady: chat-frontend: NotCreated"
	badSettings    = `input.discovry: Invalid value: unknown field: did you mean discovery?`
	badName        = `metadata.name: Invalid value: "2chat": must begin with a letter, since Services are named after it: choose another name`
)

func TestRunFunction(t *testing.T) {
	graph := func(c ...changes) func(t *testing.T) *fnv1.RunFunctionRequest {
		return func(t *testing.T) *fnv1.RunFunctionRequest { t.Helper(); return request(t, chat, c...) }
	}
	// existing is the changed graph while the component of the unchanged one exists.
	existing := func(c ...changes) func(t *testing.T) *fnv1.RunFunctionRequest {
		return func(t *testing.T) *fnv1.RunFunctionRequest { t.Helper(); return composed(t, c...) }
	}
	withInput := func(base func(t *testing.T) *fnv1.RunFunctionRequest, input string) func(t *testing.T) *fnv1.RunFunctionRequest {
		return func(t *testing.T) *fnv1.RunFunctionRequest {
			t.Helper()
			req := base(t)
			req.Input = encode(t, layertest.Object(t, input))
			return req
		}
	}
	var kinds []string
	for gk := range functions.Layers() {
		kinds = append(kinds, gk.String())
	}
	slices.Sort(kinds)
	const unreadable = "spec.services: Invalid value: must be an object"
	served := "this function composes " + strings.Join(kinds, ", ") + ", each of version v1alpha1 or v1beta1; use it in Compositions of these kinds only"

	kept := map[string]string{
		"component/Frontend":       isReady,
		"rolebinding/discovery":    notReady,
		"serviceaccount/discovery": isReady,
	}
	cases := map[string]struct {
		reason string
		args   func(t *testing.T) *fnv1.RunFunctionRequest
		want   said
	}{
		"UnknownKind": {
			reason: "another kind is a mistake in a Composition: it is named, and so is what would work",
			args:   graph(changes{"kind": "DynamoNothing"}),
			want:   said{Results: []string{"SEVERITY_FATAL : cannot compose DynamoNothing of nvidia.com/v1alpha1: " + served}, TTL: time.Minute, Children: map[string]string{}},
		},
		"UnknownGroup": {
			reason: "a kind belongs to a group",
			args:   graph(changes{"apiVersion": "example.org/v1alpha1"}),
			want:   said{Results: []string{"SEVERITY_FATAL : cannot compose DynamoGraphDeployment of example.org/v1alpha1: " + served}, TTL: time.Minute, Children: map[string]string{}},
		},
		"UnknownVersion": {
			reason: "another version has other fields: it is not read as if it were ours",
			args:   graph(changes{"apiVersion": "nvidia.com/v1"}),
			want:   said{Results: []string{"SEVERITY_FATAL : cannot compose DynamoGraphDeployment of nvidia.com/v1: " + served}, TTL: time.Minute, Children: map[string]string{}},
		},
		"NoComposite": {
			reason: "a request without a composite is answered like any other",
			args:   func(*testing.T) *fnv1.RunFunctionRequest { return &fnv1.RunFunctionRequest{} },
			want:   said{Results: []string{`SEVERITY_FATAL : cannot compose "" of "": ` + served}, TTL: time.Minute, Children: map[string]string{}},
		},
		"NoName": {
			reason: "children without a name could not be told apart",
			args:   graph(changes{"metadata/name": ""}),
			want: said{
				Results:  []string{"SEVERITY_FATAL : cannot compose a DynamoGraphDeployment without metadata.name: children are named after it"},
				TTL:      time.Minute,
				Children: map[string]string{},
			},
		},
		"BrokenAPIVersion": {
			reason: "an apiVersion has one slash at most",
			args:   graph(changes{"apiVersion": "a/b/c"}),
			want:   said{Results: []string{`SEVERITY_FATAL : composite has apiVersion "a/b/c": unexpected GroupVersion string: a/b/c`}, TTL: time.Minute, Children: map[string]string{}},
		},
		"NotDecodable": {
			reason: "what cannot be read as its kind is a fault like any other",
			args:   graph(changes{"spec/services": "5"}),
			want: said{
				Results:    []string{"SEVERITY_FATAL : " + unreadable},
				Conditions: []string{"ServicesReady STATUS_CONDITION_FALSE SomeResourcesNotReady: ", nothingIgnored, "Valid STATUS_CONDITION_FALSE InvalidSpec: " + unreadable},
				TTL:        10 * time.Minute,
				Children:   map[string]string{},
			},
		},
		"OtherVersion": {
			reason: "what counts is the form that a graph has, in whichever version it is sent",
			args:   graph(changes{"apiVersion": "nvidia.com/v1beta1"}),
			want: said{
				Conditions: []string{frontendNew, nothingIgnored, valid},
				Composite:  notReady, TTL: time.Minute,
				Children: map[string]string{
					"component/Frontend": notReady, "serviceaccount/discovery": isReady, "rolebinding/discovery": isReady,
				},
			},
		},
		"New": {
			reason: "nothing is ready, and the function comes back soon",
			args:   graph(),
			want: said{
				Conditions: []string{frontendNew, nothingIgnored, valid},
				Composite:  notReady, TTL: time.Minute,
				Children: map[string]string{
					"component/Frontend": notReady, "serviceaccount/discovery": isReady, "rolebinding/discovery": isReady,
				},
			},
		},
		"Existing": {
			reason: "what exists and has no status to wait for is ready",
			args:   existing(),
			want: said{
				Conditions: []string{frontendNew, nothingIgnored, valid},
				Composite:  notReady, TTL: 5 * time.Minute,
				Children: map[string]string{
					"component/Frontend": notReady, "serviceaccount/discovery": isReady, "rolebinding/discovery": isReady,
				},
			},
		},
		"Invalid": {
			reason: "nothing exists: it is fatal, and the conditions are kept",
			args:   graph(changes{"metadata/name": "2chat"}),
			want: said{
				Results:    []string{"SEVERITY_FATAL : " + badName},
				Conditions: []string{strings.ReplaceAll(frontendNone, "chat", "2chat"), nothingIgnored, "Valid STATUS_CONDITION_FALSE InvalidSpec: " + badName},
				TTL:        10 * time.Minute, Children: map[string]string{},
			},
		},
		"InvalidAndExisting": {
			reason: "something exists: all of it is kept, and one child says that it is not ready",
			args:   existing(changes{"metadata/name": "2chat"}),
			want: said{
				Results:    []string{"SEVERITY_WARNING InvalidSpec: " + badName},
				Conditions: []string{frontendNew, nothingIgnored, "Valid STATUS_CONDITION_FALSE InvalidSpec: " + badName},
				Composite:  notReady, TTL: 10 * time.Minute, Children: kept,
			},
		},
		"BadSettings": {
			reason: "the step's input is at fault: nothing new is composed",
			args:   withInput(graph(), "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, discovry: {backend: etcd}}"),
			want: said{
				Results:    []string{"SEVERITY_FATAL : " + badSettings},
				Conditions: []string{frontendNone, nothingIgnored, "Valid STATUS_CONDITION_FALSE InvalidSpec: " + badSettings},
				TTL:        10 * time.Minute, Children: map[string]string{},
			},
		},
		"BadSettingsAndExisting": {
			reason: "the step's input is at fault: what exists stays",
			args:   withInput(existing(), "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, discovry: {backend: etcd}}"),
			want: said{
				Results:    []string{"SEVERITY_WARNING InvalidSpec: " + badSettings},
				Conditions: []string{frontendNew, nothingIgnored, "Valid STATUS_CONDITION_FALSE InvalidSpec: " + badSettings},
				Composite:  notReady, TTL: 10 * time.Minute, Children: kept,
			},
		},
		"Settings": {
			reason: "the step's input steers",
			args:   withInput(graph(), "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, discovery: {backend: etcd}}"),
			want: said{
				Conditions: []string{frontendNew, nothingIgnored, valid},
				Composite:  notReady, TTL: time.Minute,
				Children: map[string]string{"component/Frontend": notReady},
			},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rsp := run(t, tc.args(t))
			if diff := cmp.Diff(tc.want, summarise(rsp)); diff != "" {
				t.Errorf("\n%s\nRunFunction(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// composed is a request for the changed graph while the children of the unchanged
// one exist.
func composed(t *testing.T, c ...changes) *fnv1.RunFunctionRequest {
	t.Helper()
	before := request(t, chat)
	next := applied(t, before, run(t, before))
	composite := layertest.Object(t, chat, c...)
	composite["status"] = decode(next.GetObserved().GetComposite().GetResource())["status"]
	next.Observed.Composite.Resource = encode(t, composite)
	return next
}

func TestRunFunctionInvalidStatus(t *testing.T) {
	for name, req := range map[string]*fnv1.RunFunctionRequest{
		"Spec":     composed(t, changes{"metadata/name": "2chat"}),
		"Settings": withInput(t, composed(t), "{a: b}"),
	} {
		t.Run(name, func(t *testing.T) {
			status, _ := decode(run(t, req).GetDesired().GetComposite().GetResource())["status"].(map[string]any)
			if status["state"] != "failed" {
				t.Errorf("RunFunction(...): want state failed, got %v", status)
			}
		})
	}
}

func TestRunFunctionEventsOnTransitionsOnly(t *testing.T) {
	for name, req := range map[string]*fnv1.RunFunctionRequest{
		"Spec":     composed(t, changes{"metadata/name": "2chat"}),
		"Settings": withInput(t, composed(t), "{a: b}"),
		"Ignored":  request(t, chat, changes{"spec/priorityClassName": "high"}),
	} {
		t.Run(name, func(t *testing.T) {
			first := run(t, req)
			if len(first.GetResults()) != 1 {
				t.Fatalf("RunFunction(...): want one result, got %v", first.GetResults())
			}
			next := applied(t, req, first)
			next.Input = req.GetInput()
			if got := run(t, next).GetResults(); len(got) > 0 {
				t.Errorf("RunFunction(...) with the conditions of the first run: want no results, got %v", got)
			}
		})
	}
}

func TestRunFunctionKeepsEarlierSteps(t *testing.T) {
	other := map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "other"}}
	earlier := &fnv1.State{
		Composite: &fnv1.Resource{
			Resource: encode(t, map[string]any{
				"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoGraphDeployment",
				"spec":   map[string]any{"ignored": "by core"},
				"status": map[string]any{"theirs": "kept", "state": "theirs, but ours to say"},
			}),
			ConnectionDetails: map[string][]byte{"key": []byte("value")},
		},
		Resources: map[string]*fnv1.Resource{"other": {Resource: encode(t, other), Ready: fnv1.Ready_READY_TRUE}},
	}

	for name, c := range map[string]changes{"Composed": nil, "Invalid": {"metadata/name": "2chat"}, "Unknown": {"kind": "Other"}} {
		t.Run(name, func(t *testing.T) {
			req := composed(t, c)
			req.Desired = earlier

			rsp := run(t, req)

			if diff := cmp.Diff(earlier.GetResources()["other"], rsp.GetDesired().GetResources()["other"], protocmp.Transform()); diff != "" {
				t.Errorf("RunFunction(...): -want resource, +got:\n%s", diff)
			}
			composite := rsp.GetDesired().GetComposite()
			if diff := cmp.Diff(earlier.GetComposite().GetConnectionDetails(), composite.GetConnectionDetails()); diff != "" {
				t.Errorf("RunFunction(...): -want connection details, +got:\n%s", diff)
			}
			status, _ := decode(composite.GetResource())["status"].(map[string]any)
			if status["theirs"] != "kept" {
				t.Errorf("RunFunction(...): want the status of earlier steps, got %v", status)
			}
			want := map[string]string{"Composed": "pending", "Invalid": "failed", "Unknown": "theirs, but ours to say"}[name]
			if status["state"] != want {
				t.Errorf("RunFunction(...): want state %q, got %v", want, status["state"])
			}
		})
	}
}

func TestRunFunctionWithoutDesired(t *testing.T) {
	req := request(t, chat)
	want := run(t, req)
	req.Desired = nil
	if diff := cmp.Diff(want, run(t, req), protocmp.Transform()); diff != "" {
		t.Errorf("RunFunction(...): -want, +got:\n%s", diff)
	}
}

// TestRunFunctionRequirements: core asks until the requirements stop changing,
// and watches nothing that a response leaves out. Only a graph that makes something
// asks for more: see the tests of the layers.
func TestRunFunctionRequirements(t *testing.T) {
	running := applied(t, request(t, chat), run(t, request(t, chat)))
	want := run(t, running).GetRequirements()
	for name, req := range map[string]*fnv1.RunFunctionRequest{
		"Running":  running,
		"Frozen":   withInput(t, composed(t), "{a: b}"),
		"Settings": withInput(t, composed(t), "{discovery: {backend: etcd}}"),
		"Waiting":  {Observed: running.GetObserved()},
		"Config":   withConfig(t, composed(t), "dynamo", "{discovery: {backend: etcd}}"),
		"Broken":   withConfig(t, composed(t), "dynamo.team", "{a: b}"),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, run(t, req).GetRequirements(), protocmp.Transform()); diff != "" {
				t.Errorf("RunFunction(...): -want requirements, +got:\n%s", diff)
			}
		})
	}
}
