// Command function-dynamo is the composition function that reconciles NVIDIA
// Dynamo inference graphs: the server in the image.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/crossplane/function-sdk-go"

	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/internal/version"
	"github.com/crossplane-contrib/function-dynamo/server"
)

// cli is the command line. Crossplane sets TLS_SERVER_CERTS_DIR and no flags; a
// DeploymentRuntimeConfig can add some.
type cli struct {
	Debug   bool             `help:"Log every call." short:"d"`
	Version kong.VersionFlag `help:"Print version and commit, and exit."`

	Network            string `default:"tcp"   help:"Network on which to listen for gRPC connections."`
	Address            string `default:":9443" help:"Address at which to listen for gRPC connections."`
	TLSCertsDir        string `env:"TLS_SERVER_CERTS_DIR" help:"Folder with the server's certificate and key (tls.crt, tls.key) and the authority that clients' certificates must be signed by (ca.crt)."`
	Insecure           bool   `help:"Serve without TLS, and ignore --tls-certs-dir. For development: Crossplane always uses mutual TLS."`
	MaxRecvMessageSize int    `default:"16"    help:"Maximum size of a request in MB. A request carries all observed and required objects of a composite."`
	MetricsAddress     string `default:":8080" help:"Address at which to serve Prometheus metrics over HTTP. Empty turns metrics off."`
}

// Run serves until the process is asked to stop. Calls in flight have
// server.DefaultDrainTimeout to end; a second signal ends the process at once.
func (c *cli) Run() error {
	log, err := function.NewLogger(c.Debug)
	if err != nil {
		return fmt.Errorf("cannot make a logger: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop)

	return server.Serve(ctx, log, functions.New(log), server.Options{
		Network:            c.Network,
		Address:            c.Address,
		TLSCertsDir:        c.TLSCertsDir,
		Insecure:           c.Insecure,
		MaxRecvMessageSize: c.MaxRecvMessageSize,
		MetricsAddress:     c.MetricsAddress,
		Kinds:              kinds(),
	})
}

// kinds that the function composes.
func kinds() []string {
	var out []string
	for gk := range functions.Layers() {
		out = append(out, gk.Kind)
	}
	return out
}

func main() {
	ctx := kong.Parse(&cli{},
		kong.Name("function-dynamo"),
		kong.Description("The composition function for NVIDIA Dynamo inference graphs."),
		kong.Vars{"version": "function-dynamo " + version.String()})
	ctx.FatalIfErrorf(ctx.Run())
}
