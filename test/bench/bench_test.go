// Package bench measures what a call costs: the function's, beside the least
// that any function pays and beside a text template that composes the same.
package bench

import (
	"context"
	"testing"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/proto"

	"github.com/crossplane-contrib/function-dynamo/functions"
)

// runner is what serves a call.
type runner interface {
	RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error)
}

func function() runner { return functions.New(logging.NewNopLogger()) }

// BenchmarkRunFunction is a whole call of the function, without the network.
func BenchmarkRunFunction(b *testing.B) {
	each(b, func(b *testing.B, c call) {
		b.Helper()
		serve(b, function(), c.request)
	})
}

// BenchmarkTemplate is the same call, served by a text template.
func BenchmarkTemplate(b *testing.B) {
	each(b, func(b *testing.B, c call) {
		b.Helper()
		serve(b, c.template, c.request)
	})
}

// BenchmarkFloor decodes the request and encodes the function's response, and
// does nothing else: what gRPC's own codec costs any function with these
// messages.
func BenchmarkFloor(b *testing.B) {
	each(b, func(b *testing.B, c call) {
		b.Helper()
		raw := encode(b, c.request)
		rsp, err := function().RunFunction(b.Context(), c.request)
		if err != nil {
			b.Fatal(err)
		}
		measure(b, func() {
			decode(b, raw)
			encode(b, rsp)
		})
	})
}

func each(b *testing.B, f func(*testing.B, call)) {
	b.Helper()
	for _, c := range calls(b) {
		b.Run(c.name, func(b *testing.B) { f(b, c) })
	}
}

// serve does for each iteration what a server does for a call.
func serve(b *testing.B, r runner, req *fnv1.RunFunctionRequest) {
	b.Helper()
	raw := encode(b, req)
	measure(b, func() {
		rsp, err := r.RunFunction(b.Context(), decode(b, raw))
		if err != nil {
			b.Fatal(err)
		}
		encode(b, rsp)
	})
}

// decode is what gRPC does with a request.
func decode(tb testing.TB, raw []byte) *fnv1.RunFunctionRequest {
	tb.Helper()
	req := &fnv1.RunFunctionRequest{}
	if err := proto.Unmarshal(raw, req); err != nil {
		tb.Fatal(err)
	}
	return req
}

func encode(tb testing.TB, m proto.Message) []byte {
	tb.Helper()
	raw, err := proto.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}
