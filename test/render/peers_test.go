package render

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/crossplane-contrib/function-dynamo/test/steps"
)

// Functions of other people, by the names under which Crossplane installs them.
const (
	ours       = "crossplane-contrib-function-dynamo"
	templating = "crossplane-contrib-function-go-templating"
	patching   = "crossplane-contrib-function-patch-and-transform"
	autoReady  = "crossplane-contrib-function-auto-ready"
)

// peers are the addresses of ours and of the functions that stand beside it in recipes and
// examples, by name: function-auto-ready itself, and stand-ins for the others, which are no
// Go modules that can be had.
func (e *engine) peers(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		ours:       e.function,
		templating: serve(t, steps.Template{}),
		patching:   serve(t, steps.Patcher{}),
		autoReady:  startAutoReady(t),
	}
}

// withPeers are the manifests of a Function for each of the peers.
func (e *engine) withPeers(t *testing.T) string {
	t.Helper()
	peers := e.peers(t)
	out := make([]map[string]any, 0, len(peers))
	for _, name := range slices.Sorted(maps.Keys(peers)) {
		out = append(out, function(name, peers[name]))
	}
	return write(t, "functions.yaml", out...)
}

// startAutoReady starts function-auto-ready, as it is published.
func startAutoReady(t *testing.T) string {
	t.Helper()
	address := freeAddress(t)
	cmd := exec.CommandContext(t.Context(), tool(t, "function-auto-ready"), "--insecure", "--address="+address)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the end of the test has killed it
	ctx, cancel := context.WithTimeout(t.Context(), patienceRender)
	defer cancel()
	if err := awaitListener(ctx, address); err != nil {
		t.Fatalf("function-auto-ready does not listen: %v", err)
	}
	return address
}

// freeAddress is one of loopback that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func awaitListener(ctx context.Context, address string) error {
	for {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			return c.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
