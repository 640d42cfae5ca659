package server

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Labels of our metrics.
const (
	labelKind     = "kind"
	labelSeverity = "severity"
)

// kindOther stands for every kind that is not told apart: whoever can call the
// function must not be able to make as many series as they like.
const kindOther = "other"

// Metrics of a function.
type Metrics struct {
	kinds     []string
	seconds   *prometheus.HistogramVec
	responses *prometheus.CounterVec
	panics    *prometheus.CounterVec
}

// NewMetrics registers the metrics of a function with r, which must not have
// them already. They tell the given kinds of composites apart.
func NewMetrics(r prometheus.Registerer, kinds ...string) *Metrics {
	factory := promauto.With(r)
	return &Metrics{
		kinds: slices.Clone(kinds),
		seconds: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name: "function_dynamo_run_function_seconds",
			Help: "Seconds that one run of the function took, by kind of the composite.",
			// Half a millisecond to one second; a run takes a few milliseconds.
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 12),
		}, []string{labelKind}),
		responses: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "function_dynamo_responses_total",
			Help: "Responses of the function, by kind of the composite and severity of the worst result: fatal, warning, normal, none, or error if there was no response.",
		}, []string{labelKind, labelSeverity}),
		panics: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "function_dynamo_panics_total",
			Help: "Panics of the function that the server recovered from, by kind of the composite.",
		}, []string{labelKind}),
	}
}

// observe one run.
func (m *Metrics) observe(kind, severity string, took time.Duration) {
	m.seconds.WithLabelValues(kind).Observe(took.Seconds())
	m.responses.WithLabelValues(kind, severity).Inc()
}

// kind is the label value of a composite's kind.
func (m *Metrics) kind(kind string) string {
	if slices.Contains(m.kinds, kind) {
		return kind
	}
	return kindOther
}
