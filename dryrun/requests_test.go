package dryrun_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

const (
	alphaVersion = "nvidia.com/v1alpha1"
	betaVersion  = "nvidia.com/v1beta1"

	// alphaForm and betaForm are specs of requests, each in its form.
	alphaForm = "{model: acme/chat, backend: vllm, profilingConfig: {profilerImage: 'p:1', config: {sla: {ttft: 200}}}}"
	betaForm  = "{model: acme/chat}"
)

// requestOf returns a request of a version, with a spec in YAML.
func requestOf(t *testing.T, version, name, spec string) map[string]any {
	t.Helper()

	out := map[string]any{}
	text := "apiVersion: " + version + "\nkind: DynamoGraphDeploymentRequest\nmetadata: {name: " + name + ", namespace: team}\nspec: " + spec

	if err := yaml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("cannot parse the spec: %v", err)
	}

	return out
}

// fieldsOf are the fields that a result complains of. That rules were not checked
// because of one of them is no complaint of its own.
func fieldsOf(r dryrun.Result) []string {
	var out []string
	for _, err := range r.Errors {
		if err.Detail != dryrun.RulesSkipped {
			out = append(out, err.Field)
		}
	}

	return out
}

// TestRequests has requests in both forms, each in both versions: people send either,
// and core reads and writes all of them in v1alpha1. Only a version's own form is typed.
func TestRequests(t *testing.T) {
	everything := `{model: acme/chat, backend: sglang, image: p, runtimeVersionOverride: 1.5.0, autoApply: false, searchStrategy: thorough,
modelCache: {pvcName: c, pvcModelPath: m, pvcMountPath: /m}, hardware: {gpuSku: h200_sxm, vramMb: 1.5, totalGpus: 16, numGpusPerNode: 8, interconnect: nvlink, rdma: true},
workload: {isl: 1, osl: 1, requestRate: 2.5}, sla: {ttft: 200.5, itl: 20, optimizationType: latency}, features: {planner: {a: 1}, mocker: {enabled: true}, kvRouter: {enabled: true}},
overrides: {trustRemoteCode: true, profilingJob: {template: {spec: {containers: []}}}, dgd: {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, spec: {components: []}}}}`

	cases := map[string]struct {
		reason, name, spec string
		// alpha and beta are the fields that each version complains of.
		alpha, beta []string
	}{
		"Least":      {reason: "what a request needs", spec: betaForm},
		"Older":      {reason: "of either form", spec: alphaForm},
		"Everything": {reason: "and what it may say", spec: everything},
		"Both": {
			reason: "one form for a request", spec: "{model: a, backend: vllm, profilingConfig: {profilerImage: p, config: {}}, sla: {ttft: 1}}",
			alpha: []string{"spec"}, beta: []string{"spec"},
		},
		"NoModel":  {reason: "a model, in either", spec: "{backend: vllm}", alpha: []string{"spec.model"}, beta: []string{"spec.model"}},
		"NoEngine": {reason: "the older form names an engine", spec: "{model: a, profilingConfig: {profilerImage: p, config: {}}}", alpha: []string{"spec.backend"}, beta: []string{"spec.backend"}},
		"Stray":    {reason: "what goes with a configuration", spec: "{model: a, backend: vllm, useMocker: true}", alpha: []string{"spec.profilingConfig"}, beta: []string{"spec.profilingConfig"}},
		"Thorough": {reason: "an engine to try out", spec: "{model: a, searchStrategy: thorough, backend: auto}", beta: []string{"spec.searchStrategy"}},
		"Load":     {reason: "one load", spec: "{model: a, workload: {concurrency: 1, requestRate: 1}}", beta: []string{"spec.workload.requestRate"}},
		"Overlay":  {reason: "an overlay says of which form it is", spec: "{model: a, overrides: {dgd: {spec: {}}}}", beta: []string{"spec.overrides.dgd.apiVersion", "spec.overrides.dgd.kind"}},
		"SKU":      {reason: "GPUs as profilers call them", spec: "{model: a, hardware: {gpuSku: H100-SXM}}", beta: []string{"spec.hardware.gpuSku"}},
		"Strategy": {reason: "strategies that there are", spec: "{model: a, searchStrategy: slow}", beta: []string{"spec.searchStrategy"}},
		"Backend":  {reason: "engines that there are", spec: "{model: a, backend: llama}", alpha: []string{"spec.backend"}, beta: []string{"spec.backend"}},
		"Name": {
			reason: "a name that the Job can have", name: strings.Repeat("a", 56), spec: betaForm,
			alpha: []string{"metadata.name"}, beta: []string{"metadata.name"},
		},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.name == "" {
				tc.name = "chat"
			}

			for version, want := range map[string][]string{alphaVersion: tc.alpha, betaVersion: tc.beta} {
				manifest := requestOf(t, version, tc.name, tc.spec)
				got := lookup(t, schemas, manifest).Admit(manifest)

				if diff := cmp.Diff(want, fieldsOf(got)); diff != "" {
					t.Errorf("%s: %s: fields, -want, +got:\n%s%v", tc.reason, version, diff, got.Errors.ToAggregate())
				}

				if len(want) == 0 && len(got.Pruned) > 0 {
					t.Errorf("%s: %s: dropped %v", tc.reason, version, got.Pruned)
				}
			}
		})
	}
}

// TestRequestUpdates changes requests that are profiled, through either version.
func TestRequestUpdates(t *testing.T) {
	cases := map[string]struct {
		reason, state, before, after string
		want                         []string
	}{
		"AutoApply":    {reason: "that may change at any time", state: "Ready", before: betaForm, after: "{model: acme/chat, autoApply: false}"},
		"Pending":      {reason: "nothing is profiled yet", state: "Pending", before: betaForm, after: "{model: acme/other, sla: {itl: 1}}"},
		"Failed":       {reason: "another attempt", state: "Failed", before: betaForm, after: "{model: acme/other}"},
		"Model":        {reason: "what is profiled", state: "Profiling", before: betaForm, after: "{model: acme/other}", want: []string{"spec.model"}},
		"SLA":          {reason: "or was", state: "Ready", before: "{model: a, sla: {itl: 1}}", after: "{model: a, sla: {itl: 2}}", want: []string{"spec.sla"}},
		"Added":        {reason: "what is new", state: "Deploying", before: "{model: a}", after: "{model: a, hardware: {gpuSku: l4}}", want: []string{"spec.hardware"}},
		"Removed":      {reason: "what is gone", state: "DeploymentDeleted", before: "{model: a, searchStrategy: rapid}", after: "{model: a}", want: []string{"spec.searchStrategy"}},
		"Features":     {reason: "free content", state: "Profiling", before: "{model: a, features: {planner: {b: 1}}}", after: "{model: a, features: {planner: {b: 2}}}", want: []string{"spec.features"}},
		"OlderConfig":  {reason: "the older form", state: "Profiling", before: alphaForm, after: strings.Replace(alphaForm, "200", "300", 1), want: []string{"spec.profilingConfig"}},
		"OlderBackend": {reason: "and its engine", state: "Profiling", before: alphaForm, after: strings.Replace(alphaForm, "vllm", "sglang", 1), want: []string{"spec.backend"}},
		"Moved":        {reason: "nor does the form change", state: "Ready", before: alphaForm, after: "{model: acme/chat, backend: vllm}", want: []string{"spec.profilingConfig"}},
		"MovedBefore":  {reason: "but before", state: "Pending", before: alphaForm, after: "{model: acme/chat, backend: vllm}"},
	}

	schemas := dryrun.ForKinds()

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, version := range []string{alphaVersion, betaVersion} {
				held := requestOf(t, version, "chat", tc.before)
				held["status"] = map[string]any{"state": tc.state}
				after := requestOf(t, version, "chat", tc.after)

				got := lookup(t, schemas, after).AdmitUpdate(held, after)
				if diff := cmp.Diff(tc.want, fieldsOf(got)); diff != "" {
					t.Errorf("%s: %s: fields, -want, +got:\n%s%v", tc.reason, version, diff, got.Errors.ToAggregate())
				}
			}
		})
	}
}
