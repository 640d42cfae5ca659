package model_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/model"
)

// Statuses of Requests that unload: nothing is listed, it is unloaded, and it failed to.
const (
	listsNone   = `{conditions: [{type: Synced, status: "True"}], response: {statusCode: 200, body: '{"loras":{}}'}, requestDetails: {method: GET}}`
	wasUnloaded = `{conditions: [{type: Synced, status: "True"}], response: {statusCode: 200, body: '{"status":"success"}'}, requestDetails: {method: DELETE}}`
	notUnloaded = `{conditions: [{type: Synced, status: "True"}], response: {statusCode: 500, body: 'busy'}, requestDetails: {method: DELETE}}`
	tookTooLong = `{conditions: [{type: Ready, status: "False"}, {type: Synced, status: "False", message: "create failed: context deadline exceeded"}],
  error: 'Post "http://10.0.0.1:9090/v1/loras": context deadline exceeded'}`
	refusedIt = `{conditions: [{type: Ready, status: "False"}, {type: Synced, status: "True"}],
  response: {statusCode: 500, body: 'no such bucket'}, requestDetails: {method: POST}}`
)

// life is a model whose spec and pods change, run by run.
type life struct {
	t     *testing.T
	in    layer.In
	out   layer.Out
	found layer.Object
}

func begin(t *testing.T) *life {
	t.Helper()
	l := &life{t: t, in: layertest.In(layertest.Object(t, lora)), found: slice(t, nil, "a:ready")}
	l.out = compose(t, l.in, l.found)
	return l
}

// next runs the layer once all Requests have a status.
func (l *life) next(status string) *life {
	l.t.Helper()
	statuses := map[string]string{}
	for _, key := range layertest.Keys(l.out) {
		statuses[key] = status
	}
	spec := l.in.Composite["spec"]
	l.in = layertest.Next(l.t, l.in, l.out, statuses)
	l.in.Composite["spec"] = spec
	l.out = compose(l.t, l.in, l.found)
	return l
}

// edit changes the spec for the runs that follow.
func (l *life) edit(changes layertest.Changes) *life {
	l.t.Helper()
	l.in.Composite = runtime.DeepCopyJSON(l.in.Composite)
	l.in.Composite["spec"] = layertest.Object(l.t, lora, changes)["spec"]
	return l
}

// calls are what the Requests do: method of what is created and updated, and from where
// it loads.
func (l *life) calls() []string {
	l.t.Helper()
	out := []string{}
	for _, key := range layertest.Keys(l.out) {
		p := layertest.Objects(l.t, l.out)[key]["spec"].(map[string]any)["forProvider"].(map[string]any)
		methods := map[any]any{}
		for _, m := range p["mappings"].([]any) {
			methods[m.(map[string]any)["action"]] = m.(map[string]any)["method"]
		}
		does := methods["CREATE"].(string)
		if u, ok := methods["UPDATE"]; ok {
			does += "," + u.(string)
		}
		if p["isRemovedCheck"].(map[string]any)["logic"] == "true" {
			does += " nothing"
		}
		_, uri, _ := strings.Cut(p["payload"].(map[string]any)["body"].(string), "s3://")
		out = append(out, does+" "+strings.TrimRight(uri, `"}`))
	}
	return out
}

func (l *life) want(reason string, calls ...string) {
	l.t.Helper()
	if diff := cmp.Diff(append([]string{}, calls...), l.calls()); diff != "" {
		l.t.Errorf("%s: -want, +got:\n%s", reason, diff)
	}
}

const replaced = "False NotReady: 0 of 1 endpoints are ready; 1 have still to unload what the model was before"

// TestAnotherURI: workers know adapters by name, so the one from elsewhere is loaded
// once a worker has said that the one before is unloaded, and counts from then on.
func TestAnotherURI(t *testing.T) {
	l := begin(t).next(isLoaded)
	l.want("loaded", "POST adapters/support")
	l.edit(layertest.Changes{"spec/source/uri": "s3://adapters/other"}).next(isLoaded)
	l.want("another URI", "GET,DELETE adapters/support")
	if diff := cmp.Diff(replaced, condition(l.out, model.TypeEndpointsReady)); diff != "" {
		t.Errorf("EndpointsReady: -want, +got:\n%s", diff)
	}
	for reason, status := range map[string]string{"hangs": tookTooLong, "fails": notUnloaded, "lists it": isLoaded} {
		l.next(status)
		l.want("the worker "+reason, "GET,DELETE adapters/support")
	}
	l.next(wasUnloaded)
	l.want("unloaded", "POST adapters/other")
	l.next(wasUnloaded)
	if l.out.Ready {
		t.Error("what it unloaded says nothing of what it loads")
	}
	if l.next(isLoaded); !l.out.Ready {
		t.Errorf("loaded from elsewhere: want it ready, got %q", condition(l.out, model.TypeEndpointsReady))
	}
}

// TestAnotherURIWithout has the URI change where nothing is loaded, or may not be yet.
func TestAnotherURIWithout(t *testing.T) {
	cases := map[string]struct {
		reason string
		status string
		want   string
	}{
		"NotCalled": {reason: "nobody was told of the first", status: "{}", want: "POST adapters/other"},
		"Refused":   {reason: "a worker that refused has nothing to unload", status: refusedIt, want: "POST adapters/other"},
		"UnderWay":  {reason: "one that has not answered may be loading: it takes no other", status: notYet, want: "POST adapters/support"},
		"TookLong":  {reason: "also when it was not waited for", status: tookTooLong, want: "POST adapters/support"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			l := begin(t).edit(layertest.Changes{"spec/source/uri": "s3://adapters/other"}).next(tc.status)
			l.want(tc.reason, tc.want)
		})
	}
}

// TestNothingToUnload is found by the list of a worker, too.
func TestNothingToUnload(t *testing.T) {
	l := begin(t).next(isLoaded).edit(layertest.Changes{"spec/source/uri": "s3://adapters/other"}).next(isLoaded).next(listsNone)
	l.want("a worker that lists it no more", "POST adapters/other")
}

// TestAnotherName: what was loaded by another name is unloaded where the pod is there.
func TestAnotherName(t *testing.T) {
	l := begin(t).next(isLoaded).edit(layertest.Changes{"spec/modelName": "other"}).next(isLoaded)
	l.want("another name", "POST adapters/support", "GET,DELETE adapters/support")
	l.next(tookTooLong)
	l.want("a worker that hangs", "POST adapters/support", "GET,DELETE adapters/support")
	l.next(wasUnloaded)
	l.want("unloaded", "POST adapters/support")
}

// TestSameAddress: a pod that takes the place of another one at its address, as on the
// network of its node, keeps what its own Request loads.
func TestSameAddress(t *testing.T) {
	l := begin(t).next(isLoaded)
	l.found = slice(t, layertest.Changes{"endpoints": `[{addresses: [10.0.0.1], targetRef: {kind: Pod, name: b, uid: uid-b}}]`})
	l.next(isLoaded)
	l.want("another pod", "POST adapters/support", "GET nothing adapters/support")
	l.next(isLoaded)
	l.want("then", "POST adapters/support")
}

// TestDeletedWhileLoading: the function is not asked any more when a model is deleted. So
// a Request says at once until when a worker may be loading that does not list it.
func TestDeletedWhileLoading(t *testing.T) {
	check := func(l *life) string {
		key := layertest.Keys(l.out)[0]
		p := layertest.Objects(t, l.out)[key]["spec"].(map[string]any)["forProvider"].(map[string]any)
		return p["isRemovedCheck"].(map[string]any)["logic"].(string)
	}
	l := begin(t)
	key := layertest.Keys(l.out)[0]
	made := func(status string) {
		l.in = layertest.Next(t, l.in, l.out, map[string]string{key: status})
		whole := runtime.DeepCopyJSON(l.in.Observed[key].Whole())
		whole["metadata"].(map[string]any)["creationTimestamp"] = "2026-11-01T00:00:00Z"
		l.in.Observed[key] = layer.Read(whole)
		l.out = compose(t, l.in, l.found)
	}
	for reason, status := range map[string]string{"not called": "{}", "no answer": notYet, "took too long": tookTooLong} {
		made(status)
		l.want(reason, "POST,POST adapters/support")
		if !strings.HasPrefix(check(l), "if now < 1793491500 then false else .payload") {
			t.Errorf("%s: want it removed five minutes after it was made, got %q", reason, check(l))
		}
	}
	for reason, status := range map[string]string{"loaded": isLoaded, "refused": refusedIt} {
		made(status)
		l.want(reason, "POST adapters/support")
	}
}

// TestPatience: the first load may take a minute. Workers that had the adapter are waited
// for as all others are, since many may be cut off at once.
func TestPatience(t *testing.T) {
	l := begin(t)
	for _, step := range []struct{ reason, status, want string }{
		{reason: "not called", status: "{}", want: "60s"},
		{reason: "took too long", status: tookTooLong, want: "60s"},
		{reason: "loaded", status: isLoaded, want: "15s"},
		{reason: "cut off", status: strings.Replace(tookTooLong, "error:", `response: {statusCode: 200, body: '{"loras":{"acme/support r16":1}}'}, error:`, 1), want: "15s"},
		{reason: "refused", status: refusedIt, want: "15s"},
	} {
		l.next(step.status)
		p := layertest.Objects(t, l.out)[layertest.Keys(l.out)[0]]["spec"].(map[string]any)["forProvider"].(map[string]any)
		if diff := cmp.Diff(step.want, p["waitTimeout"]); diff != "" {
			t.Errorf("%s: waitTimeout: -want, +got:\n%s", step.reason, diff)
		}
	}
}

// TestLeaving: a Request that somebody deletes is made again.
func TestLeaving(t *testing.T) {
	l := begin(t).next(isLoaded)
	key := layertest.Keys(l.out)[0]
	l.in = layertest.Next(t, l.in, l.out, map[string]string{key: isLoaded})
	whole := runtime.DeepCopyJSON(l.in.Observed[key].Whole())
	whole["metadata"].(map[string]any)["deletionTimestamp"] = "2026-11-01T00:00:00Z"
	l.in.Observed[key] = layer.Read(whole)
	l.out = compose(t, l.in, l.found)
	l.want("on its way out", "POST adapters/support")
	if l.out.Ready {
		t.Error("on its way out: want it not ready")
	}
}

// TestRefusedSpec: what is loaded stays, and the pods are told of as they are.
func TestRefusedSpec(t *testing.T) {
	l := begin(t).next(isLoaded).edit(layertest.Changes{"spec/modelName": "a//b"}).next(isLoaded)
	l.want("as it was", "POST adapters/support")
	if diff := cmp.Diff([]string{"a http://10.0.0.1:9090 true"}, endpoints(t, l.out)); diff != "" {
		t.Errorf("the pod that has it: -want, +got:\n%s", diff)
	}
	if l.out.Ready {
		t.Error("want it not ready")
	}
	l.found = slice(t, layertest.Changes{"endpoints": `[{addresses: [10.0.0.2], targetRef: {kind: Pod, name: b, uid: uid-b}}]`})
	l.next(isLoaded)
	if diff := cmp.Diff([]string{"b http://10.0.0.2:9090 false"}, endpoints(t, l.out)); diff != "" {
		t.Errorf("another pod: -want, +got:\n%s", diff)
	}
	want := "False NotReady: 0 of 1 endpoints are ready; 1 are not asked: the spec is refused (condition Valid)"
	if diff := cmp.Diff(want, condition(l.out, model.TypeEndpointsReady)); diff != "" {
		t.Errorf("EndpointsReady: -want, +got:\n%s", diff)
	}
}
