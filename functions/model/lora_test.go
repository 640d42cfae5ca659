package model_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/model"
)

const (
	isLoaded = `{conditions: [{type: Ready, status: "True"}, {type: Synced, status: "True"}],
  response: {statusCode: 200, body: '{"loras":{"acme/support r16":1}}'}, requestDetails: {method: GET}}`
	notYet = `{conditions: [{type: Ready, status: "False"}, {type: Synced, status: "True"}]}`
)

// answered is a Request whose last call was answered so.
func answered(code, body string) string {
	return `{conditions: [{type: Ready, status: "False"}], response: {statusCode: ` + code + `, body: '` + body + `'}}`
}

func TestRequest(t *testing.T) {
	out := compose(t, layertest.In(layertest.Object(t, lora)), slice(t, nil, "a:ready"))
	if len(out.Children) != 1 {
		t.Fatalf("want one Request, got %v", layertest.Keys(out))
	}
	want := layertest.Object(t, `
apiVersion: http.m.crossplane.io/v1alpha2
kind: Request
metadata:
  annotations: {crossplane.io/external-create-failed: "9999-12-31T23:59:59Z"}
spec:
  forProvider:
    waitTimeout: 60s
    headers: {Content-Type: [application/json]}
    payload:
      baseUrl: http://10.0.0.1:9090/v1/loras
      body: '{"lora_name":"acme/support r16","source":{"uri":"s3://adapters/support"}}'
    mappings:
    - {action: CREATE, method: POST, url: .payload.baseUrl, body: .payload.body}
    - {action: OBSERVE, method: GET, url: .payload.baseUrl}
    - {action: REMOVE, method: DELETE, url: '.payload.baseUrl + "/acme/support%20r16"'}
    expectedResponseCheck: {type: CUSTOM, logic: '.payload.body.lora_name as $n | (.response.body.loras? // {}) | has($n)'}
    isRemovedCheck: {type: CUSTOM, logic: '.payload.body.lora_name as $n | (.response.body.loras? // {}) | has($n) | not'}
`)
	key := out.Children[0].Key
	id, ok := strings.CutPrefix(key, "request/")
	if !ok || len(id) != 16 {
		t.Errorf("key: want request/ and 16 digits, got %q", key)
	}
	want["metadata"].(map[string]any)["name"] = "support-" + id
	if diff := cmp.Diff(want, layertest.Objects(t, out)[key]); diff != "" {
		t.Errorf("Request: -want, +got:\n%s", diff)
	}
	if out.Children[0].Lifetime != layer.Passing {
		t.Errorf("Request: want it to come and go with its pod, got lifetime %v", out.Children[0].Lifetime)
	}
}

// TestKeysFollow: another pod or name is another Request, and nothing else is. The keys
// themselves are frozen: another key has every worker unload and load.
func TestKeysFollow(t *testing.T) {
	of := func(changes layertest.Changes, s layertest.Changes) string {
		out := compose(t, layertest.In(layertest.Object(t, lora, changes)), slice(t, s, "a:ready"))
		return strings.Join(sortedKeys(out), " ")
	}
	was := of(nil, nil)
	if diff := cmp.Diff("request/ec62359d02bc42e3", was); diff != "" {
		t.Errorf("key: -want, +got:\n%s", diff)
	}
	pod := `[{addresses: [10.0.0.1], targetRef: {kind: Pod, name: a, uid: other}}]`
	moved := `[{addresses: [10.0.0.7], targetRef: {kind: Pod, name: a, uid: uid-a}}]`
	cases := map[string]struct {
		got  string
		same bool
	}{
		"URI":     {got: of(layertest.Changes{"spec/source/uri": "s3://adapters/other"}, nil), same: true},
		"Name":    {got: of(layertest.Changes{"spec/modelName": "other"}, nil)},
		"Pod":     {got: of(nil, layertest.Changes{"endpoints": pod})},
		"Address": {got: of(nil, layertest.Changes{"endpoints": moved}), same: true},
		"Labels":  {got: of(layertest.Changes{"metadata/labels": "{a: b}"}, nil), same: true},
	}
	for name, tc := range cases {
		if (tc.got == was) != tc.same {
			t.Errorf("%s: want the same key: %v, got %s after %s", name, tc.same, tc.got, was)
		}
	}
}

func TestOutcomes(t *testing.T) {
	prefill := layertest.Changes{"metadata/labels": `{kubernetes.io/service-name: s, nvidia.com/dynamo-graph-deployment-name: g,
  nvidia.com/dynamo-component-type: worker, nvidia.com/dynamo-sub-component-type: prefill, dynamo.fn.crossplane.io/backend-framework: vllm}`}
	noManagement := answered("500", `{"status":"error","message":"LoRA management not available"}`)
	cases := map[string]struct {
		reason   string
		labels   layertest.Changes
		statuses []string
		want     string
		ready    []string
	}{
		"New": {
			reason:   "nothing is known of what was only just asked for",
			statuses: []string{notYet, "{}"},
			want:     "False NotReady: 0 of 2 endpoints are ready; 1 have not answered yet; 1 are not called yet: provider-http has not looked at their Requests",
			ready:    []string{"false", "false"},
		},
		"Loaded": {
			reason:   "all pods have the adapter",
			statuses: []string{isLoaded, isLoaded},
			want:     "True AllEndpointsReady",
			ready:    []string{"true", "true"},
		},
		"One": {
			reason:   "a pod that is slow holds up no other",
			statuses: []string{isLoaded, notYet},
			want:     "False NotReady: 1 of 2 endpoints are ready; 1 have not answered yet",
			ready:    []string{"true", "false"},
		},
		"Fails": {
			reason:   "the words of a worker that cannot load it are repeated",
			statuses: []string{isLoaded, answered("500", `{"status":"error","message":"no such bucket"}`)},
			want:     "False NotReady: 1 of 2 endpoints are ready; 1 cannot load it: HTTP 500: no such bucket",
			ready:    []string{"true", "false"},
		},
		"FailsWith200": {
			reason:   "as those of older runtimes are, which fail with 200",
			statuses: []string{answered("200", `{"status":"error","message":"no such bucket"}`), isLoaded},
			want:     "False NotReady: 1 of 2 endpoints are ready; 1 cannot load it: HTTP 200: no such bucket",
			ready:    []string{"false", "true"},
		},
		"Unreachable": {
			reason:   "what differs from pod to pod is left out",
			statuses: []string{`{error: 'Post "http://10.0.0.1:9090/v1/loras": dial tcp 10.0.0.1:9090: i/o timeout'}`, isLoaded},
			want:     `False NotReady: 1 of 2 endpoints are ready; 1 cannot load it: Post "http://…/v1/loras": dial tcp …: i/o timeout`,
			ready:    []string{"false", "true"},
		},
		"Secret": {
			reason:   "and so is what may be secret",
			statuses: []string{answered("500", `cannot read https://me:pass@host/x?sig=abc of it`), isLoaded},
			want:     `False NotReady: 1 of 2 endpoints are ready; 1 cannot load it: HTTP 500: cannot read https://host/x of it`,
			ready:    []string{"false", "true"},
		},
		"NoRoutes": {
			reason:   "workers that take no adapters are told apart",
			statuses: []string{answered("404", ""), answered("404", "not found")},
			want:     "False NotReady: 0 of 2 endpoints are ready; 2 take no adapters (HTTP 404): set DYN_LORA_ENABLED=true in the workers",
			ready:    []string{"false", "false"},
		},
		"Covered": {
			reason:   "a prefill worker without LoRA management is covered by one that has the adapter",
			labels:   prefill,
			statuses: []string{isLoaded, noManagement},
			want:     "True AllEndpointsReady",
			ready:    []string{"true", "false covered"},
		},
		"NotCovered": {
			reason:   "or is not",
			labels:   prefill,
			statuses: []string{noManagement, noManagement},
			want: "False NotReady: 0 of 2 endpoints are ready; 2 have no LoRA management, " +
				"and no other prefill worker of their graph has the adapter",
			ready: []string{"false", "false"},
		},
		"NoPrefill": {
			reason:   "a worker of another kind is never covered",
			statuses: []string{isLoaded, noManagement},
			want: "False NotReady: 1 of 2 endpoints are ready; 1 have no LoRA management, " +
				"and no other prefill worker of their graph has the adapter",
			ready: []string{"true", "false"},
		},
		"NotConnected": {
			reason: "what keeps provider-http from calling anybody is told",
			statuses: []string{
				`{conditions: [{type: Synced, status: "False", message: 'connect failed: cannot get ClusterProviderConfig: "default" not found'}]}`, isLoaded,
			},
			want: `False NotReady: 1 of 2 endpoints are ready; 1 cannot load it: ` +
				`connect failed: cannot get ClusterProviderConfig: "default" not found`,
			ready: []string{"false", "true"},
		},
		"NotObserved": {
			reason: "and what keeps it from reading an answer",
			statuses: []string{
				`{conditions: [{type: Synced, status: "False", message: 'observe failed: failed to get secret a:b'}]}`, isLoaded,
			},
			want:  `False NotReady: 1 of 2 endpoints are ready; 1 cannot load it: observe failed: failed to get secret a:b`,
			ready: []string{"false", "true"},
		},
		"ListsOthers": {
			reason: "conditions alone may speak of what the Request did before",
			statuses: []string{
				`{conditions: [{type: Ready, status: "True"}, {type: Synced, status: "True"}], response: {statusCode: 200, body: '{"loras":{"other":1}}'}}`, isLoaded,
			},
			want:  "False NotReady: 1 of 2 endpoints are ready; 1 have not answered yet",
			ready: []string{"false", "true"},
		},
		"Stale": {
			reason:   "an old answer says nothing of what the worker has now",
			statuses: []string{`{conditions: [{type: Ready, status: "True"}, {type: Synced, status: "False"}], response: {statusCode: 200, body: '{"loras":{"acme/support r16":1}}'}}`, isLoaded},
			want:     "False NotReady: 1 of 2 endpoints are ready; 1 have not answered yet",
			ready:    []string{"false", "true"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			found := slice(t, tc.labels, "a:ready", "b:ready")
			in := layertest.In(layertest.Object(t, lora))
			first := compose(t, in, found)
			statuses := map[string]string{}
			for _, c := range first.Children {
				url := layertest.Objects(t, first)[c.Key]["spec"].(map[string]any)["forProvider"].(map[string]any)["payload"].(map[string]any)["baseUrl"]
				statuses[c.Key] = tc.statuses[1]
				if strings.Contains(url.(string), "10.0.0.1:") {
					statuses[c.Key] = tc.statuses[0]
				}
			}
			out := compose(t, layertest.Next(t, in, first, statuses), found)
			if diff := cmp.Diff(tc.want, condition(out, model.TypeEndpointsReady)); diff != "" {
				t.Errorf("\n%s\nEndpointsReady: -want, +got:\n%s", tc.reason, diff)
			}
			var ready []string
			for _, e := range endpoints(t, out) {
				ready = append(ready, strings.SplitN(e, " ", 3)[2])
			}
			if diff := cmp.Diff(tc.ready, ready); diff != "" {
				t.Errorf("\n%s\nendpoints: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPodsComeAndGo: a pod that is not ready is not called; one that was called and is
// not ready for a while keeps its adapter; one that is gone has it unloaded.
func TestPodsComeAndGo(t *testing.T) {
	in := layertest.In(layertest.Object(t, lora))
	count := func(out layer.Out) int { return len(out.Children) }
	out := compose(t, in, slice(t, nil, "a:no"))
	if count(out) != 0 {
		t.Errorf("a pod that is not ready: want no Request, got %v", layertest.Keys(out))
	}
	out = compose(t, in, slice(t, nil, "a:ready"))
	in = layertest.Next(t, in, out, map[string]string{out.Children[0].Key: isLoaded})
	if out = compose(t, in, slice(t, nil, "a:no")); count(out) != 1 || out.Ready {
		t.Errorf("a pod that is not ready any more: want its Request and not ready, got %v, ready %v", layertest.Keys(out), out.Ready)
	}
	if out = compose(t, in); count(out) != 0 {
		t.Errorf("a pod that is gone: want no Request, got %v", layertest.Keys(out))
	}
}

// TestSeveralModels of one base on one pod have a Request each.
func TestSeveralModels(t *testing.T) {
	found := slice(t, nil, "a:ready", "b:ready")
	names, keys := map[any]bool{}, map[string]bool{}
	for _, name := range []string{"one", "two"} {
		in := layertest.In(layertest.Object(t, lora, layertest.Changes{"metadata/name": name, "spec/modelName": "acme/" + name}))
		for key, o := range layertest.Objects(t, compose(t, in, found)) {
			keys[key], names[o["metadata"].(map[string]any)["name"]] = true, true
		}
	}
	if len(keys) != 4 || len(names) != 4 {
		t.Errorf("two adapters on two pods: want four keys and names, got %v and %v", keys, names)
	}
}

// TestWithoutProvider: a cluster without provider-http is told what to install, and what
// was loaded before is not unloaded by a lapse of the answer.
func TestWithoutProvider(t *testing.T) {
	in := layertest.In(layertest.Object(t, lora))
	in.Answers = layer.Answers{
		Objects: map[string][]layer.Object{"endpointslices": {slice(t, nil, "a:ready")}},
		APIs:    map[string]bool{"request": false},
	}
	out, err := model.Compose(in)
	if err != nil {
		t.Fatal(err)
	}
	want := "True FieldsIgnored: accepted, and not acted on: spec.modelType lora (the cluster lacks Request of " +
		"http.m.crossplane.io/v1alpha2: install provider-http v1.0.14 or later (docs/models.md))"
	if diff := cmp.Diff(want, condition(out, layer.TypeUnsupportedFields)); diff != "" {
		t.Errorf("UnsupportedFields: -want, +got:\n%s", diff)
	}
	if len(out.Children) > 0 || out.Ready {
		t.Errorf("want no children and not ready, got %v and %v", layertest.Keys(out), out.Ready)
	}
	want = "False NotReady: 0 of 1 endpoints are ready; 1 are not asked: the cluster lacks Request of http.m.crossplane.io/v1alpha2"
	if diff := cmp.Diff(want, condition(out, model.TypeEndpointsReady)); diff != "" {
		t.Errorf("EndpointsReady: -want, +got:\n%s", diff)
	}
	before := compose(t, in, slice(t, nil, "a:ready"))
	next := layertest.Next(t, in, before, nil)
	if out, err = model.Compose(next); err != nil || len(out.Children) != 1 {
		t.Errorf("with a Request that exists: want it to stay, got %v, %v", layertest.Keys(out), err)
	}
}

// TestNames that no URL could hold are refused.
func TestNames(t *testing.T) {
	for name, wrong := range map[string]bool{"a": false, "a/b": false, "a//b": true, "../a": true, "a/.": true, "/a": true, "a/": true, "a..b": false, "{{a:b:c}}": true} {
		out := compose(t, layertest.In(layertest.Object(t, lora, layertest.Changes{"spec/modelName": strconv.Quote(name)})), slice(t, nil, "a:ready"))
		if got := out.Fatal != ""; got != wrong {
			t.Errorf("%q: want it refused: %v, got %q", name, wrong, out.Fatal)
		}
	}
}

// TestSecrets: provider-http puts Secrets in the place of what stands in double braces.
func TestSecrets(t *testing.T) {
	in := layertest.In(layertest.Object(t, lora, layertest.Changes{"spec/source/uri": `"s3://x/{{token:kube-system:data}}"`}))
	if out := compose(t, in, slice(t, nil, "a:ready")); !strings.Contains(out.Fatal, "spec.source.uri") || len(out.Children) > 0 {
		t.Errorf("want it refused, got %q and %v", out.Fatal, layertest.Keys(out))
	}
}
