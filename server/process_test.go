package server

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/grpc/credentials/insecure"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// envServeAt makes the test binary a server process at this address.
const envServeAt = "FUNCTION_DYNAMO_TEST_SERVE_AT"

// bigResponse is nearly what core can read in one message.
const bigResponse = 4*megabyte - 4096

func TestMain(m *testing.M) {
	if address := os.Getenv(envServeAt); address != "" {
		os.Exit(serveProcess(address))
	}
	os.Exit(m.Run())
}

// serveProcess serves until SIGTERM: every kind but Release is answered at
// length, and only after Release has been called.
func serveProcess(address string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	release := make(chan struct{})
	fn := runner{run: func(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
		if wire.Identify(req).Kind == "Release" {
			close(release)
			return results(), nil
		}
		_, _ = os.Stdout.WriteString("called\n")
		<-release
		filler := structpb.NewStringValue(strings.Repeat("x", bigResponse))
		return &fnv1.RunFunctionResponse{Context: &structpb.Struct{Fields: map[string]*structpb.Value{"filler": filler}}}, nil
	}}
	err := Serve(ctx, logging.NewNopLogger(), fn, Options{Network: "tcp", Address: address, Insecure: true, MaxRecvMessageSize: 1})
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	return 0
}

// The servers of the other tests go on after Serve has returned, because their
// process does. Only with a process that ends can be seen that no response is
// lost.
func TestProcessEndsAfterItsCalls(t *testing.T) {
	address := freeAddress(t)
	process := exec.CommandContext(t.Context(), os.Args[0])
	process.Env = append(os.Environ(), envServeAt+"="+address)
	process.Stderr = os.Stderr
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	s := running{conn: dial(t, address, insecure.NewCredentials())}
	awaitServing(t.Context(), t, s.conn)
	watch := s.watch(t)

	type answer struct {
		rsp *fnv1.RunFunctionResponse
		err error
	}
	answered := make(chan answer, 1)
	go func() {
		rsp, err := s.run(t.Context(), requestFor("DynamoModel"))
		answered <- answer{rsp, err}
	}()
	if _, err := stdout.Read(make([]byte, len("called\n"))); err != nil {
		t.Fatal(err)
	}
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	expect(t, watch, healthgrpc.HealthCheckResponse_NOT_SERVING)
	if _, err := s.run(t.Context(), requestFor("Release")); err != nil {
		t.Errorf("RunFunction(...): want calls served while the server waits, got %v", err)
	}

	got := <-answered
	if got.err != nil {
		t.Errorf("RunFunction(...): want the response of the call in flight, got %v", got.err)
	}
	if n := len(got.rsp.GetContext().GetFields()["filler"].GetStringValue()); n != bigResponse {
		t.Errorf("RunFunction(...): want %d bytes, got %d", bigResponse, n)
	}
	if err := process.Wait(); err != nil {
		t.Errorf("process: want exit status 0, got %v", err)
	}
}
