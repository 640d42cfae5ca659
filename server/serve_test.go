package server

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
)

// A running server.
type running struct {
	address string
	conn    *grpc.ClientConn
	stop    context.CancelFunc
	// done has what Serve returns.
	done <-chan error
}

func (r running) run(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	return fnv1.NewFunctionRunnerServiceClient(r.conn).RunFunction(ctx, req)
}

// watch the health of the server; what comes first is read already.
func (r running) watch(t *testing.T) healthgrpc.Health_WatchClient {
	t.Helper()
	watch, err := healthgrpc.NewHealthClient(r.conn).Watch(t.Context(), &healthgrpc.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, watch, healthgrpc.HealthCheckResponse_SERVING)
	return watch
}

// expect the next status of a watch.
func expect(t *testing.T, watch healthgrpc.Health_WatchClient, want healthgrpc.HealthCheckResponse_ServingStatus) {
	t.Helper()
	got, err := watch.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if got.GetStatus() != want {
		t.Fatalf("health: want %s, got %s", want, got.GetStatus())
	}
}

// freeAddress is one that nobody listens on. Serve does not tell which port it
// got, so port 0 would not do.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func dial(t *testing.T, address string, creds credentials.TransportCredentials) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(creds))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// awaitServing returns when the server at the other end says that it serves.
func awaitServing(ctx context.Context, t *testing.T, conn *grpc.ClientConn) {
	t.Helper()
	rsp, err := healthgrpc.NewHealthClient(conn).Check(ctx, &healthgrpc.HealthCheckRequest{}, grpc.WaitForReady(true))
	if err != nil {
		t.Fatalf("server does not start: %v, %v", err, context.Cause(ctx))
	}
	if rsp.GetStatus() != healthgrpc.HealthCheckResponse_SERVING {
		t.Fatalf("health: want SERVING, got %s", rsp.GetStatus())
	}
}

// start a server on loopback and wait until it serves.
func start(t *testing.T, fn fnv1.FunctionRunnerServiceServer, o Options, creds credentials.TransportCredentials) running {
	t.Helper()
	o.Network, o.Address = "tcp", freeAddress(t)
	if o.MaxRecvMessageSize == 0 {
		o.MaxRecvMessageSize = 16
	}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	done := make(chan error, 1)
	starting, fail := context.WithCancelCause(t.Context())
	defer fail(nil)
	go func() {
		err := Serve(ctx, logging.NewNopLogger(), fn, o)
		fail(err)
		done <- err
	}()
	conn := dial(t, o.Address, creds)
	awaitServing(starting, t, conn)
	return running{address: o.Address, conn: conn, stop: stop, done: done}
}

// startInsecure starts a server without TLS.
func startInsecure(t *testing.T, fn fnv1.FunctionRunnerServiceServer, o Options) running {
	t.Helper()
	o.Insecure = true
	return start(t, fn, o, insecure.NewCredentials())
}

func TestServeCannotStart(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()

	cases := map[string]struct {
		reason string
		o      Options
		want   string
	}{
		"NoCredentials": {
			reason: "Without certificates it takes a flag to serve.",
			o:      Options{Network: "tcp", Address: "127.0.0.1:0", MaxRecvMessageSize: 1},
			want:   "no credentials provided",
		},
		"NoCertificates": {
			reason: "An empty folder of certificates is an error.",
			o:      Options{Network: "tcp", Address: "127.0.0.1:0", MaxRecvMessageSize: 1, TLSCertsDir: t.TempDir()},
			want:   "cannot load X509 keypair",
		},
		"AddressTaken": {
			reason: "The error tells which address is taken.",
			o:      Options{Network: "tcp", Address: taken.Addr().String(), MaxRecvMessageSize: 1, Insecure: true},
			want:   taken.Addr().String(),
		},
		"NoSize": {
			reason: "Options are checked before anything is served.",
			o:      Options{Network: "tcp", Address: "127.0.0.1:0", Insecure: true},
			want:   "0 MB",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := Serve(t.Context(), logging.NewNopLogger(), respond(nil), tc.o)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("\n%s\nServe(...): want an error with %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}

func TestServeStopsIdle(t *testing.T) {
	s := startInsecure(t, respond(results()), Options{})
	watch := s.watch(t)
	s.stop()
	expect(t, watch, healthgrpc.HealthCheckResponse_NOT_SERVING)
	if err := <-s.done; err != nil {
		t.Errorf("Serve(...): want no error, got %v", err)
	}
}

func TestServeWaitsForCalls(t *testing.T) {
	called, release := make(chan struct{}, 1), make(chan struct{})
	s := startInsecure(t, blocked(called, release), Options{})
	watch := s.watch(t)
	answered := make(chan error, 1)
	go func() {
		_, err := s.run(t.Context(), requestFor("DynamoModel"))
		answered <- err
	}()
	<-called
	s.stop()
	expect(t, watch, healthgrpc.HealthCheckResponse_NOT_SERVING)
	select {
	case err := <-s.done:
		t.Fatalf("Serve(...): returned with a call in flight: %v", err)
	case err := <-answered:
		t.Fatalf("RunFunction(...): returned before it was released: %v", err)
	default:
	}

	close(release)
	if err := <-answered; err != nil {
		t.Errorf("RunFunction(...): want no error, got %v", err)
	}
	if err := <-s.done; err != nil {
		t.Errorf("Serve(...): want no error, got %v", err)
	}
}

func TestServeGivesUp(t *testing.T) {
	called, release := make(chan struct{}, 1), make(chan struct{})
	defer close(release)
	s := startInsecure(t, blocked(called, release), Options{DrainTimeout: time.Millisecond})
	go func() { _, _ = s.run(t.Context(), requestFor("DynamoModel")) }()
	<-called
	s.stop()
	const want = "stopped with 1 calls in flight after waiting 1ms"
	if err := <-s.done; err == nil || err.Error() != want {
		t.Errorf("Serve(...): want error %q, got %v", want, err)
	}
}

func TestServeSurvivesPanics(t *testing.T) {
	panics := true
	s := startInsecure(t, runner{run: func(context.Context, *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
		if panics {
			panics = false
			panic("oh")
		}
		return results(fnv1.Severity_SEVERITY_NORMAL), nil
	}}, Options{})

	rsp, err := s.run(t.Context(), requestFor("DynamoModel"))
	if err != nil {
		t.Fatalf("RunFunction(...): want a response to a panic, got %v", err)
	}
	if got := worst(rsp, nil); got != "fatal" {
		t.Errorf("RunFunction(...): want a fatal result, got %s", got)
	}
	rsp, err = s.run(t.Context(), requestFor("DynamoModel"))
	if err != nil {
		t.Fatalf("RunFunction(...): want the server to live on, got %v", err)
	}
	if diff := cmp.Diff(results(fnv1.Severity_SEVERITY_NORMAL), rsp, protocmp.Transform()); diff != "" {
		t.Errorf("RunFunction(...): -want, +got:\n%s", diff)
	}
}

func TestServeMessageSize(t *testing.T) {
	s := startInsecure(t, respond(results()), Options{MaxRecvMessageSize: 6})
	cases := map[string]struct {
		reason string
		bytes  int
		want   codes.Code
	}{
		"AboveDefault": {
			reason: "More than gRPC's default of 4 MiB is accepted.",
			bytes:  5 * megabyte,
			want:   codes.OK,
		},
		"AboveLimit": {
			reason: "More than the option says is refused.",
			bytes:  6*megabyte + 1,
			want:   codes.ResourceExhausted,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			req := requestFor("DynamoModel")
			req.Context = &structpb.Struct{Fields: map[string]*structpb.Value{"filler": structpb.NewStringValue(strings.Repeat("x", tc.bytes))}}
			_, err := s.run(t.Context(), req)
			if got := status.Code(err); got != tc.want {
				t.Errorf("\n%s\nRunFunction(...): want code %s, got %s: %v", tc.reason, tc.want, got, err)
			}
		})
	}
}

// scrape the metrics at address. Nothing tells when the SDK has begun to listen
// there, so a refused connection is tried again.
func scrape(t *testing.T, address string) string {
	t.Helper()
	for {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		rsp, err := http.DefaultClient.Do(req)
		if errors.Is(err, syscall.ECONNREFUSED) {
			<-time.After(10 * time.Millisecond)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(rsp.Body)
		_ = rsp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
}

func TestServeTwoServersWithMetrics(t *testing.T) {
	one := Options{MetricsAddress: freeAddress(t), Kinds: []string{"DynamoModel"}}
	other := Options{MetricsAddress: freeAddress(t), Kinds: []string{"DynamoModel"}}
	first := startInsecure(t, respond(results(fnv1.Severity_SEVERITY_WARNING)), one)
	startInsecure(t, panicking("oh"), other)
	for range 3 {
		if _, err := first.run(t.Context(), requestFor("DynamoModel")); err != nil {
			t.Fatal(err)
		}
	}

	got := scrape(t, one.MetricsAddress)
	for _, want := range []string{
		`function_dynamo_responses_total{kind="DynamoModel",severity="warning"} 3`,
		`function_dynamo_run_function_seconds_count{kind="DynamoModel"} 3`,
		`grpc_server_handled_total{grpc_code="OK",grpc_method="RunFunction",grpc_service="apiextensions.fn.proto.v1.FunctionRunnerService",grpc_type="unary"} 3`,
		`go_goroutines `,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("metrics of the first server lack %q:\n%s", want, got)
		}
	}
	if got := scrape(t, other.MetricsAddress); strings.Contains(got, "function_dynamo_responses_total{") {
		t.Errorf("metrics of the second server count the calls of the first:\n%s", got)
	}
}
