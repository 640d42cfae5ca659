package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
)

func TestReadPods(t *testing.T) {
	const containers = "{containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2, memory: 8Gi}, requests: {cpu: 500m}}}]}"
	type want struct {
		Formula, Memory, CPU string
		GPUs, Count, More    int64
		Claims, Unbounded    bool
	}
	cases := map[string]struct {
		reason string
		args   string
		want   want
	}{
		"Deployment": {reason: "a limit is asked for, where nothing else is", args: "{kind: Deployment, spec: {replicas: 3, template: {spec: " + containers + "}}}", want: want{Formula: "3 replicas = 6 GPUs", Memory: "24 GiB of memory", CPU: "1500m", GPUs: 6, Count: 3}},
		"Default":    {reason: "without a number there is one", args: "{kind: Deployment, spec: {template: {spec: {containers: [{name: main}]}}}}", want: want{Formula: "1 replica", Memory: "none of memory", CPU: "0", Count: 1, Unbounded: true}},
		"None":       {reason: "none is a number, too", args: "{kind: Deployment, spec: {replicas: 0, template: {spec: " + containers + "}}}", want: want{Formula: "0 replicas", Memory: "none of memory", CPU: "0"}},
		"Nodes":      {reason: "a replica on several nodes has a pod on each", args: "{kind: LeaderWorkerSet, spec: {replicas: 2, leaderWorkerTemplate: {size: 4, workerTemplate: {spec: " + containers + "}}}}", want: want{Formula: "2 replicas × 4 nodes = 16 GPUs", Memory: "64 GiB of memory", CPU: "4", GPUs: 16, Count: 8}},
		"Leader":     {reason: "the leader may be another pod", args: "{kind: LeaderWorkerSet, spec: {leaderWorkerTemplate: {size: 2, leaderTemplate: {spec: {containers: [{name: main}]}}, workerTemplate: {spec: " + containers + "}}}}", want: want{Formula: "1 replica × 2 nodes = 2 GPUs", Memory: "8 GiB of memory", CPU: "500m", GPUs: 2, Count: 2, Unbounded: true}},
		"Job":        {reason: "a Job has pods", args: "{kind: Job, spec: {template: {spec: {containers: [{name: main}]}}}}", want: want{Formula: "1 pod", Memory: "none of memory", CPU: "0", Count: 1, Unbounded: true}},
		"Claims":     {reason: "devices of claims are not counted, and named", args: "{kind: Deployment, spec: {template: {spec: {resourceClaims: [{name: gpus}], containers: [{name: main, resources: {requests: {memory: 1Mi}}}]}}}}", want: want{Formula: "1 replica", Memory: "1 MiB of memory", CPU: "0", Count: 1, Claims: true}},
		"Many":       {reason: "of many pods some are drawn", args: "{kind: Deployment, spec: {replicas: 40, template: {spec: {containers: [{name: main, resources: {limits: {memory: 1Gi}}}]}}}}", want: want{Formula: "40 replicas", Memory: "40 GiB of memory", CPU: "0", Count: 40, More: 24}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p, ok := readPods(layertest.Object(t, tc.args))
			if !ok {
				t.Fatalf("\n%s\nreadPods(...): want pods", tc.reason)
			}
			got := want{p.Formula(), p.MemoryText(), p.CPU.String(), p.GPUs, p.Count(), p.More(), p.Claims, p.Unbounded}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nreadPods(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if _, ok := readPods(map[string]any{"kind": "Service"}); ok {
		t.Error("readPods(...) finds pods of a Service")
	}
}

func TestReadable(t *testing.T) {
	for in, want := range map[string]string{"0": "none", "512": "512 bytes", "1536Mi": "1.5 GiB", "9Ti": "9 TiB", "2000Ti": "2000 TiB", "1Ki": "1 KiB"} {
		if got := readable(resource.MustParse(in)); want != got {
			t.Errorf("readable(%s): want %s, got %s", in, want, got)
		}
	}
}

// TestLines: each field is at the line in which its value begins.
func TestLines(t *testing.T) {
	lines := write(layertest.Object(t, "{args: [a, \"b\\nc\"], env: [{name: A, value: \"1\"}, {name: B}], labels: {x.org/y: z}, none: {}, list: []}"))
	var got []string
	for _, l := range lines {
		got = append(got, l.Text+" → "+l.path)
	}
	want := []string{
		"args: → ", "- a → args[0]", "- |- → args[1]", "  b → ", "  c → ",
		"env: → ", "- name: A → env[A].name", "  value: \"1\" → env[A].value", "- name: B → env[B].name",
		"labels: → ", "  x.org/y: z → labels[x.org/y]", "list: [] → list", "none: {} → none",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("write(...): -want, +got:\n%s", diff)
	}
	for path, text := range map[string]string{"env[A]": "- name: A", "env[A].value": "value: \"1\"", "labels[x.org/y]": "x.org/y: z", "env[C].value": "env:", "args[1].x": "- |-", "colour": ""} {
		found := ""
		if l := lineOf(lines, path); l != nil {
			found = strings.TrimSpace(l.Text)
		}
		if found != text {
			t.Errorf("lineOf(%s): want %q, got %q", path, text, found)
		}
	}
}

func TestWhence(t *testing.T) {
	lines := write(layertest.Object(t, "{spec: {services: {Worker: {replicas: 2}}}}"))
	c := context{labels: labelsFor("DynamoGraphDeployment"), service: "spec.services[Worker]", anchors: anchors{id: "o0", lines: lines}}
	cases := map[string]struct {
		reason string
		args   []origin.Source
		want   []string
	}{
		"Service":  {reason: "paths are below the service", args: []origin.Source{{Kind: origin.Service, Path: "spec.services[Worker].replicas"}}, want: []string{"service replicas #o0-4"}},
		"Name":     {reason: "the key of a service is its name", args: []origin.Source{{Kind: origin.Service, Path: "spec.services[Worker]"}}, want: []string{"service its name #o0-3"}},
		"Other":    {reason: "another service is named", args: []origin.Source{{Kind: origin.Service, Path: "spec.services[Workers].replicas"}}, want: []string{"service spec.services[Workers].replicas #o0-2"}},
		"Site":     {reason: "settings have a layer, and are on no page", args: []origin.Source{{Kind: origin.Site, Layer: "dynamo", Path: "ingress.className"}}, want: []string{"site dynamo ingress.className #"}},
		"Function": {reason: "the function has no field", args: []origin.Source{{Kind: origin.Function}}, want: []string{"function  #"}},
		"Many":     {reason: "of many the first one is shown", args: []origin.Source{{Kind: origin.Type, Path: "a"}, {Kind: origin.Engine, Path: "b"}, {Kind: origin.Type, Path: "c"}, {Kind: origin.Type, Path: "d"}}, want: []string{"type default a # and 3 more"}},
		"Nothing":  {reason: "nothing is nothing"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, w := range c.all(tc.args) {
				text := w.Label + " " + w.Path + " #" + w.Link
				if w.More > 0 {
					text += " and " + itoa(w.More) + " more"
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nall(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
