// Command floor serves a composition function that does the least that composes
// the graphs of the load test: its children never change, it asks for nothing and
// says nothing. What a graph costs with it is what Crossplane makes of any
// function; test/e2e measures ours beside it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/crossplane/function-sdk-go/logging"

	"github.com/crossplane-contrib/function-dynamo/server"
)

// cli takes the flags of function-dynamo that the end-to-end tests set, so that
// they can run the one in place of the other.
type cli struct {
	Debug          bool   `help:"Ignored."`
	Address        string `help:"Address at which to listen for gRPC connections."`
	TLSCertsDir    string `help:"Folder with the server's certificate and key, and the authority of its clients."`
	MetricsAddress string `help:"Address at which to serve Prometheus metrics over HTTP."`
}

// Run serves until the process is asked to stop.
func (c *cli) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := server.Serve(ctx, logging.NewNopLogger(), floor{}, server.Options{
		Network: "tcp", Address: c.Address, TLSCertsDir: c.TLSCertsDir, MetricsAddress: c.MetricsAddress, MaxRecvMessageSize: 16,
	}); err != nil {
		return fmt.Errorf("cannot serve the floor: %w", err)
	}
	return nil
}

func main() {
	ctx := kong.Parse(&cli{}, kong.Name("floor"), kong.Description("The least that composes the graphs of the load test."))
	ctx.FatalIfErrorf(ctx.Run())
}
