package server

import (
	"context"
	"errors"
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestCount(t *testing.T) {
	fail := runner{run: func(context.Context, *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
		return nil, errors.New("transport broke")
	}}
	const (
		fatal   = fnv1.Severity_SEVERITY_FATAL
		warning = fnv1.Severity_SEVERITY_WARNING
		normal  = fnv1.Severity_SEVERITY_NORMAL
	)

	type want struct {
		kind, severity string
		panics         int
	}
	cases := map[string]struct {
		reason string
		next   runner
		kind   string
		want   want
	}{
		"NoResults": {
			reason: "A response without results has severity none.",
			next:   respond(results()),
			kind:   "DynamoModel",
			want:   want{kind: "DynamoModel", severity: "none"},
		},
		"Normal": {
			reason: "Normal results are told apart from none.",
			next:   respond(results(normal, normal)),
			kind:   "DynamoModel",
			want:   want{kind: "DynamoModel", severity: "normal"},
		},
		"Unspecified": {
			reason: "Core takes a result without a severity for a normal one.",
			next:   respond(results(fnv1.Severity_SEVERITY_UNSPECIFIED)),
			kind:   "DynamoModel",
			want:   want{kind: "DynamoModel", severity: "normal"},
		},
		"WarningAmongNormal": {
			reason: "The worst result counts, wherever it stands.",
			next:   respond(results(normal, warning, normal)),
			kind:   "DynamoGraphDeployment",
			want:   want{kind: "DynamoGraphDeployment", severity: "warning"},
		},
		"FatalAmongAll": {
			reason: "Fatal is the worst.",
			next:   respond(results(warning, fatal, normal)),
			kind:   "DynamoGraphDeployment",
			want:   want{kind: "DynamoGraphDeployment", severity: "fatal"},
		},
		"OtherKind": {
			reason: "A kind that is not ours must not make a series of its own.",
			next:   respond(results(normal)),
			kind:   "Bucket",
			want:   want{kind: "other", severity: "normal"},
		},
		"NoKind": {
			reason: "A request without a composite is counted too.",
			next:   respond(results(fatal)),
			kind:   "",
			want:   want{kind: "other", severity: "fatal"},
		},
		"Error": {
			reason: "An error is not a response.",
			next:   fail,
			kind:   "DynamoModel",
			want:   want{kind: "DynamoModel", severity: "error"},
		},
		"Panic": {
			reason: "A panic counts as one, and as the fatal response that it becomes.",
			next:   panicking("oh"),
			kind:   "DynamoModel",
			want:   want{kind: "DynamoModel", severity: "fatal", panics: 1},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := NewMetrics(prometheus.NewPedanticRegistry(), "DynamoModel", "DynamoGraphDeployment")
			_, _ = Recover(&recorder{}, Count(m, tc.next)).RunFunction(t.Context(), requestFor(tc.kind))

			want := `
# HELP function_dynamo_responses_total Responses of the function, by kind of the composite and severity of the worst result: fatal, warning, normal, none, or error if there was no response.
# TYPE function_dynamo_responses_total counter
function_dynamo_responses_total{kind="` + tc.want.kind + `",severity="` + tc.want.severity + `"} 1
`
			if err := testutil.CollectAndCompare(m.responses, strings.NewReader(want)); err != nil {
				t.Errorf("\n%s\nresponses: %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want.panics, testutil.CollectAndCount(m.panics)); diff != "" {
				t.Errorf("\n%s\npanics: -want series, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(1, testutil.CollectAndCount(m.seconds)); diff != "" {
				t.Errorf("\n%s\nseconds: -want series, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCountPassesOn(t *testing.T) {
	m := NewMetrics(prometheus.NewRegistry())
	want := results(fnv1.Severity_SEVERITY_WARNING)
	got, err := Count(m, respond(want)).RunFunction(t.Context(), requestFor("DynamoModel"))
	if err != nil || got != want {
		t.Errorf("RunFunction(...): want the very response of the next runner, got %v, error %v", got, err)
	}

	defer func() {
		if p := recover(); p != "oh" {
			t.Errorf("RunFunction(...): want the panic to go on, got %v", p)
		}
	}()
	_, _ = Count(m, panicking("oh")).RunFunction(t.Context(), requestFor("DynamoModel"))
}

func TestMetricsLint(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := NewMetrics(registry)
	_, _ = Recover(&recorder{}, Count(m, panicking("oh"))).RunFunction(t.Context(), requestFor("DynamoModel"))
	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) > 0 {
		t.Errorf("metrics do not follow Prometheus' naming rules: %v", problems)
	}
}
