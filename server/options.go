package server

import (
	"fmt"
	"time"

	"github.com/crossplane/function-sdk-go"
	"github.com/prometheus/client_golang/prometheus"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
)

// DefaultDrainTimeout is how long a stopping server waits for calls in flight.
// Kubernetes kills a pod 30 seconds after it has asked it to stop, and what is
// left of these is for writing the last responses.
const DefaultDrainTimeout = 20 * time.Second

// Bytes of a megabyte, and the most of them that an int of any platform holds.
const (
	megabyte     = 1024 * 1024
	maxMegabytes = 2047
)

// Options say how to serve.
type Options struct {
	// Network and Address to listen on for gRPC, as in net.Listen.
	Network, Address string

	// TLSCertsDir holds tls.crt and tls.key of the server, and ca.crt, which
	// every client's certificate must be signed by. The files are read once.
	TLSCertsDir string

	// Insecure serves without TLS, even if there is a TLSCertsDir.
	Insecure bool

	// MaxRecvMessageSize limits a request, in MB of 1024 * 1024 bytes: 1 to 2047.
	MaxRecvMessageSize int

	// MetricsAddress is where /metrics is served over HTTP; nowhere if empty.
	MetricsAddress string

	// Kinds of composites that metrics tell apart; all others count as "other".
	Kinds []string

	// DrainTimeout limits the wait for calls in flight when the server stops;
	// DefaultDrainTimeout if it is zero.
	DrainTimeout time.Duration
}

func (o Options) drainTimeout() time.Duration {
	if o.DrainTimeout == 0 {
		return DefaultDrainTimeout
	}
	return o.DrainTimeout
}

// serveOptions are o in terms of the SDK, which would by default register its
// metrics process-wide, where a second server finds them taken.
func (o Options) serveOptions(health healthgrpc.HealthServer, registry *prometheus.Registry) ([]function.ServeOption, error) {
	if o.MaxRecvMessageSize < 1 || o.MaxRecvMessageSize > maxMegabytes {
		return nil, fmt.Errorf("maximum size of a received message is %d MB: use 1 to %d", o.MaxRecvMessageSize, maxMegabytes)
	}
	return []function.ServeOption{
		function.Listen(o.Network, o.Address),
		function.MTLSCertificates(o.TLSCertsDir),
		function.Insecure(o.Insecure),
		function.MaxRecvMessageSize(o.MaxRecvMessageSize * megabyte),
		function.WithHealthServer(health),
		function.WithMetricsServer(o.MetricsAddress),
		function.WithMetricsRegistry(registry),
	}, nil
}
