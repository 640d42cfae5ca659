package bench

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// The load of the function alone: that of a cluster whose graphs all change at
// once. It is bounded, and goes to a process of the test's own on loopback.
const (
	loadGraphs   = 1000
	loadInFlight = 8
	loadServices = 5
	// loadMemory is the resident memory in KiB that must be enough.
	loadMemory = 80 << 10
)

// TestLoad asks a running function for 1,000 graphs, eight at a time, and finds
// its memory flat. It takes its time, so it runs on request only: make load-function.
func TestLoad(t *testing.T) {
	if os.Getenv("FUNCTION_DYNAMO_LOAD") == "" {
		t.Skip("set FUNCTION_DYNAMO_LOAD=1, as make load-function does")
	}
	pid, client := startFunction(t)
	template := settle(t, root(graph(t, loadServices))).request(t)
	t.Logf("a request of %d services takes %d bytes", loadServices, proto.Size(template))
	t.Logf("%8s  %12s  %12s", "graphs", "resident KiB", "at most KiB")

	var early int
	for done := 0; done < loadGraphs; done += 100 {
		askFor(t, client, template, done, 100)
		now, most := memory(t, pid)
		t.Logf("%8d  %12d  %12d", done+100, now, most)
		if done == 200 {
			early = most
		}
		if most > loadMemory {
			t.Errorf("want at most %d KiB resident, got %d after %d graphs", loadMemory, most, done+100)
		}
	}
	if _, most := memory(t, pid); most > early+early/4 {
		t.Errorf("want memory to stay flat, but it grew from %d KiB after 300 graphs to %d KiB", early, most)
	}
}

// askFor sends requests for count graphs, each with a name of its own.
func askFor(t *testing.T, client fnv1.FunctionRunnerServiceClient, template *fnv1.RunFunctionRequest, from, count int) {
	t.Helper()
	var wg sync.WaitGroup
	slots := make(chan struct{}, loadInFlight)
	for i := range count {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			defer func() { <-slots }()
			ask(t, client, named(template, fmt.Sprintf("graph-%04d", from+i)))
		}()
	}
	wg.Wait()
}

func ask(t *testing.T, client fnv1.FunctionRunnerServiceClient, req *fnv1.RunFunctionRequest) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	rsp, err := client.RunFunction(ctx, req)
	if err != nil {
		t.Errorf("RunFunction(...): %v", err)
		return
	}
	if len(rsp.GetDesired().GetResources()) < loadServices {
		t.Errorf("want a component a service, got %d children and results %v", len(rsp.GetDesired().GetResources()), rsp.GetResults())
	}
}

func named(template *fnv1.RunFunctionRequest, name string) *fnv1.RunFunctionRequest {
	out, _ := proto.Clone(template).(*fnv1.RunFunctionRequest)
	metadata := out.GetObserved().GetComposite().GetResource().GetFields()["metadata"].GetStructValue()
	metadata.Fields["name"] = structpb.NewStringValue(name)
	return out
}

// startFunction builds and starts the server of the image.
func startFunction(t *testing.T) (int, fnv1.FunctionRunnerServiceClient) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "function")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../cmd/function-dynamo").CombinedOutput(); err != nil {
		t.Fatalf("cannot build the function: %v\n%s", err, out)
	}
	address := freeAddress(t)
	server := exec.CommandContext(t.Context(), binary, "--insecure", "--address="+address, "--metrics-address=")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return server.Process.Pid, fnv1.NewFunctionRunnerServiceClient(conn)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// memory of a process in KiB: what is resident, and the most that ever was.
func memory(t *testing.T, pid int) (int, int) {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skipf("memory is read from Linux's process files: %v", err)
	}
	defer f.Close()
	values := map[string]int{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if name, rest, ok := strings.Cut(s.Text(), ":"); ok {
			values[name], _ = strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		}
	}
	return values["VmRSS"], values["VmHWM"]
}
