package e2e

import (
	"context"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// TestFaultInvalidScales scales a service while its graph is invalid: what runs
// goes on, and follows its adapter.
func TestFaultInvalidScales(t *testing.T) {
	s := scaled(t)
	before := s.workloads()
	const args = `{"spec":{"services":{"Worker":{"extraPodSpec":{"mainContainer":{"args":["-m","dynamo.%s","--model","Qwen/Qwen3-0.6B"]}}}}}}`
	s.patch(harness.Graph(), chat, fmt.Sprintf(args, "sglang"))
	s.notef("the worker starts sglang in a graph of vllm")
	s.untilInvalid()
	s.scalesWhileInvalid(4)
	s.untilUnready("AllResourcesReady")

	s.patch(harness.Graph(), chat, fmt.Sprintf(args, "vllm"))
	s.notef("the worker starts vllm")
	s.untilReady(chat)
	s.untilReplicas(worker, 4)
	s.surviveButPods(before)
}

// TestFaultSettingsScale does the same while the settings of graphs cannot be
// read.
func TestFaultSettingsScale(t *testing.T) {
	s := scaled(t)
	before := s.workloads()
	s.setInput(`{"apiVersion":"dynamo.fn.crossplane.io/v1beta1","kind":"Settings","discovry":{}}`)
	t.Cleanup(func() { s.setInput(`{"apiVersion":"dynamo.fn.crossplane.io/v1beta1","kind":"Settings"}`) })
	s.notef("the settings of graphs have an unknown field")
	s.untilInvalid()
	s.scalesWhileInvalid(3)
	s.untilUnready("AllResourcesReady")

	s.setInput(`{"apiVersion":"dynamo.fn.crossplane.io/v1beta1","kind":"Settings"}`)
	s.notef("the settings are corrected")
	s.untilReady(chat)
	s.untilReplicas(worker, 3)
	s.surviveButPods(before)
}

// setInput gives the step of the graphs' Composition an input.
func (s *scenario) setInput(input string) {
	s.Helper()
	s.setInputOf("dynamographdeployments", input)
}

// setInputOf gives the step of the Composition of a kind an input.
func (s *scenario) setInputOf(plural, input string) {
	s.Helper()
	composition := schema.GroupVersionKind{Group: "apiextensions.crossplane.io", Version: "v1", Kind: "Composition"}
	ref := harness.Ref{GroupVersionKind: composition, Name: plural + ".nvidia.com"}
	s.must(s.client.Patch(context.WithoutCancel(s.Context()), ref, fmt.Sprintf(
		`{"spec":{"pipeline":[{"step":"dynamo","functionRef":{"name":"crossplane-contrib-function-dynamo"},"input":%s}]}}`, input)))
}

func (s *scenario) untilInvalid() {
	s.Helper()
	s.until("condition Valid of the graph is False", func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Graph(), chat, "Valid")
		if err == nil && c.Status != "False" {
			err = fmt.Errorf("it is %+v", c)
		}
		return err
	})
}

// untilUnready waits until the graph says that it is not ready, and this of its services,
// which serve.
func (s *scenario) untilUnready(services string) {
	s.Helper()
	s.until("the graph is not ready and failed, and its services "+services, func(ctx context.Context) error {
		g, err := s.client.Get(ctx, s.ref(harness.Graph(), chat))
		if err != nil {
			return err
		}
		ready, told := harness.ConditionOf(g, "Ready"), harness.ConditionOf(g, "ServicesReady")
		if state := text(g, "status", "state"); ready.Status != "False" || told.Reason != services || state != "failed" {
			err = fmt.Errorf("Ready %s, ServicesReady %s, state %q", ready.Status, told.Reason, state)
		}
		return err
	})
}

// scalesWhileInvalid scales the adapter of the worker and waits for its pods.
func (s *scenario) scalesWhileInvalid(replicas int) {
	s.Helper()
	s.must(s.scaleTo(worker, replicas))
	s.notef("the adapter is scaled to %d", replicas)
	s.untilReplicas(worker, int64(replicas))
	s.untilInvalid()
}
