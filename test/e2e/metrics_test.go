package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// metricsGroup is the API that autoscalers read external metrics from.
const metricsGroup = "external.metrics.k8s.io"

// metrics is an aggregated API that serves one external metric, whatever its
// name.
type metrics struct {
	value atomic.Int64
	asked atomic.Int64
}

// aggregated reaches this process through a Service without endpoints.
const aggregated = `
apiVersion: v1
kind: Service
metadata: {name: external-metrics}
spec: {type: ExternalName, externalName: localhost, ports: [{port: %[2]s}]}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.external.metrics.k8s.io}
spec:
  group: external.metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: external-metrics, namespace: %[1]s, port: %[2]s}
`

// serveMetrics registers the API with the API server until the end of the test.
func (s *scenario) serveMetrics(t *testing.T) *metrics {
	t.Helper()
	m := &metrics{}
	server := httptest.NewTLSServer(m)
	t.Cleanup(server.Close)
	port := server.URL[strings.LastIndex(server.URL, ":")+1:]
	objects := s.objects(fmt.Sprintf(aggregated, s.namespace, port))
	objects[1].SetNamespace("")
	s.must(s.client.Apply(t.Context(), objects...))
	// An API that nobody serves keeps every namespace from going.
	t.Cleanup(func() { _ = s.client.Delete(context.Background(), harness.RefOf(objects[1])) })
	return m
}

// ServeHTTP answers discovery, and every metric with the present value.
func (m *metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := any(map[string]any{
		"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": metricsGroup + "/v1beta1",
		"resources": []any{map[string]any{"name": "queue", "namespaced": true, "kind": "ExternalMetricValueList", "verbs": []string{"get"}}},
	})
	if strings.Contains(r.URL.Path, "/namespaces/") {
		m.asked.Add(1)
		answer = map[string]any{
			"kind": "ExternalMetricValueList", "apiVersion": metricsGroup + "/v1beta1", "metadata": map[string]any{},
			"items": []any{map[string]any{
				"metricName": "queue", "metricLabels": map[string]any{}, "timestamp": time.Now().UTC().Format(time.RFC3339),
				"value": strconv.FormatInt(m.value.Load(), 10),
			}},
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}
