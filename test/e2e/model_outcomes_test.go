package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// quick is how long workers that are well may take to be loaded, whatever others do. One
// that hangs takes 15 s for each call.
const quick = 12 * time.Second

const loraManifest = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoModel
metadata: {name: %[1]s}
spec: {modelName: acme/%[1]s, baseModelName: %[2]s, modelType: lora, source: {uri: "s3://adapters/%[1]s"}}
`

// sliceManifest is what Kubernetes makes of the Service of a component that serves a
// model.
const sliceManifest = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: %[1]s
  labels: {kubernetes.io/service-name: %[1]s, nvidia.com/dynamo-base-model-hash: %[2]q%[3]s}
addressType: IPv4
ports: [{name: system, port: 9090, protocol: TCP}]
endpoints:
`

const endpointManifest = `- {addresses: [%s], conditions: {ready: true}, targetRef: {kind: Pod, name: pod-%s, uid: %s}}
`

// labelsOfPrefill are those that tell prefill workers of vLLM apart.
const labelsOfPrefill = `, nvidia.com/dynamo-graph-deployment-name: g, nvidia.com/dynamo-sub-component-type: prefill, dynamo.fn.crossplane.io/backend-framework: vllm`

// slice of a Service, with the addresses of its pods.
func slice(name, base, labels string, addresses ...string) string {
	digest := sha256.Sum256([]byte(base))
	var out strings.Builder
	fmt.Fprintf(&out, sliceManifest, name, hex.EncodeToString(digest[:])[:8], labels)
	for _, a := range addresses {
		id := strings.ReplaceAll(a, ".", "-")
		fmt.Fprintf(&out, endpointManifest, a, id, id)
	}
	return out.String()
}

// ailing is a model on two workers, one of which is not well.
type ailing struct {
	mood   harness.Mood
	labels string
	want   string
}

func ailments() map[string]ailing {
	const half = "False NotReady: 1 of 2 endpoints are ready; 1 "
	return map[string]ailing{
		"fails":   {mood: harness.Fails, want: half + "cannot load it: HTTP 500: " + harness.Failure},
		"quietly": {mood: harness.FailsQuietly, want: half + "cannot load it: HTTP 200: " + harness.Failure},
		"hangs":   {mood: harness.Hangs, want: half + `cannot load it: Post "http://…/v1/loras": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`},
		"away":    {mood: harness.Away, want: half + `cannot load it: Post "http://…/v1/loras": EOF`},
		"without": {mood: harness.TakesNone, want: half + "take no adapters (HTTP 404): set DYN_LORA_ENABLED=true in the workers"},
		"unmanaged": {mood: harness.ManagesNone, want: half +
			"have no LoRA management, and no other prefill worker of their graph has the adapter"},
		"prefill": {mood: harness.ManagesNone, labels: labelsOfPrefill, want: "True AllEndpointsReady: "},
	}
}

// TestModelOutcomes has workers fail in every way that they do, with the real
// provider-http between them and the model.
func TestModelOutcomes(t *testing.T) {
	s := newScenario(t)
	s.provided(harness.Poll)
	all := ailments()
	names := slices.Sorted(maps.Keys(all))
	well, ill := map[string]string{}, map[string]string{}
	for i, name := range names {
		a, b := fmt.Sprintf("10.77.%d.1", i), fmt.Sprintf("10.77.%d.2", i)
		well[name], ill[name] = a+":9090", b+":9090"
		cluster.Workers.Set(ill[name], all[name].mood)
		s.apply(slice(name, "base-"+name, all[name].labels, a, b))
	}
	begin := time.Now()
	for _, name := range names {
		s.apply(fmt.Sprintf(loraManifest, name, "base-"+name))
	}
	for _, name := range names {
		s.untilHas(well[name], map[string]string{"acme/" + name: "s3://adapters/" + name})
	}
	if took := time.Since(begin); took > quick {
		t.Errorf("workers that are well were loaded after %s: others held them up", took)
	}
	for _, name := range names {
		s.until(name+" says what is wrong", s.sums(name, all[name].want))
	}
	covered := map[string]string{well["prefill"]: "ready", ill["prefill"]: "covered"}
	if diff := cmp.Diff(covered, s.endpoints("prefill")); diff != "" {
		t.Errorf("endpoints of prefill workers: -want, +got:\n%s", diff)
	}

	for _, name := range names {
		cluster.Workers.Set(ill[name], harness.Well)
	}
	for _, name := range names {
		s.untilLoaded(name, 2)
	}
	s.forgotten(names, well, ill)
}

// forgotten deletes all models: what hangs by then is given up, and what fails is not.
func (s *scenario) forgotten(names []string, well, ill map[string]string) {
	s.Helper()
	cluster.Workers.Set(ill["hangs"], harness.Hangs)
	cluster.Workers.Set(ill["fails"], harness.Fails)
	for _, name := range names {
		s.must(s.client.Delete(s.Context(), s.ref(harness.Model(), name)))
	}
	for _, name := range names {
		s.untilHas(well[name], map[string]string{})
		if name != "hangs" && name != "fails" {
			s.untilHas(ill[name], map[string]string{})
		}
	}
	s.until("the worker that fails was asked twice", func(context.Context) error {
		if n := len(cluster.Workers.Calls(ill["fails"], s.begin, http.MethodDelete)); n < 2 {
			return fmt.Errorf("it was asked %d times", n)
		}
		return nil
	})
	s.until("its Request alone is left", func(ctx context.Context) error {
		left, err := s.client.List(ctx, harness.HTTPRequest(), s.namespace, "")
		if err == nil && len(left) != 1 {
			err = fmt.Errorf("%d Requests are left", len(left))
		}
		return err
	})
	cluster.Workers.Set(ill["fails"], harness.Well)
	s.untilHas(ill["fails"], map[string]string{})
	s.until("no Request is left", s.requestsGone)
}

// sums is an error until the condition that sums up the endpoints of a model is this.
func (s *scenario) sums(model, want string) func(context.Context) error {
	return func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Model(), model, "EndpointsReady")
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want, fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)); diff != "" {
			return errors.New(diff)
		}
		return nil
	}
}
