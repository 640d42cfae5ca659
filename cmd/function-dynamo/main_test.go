package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/internal/version"
)

// envMain makes the test binary run main, so that tests see the whole process.
const envMain = "FUNCTION_DYNAMO_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(envMain) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// command runs main in a process of its own.
func command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append([]string{envMain + "=1"}, env...)
	return cmd
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func TestVersion(t *testing.T) {
	out, err := command(t.Context(), nil, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("function-dynamo "+version.String()+"\n", string(out)); diff != "" {
		t.Errorf("--version: -want, +got:\n%s", diff)
	}
}

func TestFlags(t *testing.T) {
	defaults := cli{Network: "tcp", Address: ":9443", MaxRecvMessageSize: 16, MetricsAddress: ":8080"}
	with := func(change func(*cli)) cli {
		c := defaults
		change(&c)
		return c
	}
	cases := map[string]struct {
		reason string
		env    string
		args   []string
		want   cli
	}{
		"Defaults": {
			reason: "Crossplane calls port 9443 and passes no flags.",
			want:   defaults,
		},
		"Environment": {
			reason: "Crossplane tells in the environment where it mounts certificates.",
			env:    "/tls/server",
			want:   with(func(c *cli) { c.TLSCertsDir = "/tls/server" }),
		},
		"FlagBeatsEnvironment": {
			reason: "What is on the command line is meant for this process.",
			env:    "/tls/server",
			args:   []string{"--tls-certs-dir=certs"},
			want:   with(func(c *cli) { c.TLSCertsDir = "certs" }),
		},
		"NoMetrics": {
			reason: "An empty address turns metrics off.",
			args:   []string{"--metrics-address="},
			want:   with(func(c *cli) { c.MetricsAddress = "" }),
		},
		"All": {
			reason: "Every flag sets its option.",
			args: []string{
				"-d", "--network=tcp4", "--address=127.0.0.1:1", "--insecure", "--max-recv-message-size=32", "--metrics-address=:9090",
			},
			want: cli{Debug: true, Network: "tcp4", Address: "127.0.0.1:1", Insecure: true, MaxRecvMessageSize: 32, MetricsAddress: ":9090"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TLS_SERVER_CERTS_DIR", tc.env)
			got := cli{}
			parser, err := kong.New(&got)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parser.Parse(tc.args); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nParse(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMainRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		env    []string
		args   []string
		want   string
	}{
		"NoCredentials": {
			reason: "Nobody serves without TLS by accident.",
			args:   []string{"--address=127.0.0.1:0", "--metrics-address="},
			want:   "no credentials provided",
		},
		"NoCertificates": {
			reason: "The folder that the environment names is read.",
			env:    []string{"TLS_SERVER_CERTS_DIR=" + t.TempDir()},
			args:   []string{"--address=127.0.0.1:0", "--metrics-address="},
			want:   "cannot load X509 keypair",
		},
		"NoSize": {
			reason: "A size that lets no request in is refused.",
			args:   []string{"--insecure", "--max-recv-message-size=0"},
			want:   "0 MB",
		},
		"UnknownFlag": {
			reason: "A misspelt flag is not ignored.",
			args:   []string{"--insecrue"},
			want:   "unknown flag --insecrue",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out, err := command(t.Context(), tc.env, tc.args...).CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) {
				t.Fatalf("\n%s\nfunction-dynamo: want a failure, got %v", tc.reason, err)
			}
			if !strings.Contains(string(out), tc.want) {
				t.Errorf("\n%s\nfunction-dynamo: want %q, got %q", tc.reason, tc.want, out)
			}
		})
	}
}

// A process of main that serves.
type process struct {
	cmd     *exec.Cmd
	conn    *grpc.ClientConn
	metrics string
}

// serve runs main without TLS until the test has ended it.
func serve(t *testing.T) process {
	t.Helper()
	address, metrics := freeAddress(t), freeAddress(t)
	cmd := command(t.Context(), nil, "--insecure", "--address="+address, "--metrics-address="+metrics)
	cmd.Stderr = &bytes.Buffer{}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	rsp, err := healthgrpc.NewHealthClient(conn).Check(t.Context(), &healthgrpc.HealthCheckRequest{}, grpc.WaitForReady(true))
	if err != nil {
		t.Fatal(err)
	}
	if got := rsp.GetStatus(); got != healthgrpc.HealthCheckResponse_SERVING {
		t.Fatalf("health: want SERVING, got %s", got)
	}
	return process{cmd: cmd, conn: conn, metrics: "http://" + metrics + "/metrics"}
}

// run the function for a composite of a kind that has nothing else.
func (p process) run(t *testing.T, kind string) *fnv1.RunFunctionResponse {
	t.Helper()
	xr, err := structpb.NewStruct(map[string]any{
		"apiVersion": v1alpha1.GroupVersion().String(), "kind": kind,
		"metadata": map[string]any{"namespace": "team-a", "name": "chat"},
	})
	if err != nil {
		t.Fatal(err)
	}
	req := &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}}}
	rsp, err := fnv1.NewFunctionRunnerServiceClient(p.conn).RunFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return rsp
}

// scrape the metrics. Nothing tells when the SDK has begun to listen for that, so
// a refused connection is tried again.
func (p process) scrape(t *testing.T) string {
	t.Helper()
	for {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.metrics, nil)
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

func TestMainServes(t *testing.T) {
	p := serve(t)
	p.run(t, v1alpha1.GraphKind)
	rsp := p.run(t, "Bucket")
	if got := rsp.GetResults(); len(got) != 1 || got[0].GetSeverity() != fnv1.Severity_SEVERITY_FATAL || !strings.Contains(got[0].GetMessage(), "Bucket") {
		t.Errorf("RunFunction(...): want one fatal result about Bucket, got %v", got)
	}

	metrics := p.scrape(t)
	for _, want := range []string{
		`function_dynamo_run_function_seconds_count{kind="` + v1alpha1.GraphKind + `"} 1`,
		`function_dynamo_responses_total{kind="other",severity="fatal"} 1`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("metrics lack %q:\n%s", want, metrics)
		}
	}

	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("function-dynamo: want exit status 0 after SIGTERM, got %v: %s", err, p.cmd.Stderr)
	}
}
