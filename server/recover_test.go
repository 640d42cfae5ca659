package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
)

// secret is what a manifest may hold and nobody may read.
const secret = "hf_token_of_team_a"

// indexPanic is the panic value of an index that is out of range.
func indexPanic() any {
	var p any
	func() {
		defer func() { p = recover() }()
		none := []string{}
		none[len(secret)] = ""
	}()
	return p
}

func TestRecover(t *testing.T) {
	fatal := func(message string) *fnv1.RunFunctionResponse {
		return &fnv1.RunFunctionResponse{
			Meta:    &fnv1.ResponseMeta{Tag: "tag", Ttl: durationpb.New(time.Minute)},
			Results: []*fnv1.Result{{Severity: fnv1.Severity_SEVERITY_FATAL, Message: message, Target: fnv1.Target_TARGET_COMPOSITE.Enum()}},
		}
	}
	entry := func(kind, described string) map[string]string {
		out := map[string]string{
			"msg": "Recovered from a panic", "panic": described, "xr-kind": kind,
			"xr-apiversion": "nvidia.com/v1alpha1", "xr-namespace": "team-a", "xr-name": "chat",
		}
		if kind == "" {
			out["xr-apiversion"], out["xr-namespace"], out["xr-name"] = "", "", ""
		}
		return out
	}
	graphFatal := fatal(`cannot compose DynamoGraphDeployment "chat": internal error, see the function's log`)
	graph := requestFor("DynamoGraphDeployment")
	failure := errors.New("transport broke")

	type want struct {
		rsp *fnv1.RunFunctionResponse
		err error
		log []map[string]string
	}
	cases := map[string]struct {
		reason string
		next   runner
		req    *fnv1.RunFunctionRequest
		want   want
	}{
		"NoPanic": {
			reason: "A response passes unchanged, and nothing is logged.",
			next:   respond(results(fnv1.Severity_SEVERITY_WARNING)),
			req:    graph,
			want:   want{rsp: results(fnv1.Severity_SEVERITY_WARNING)},
		},
		"Error": {
			reason: "An error is not a panic.",
			next: runner{run: func(context.Context, *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
				return nil, failure
			}},
			req:  graph,
			want: want{err: failure},
		},
		"RuntimeError": {
			reason: "What the Go runtime says helps, and quotes no values of a manifest.",
			next:   panicking(indexPanic()),
			req:    graph,
			want: want{
				rsp: graphFatal,
				log: []map[string]string{entry("DynamoGraphDeployment", "runtime error: index out of range [18] with length 0")},
			},
		},
		"WrappedRuntimeError": {
			reason: "Only the runtime's part of a wrapped error is logged.",
			next:   panicking(fmt.Errorf("cannot read %s: %w", secret, indexPanic().(error))),
			req:    graph,
			want: want{
				rsp: graphFatal,
				log: []map[string]string{entry("DynamoGraphDeployment", "runtime error: index out of range [18] with length 0")},
			},
		},
		"String": {
			reason: "A string can quote the manifest, so its type must do.",
			next:   panicking("cannot parse " + secret),
			req:    graph,
			want:   want{rsp: graphFatal, log: []map[string]string{entry("DynamoGraphDeployment", "value of type string")}},
		},
		"OtherError": {
			reason: "Any other error can quote the manifest too.",
			next:   panicking(errors.New(secret)),
			req:    graph,
			want:   want{rsp: graphFatal, log: []map[string]string{entry("DynamoGraphDeployment", "value of type *errors.errorString")}},
		},
		"NoComposite": {
			reason: "A request that lacks everything is answered too.",
			next:   panicking(secret),
			req:    &fnv1.RunFunctionRequest{Meta: &fnv1.RequestMeta{Tag: "tag"}},
			want: want{
				rsp: fatal(`cannot compose  "": internal error, see the function's log`),
				log: []map[string]string{entry("", "value of type string")},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			log := &recorder{}
			rsp, err := Recover(log, tc.next).RunFunction(t.Context(), tc.req)

			if diff := cmp.Diff(tc.want.rsp, rsp, protocmp.Transform()); diff != "" {
				t.Errorf("\n%s\nRunFunction(...): -want response, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want.err, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("\n%s\nRunFunction(...): -want error, +got:\n%s", tc.reason, diff)
			}
			withoutStack := cmpopts.IgnoreMapEntries(func(k, _ string) bool { return k == "stack" })
			if diff := cmp.Diff(tc.want.log, log.entries, withoutStack); diff != "" {
				t.Errorf("\n%s\nlog: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRecoverLogsWhere(t *testing.T) {
	log := &recorder{}
	if _, err := Recover(log, panicking(errors.New(secret))).RunFunction(t.Context(), requestFor("DynamoModel")); err != nil {
		t.Fatal(err)
	}
	if len(log.entries) != 1 {
		t.Fatalf("log: want one entry, got %v", log.entries)
	}
	stack := log.entries[0]["stack"]
	if !strings.Contains(stack, "runner_test.go") {
		t.Errorf("stack does not say where the panic was:\n%s", stack)
	}
	if all := fmt.Sprint(log.entries); strings.Contains(all, secret) {
		t.Errorf("log holds the panic's value:\n%s", all)
	}
}
