package server

import (
	"strings"
	"testing"

	"github.com/crossplane/function-sdk-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/health"
)

func TestServeOptions(t *testing.T) {
	type want struct {
		options  *function.ServeOptions
		protocol string
		err      string
	}
	cases := map[string]struct {
		reason string
		o      Options
		want   want
	}{
		"Insecure": {
			reason: "Megabytes become bytes, and a metrics address passes.",
			o:      Options{Network: "tcp", Address: ":9443", Insecure: true, MaxRecvMessageSize: 16, MetricsAddress: ":8080"},
			want: want{
				options:  &function.ServeOptions{Network: "tcp", Address: ":9443", MaxRecvMsgSize: 16777216, MetricsAddress: ":8080"},
				protocol: "insecure",
			},
		},
		"NoMetrics": {
			reason: "An empty metrics address must displace the SDK's default.",
			o:      Options{Network: "tcp", Address: ":9443", Insecure: true, MaxRecvMessageSize: 2047},
			want: want{
				options:  &function.ServeOptions{Network: "tcp", Address: ":9443", MaxRecvMsgSize: 2146435072},
				protocol: "insecure",
			},
		},
		"InsecureWithCertificates": {
			reason: "In a pod the folder of certificates is always set, so the flag must win.",
			o:      Options{Insecure: true, TLSCertsDir: certificates(t).server, MaxRecvMessageSize: 1},
			want:   want{options: &function.ServeOptions{MaxRecvMsgSize: 1048576}, protocol: "insecure"},
		},
		"Certificates": {
			reason: "TLS is served from the folder of certificates.",
			o:      Options{TLSCertsDir: certificates(t).server, MaxRecvMessageSize: 1},
			want:   want{options: &function.ServeOptions{MaxRecvMsgSize: 1048576}, protocol: "tls"},
		},
		"NoSize": {
			reason: "A server that accepts no message serves nobody.",
			o:      Options{Insecure: true},
			want:   want{err: "maximum size of a received message is 0 MB: use 1 to 2047"},
		},
		"SizeOverflows": {
			reason: "More bytes than an int of 32 bits holds are refused.",
			o:      Options{Insecure: true, MaxRecvMessageSize: 2048},
			want:   want{err: "use 1 to 2047"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			status, registry := health.NewServer(), prometheus.NewRegistry()
			options, err := tc.o.serveOptions(status, registry)
			if tc.want.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.want.err) {
					t.Errorf("\n%s\nserveOptions(...): want error %q, got %v", tc.reason, tc.want.err, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := &function.ServeOptions{MetricsAddress: function.DefaultMetricsAddress}
			for _, apply := range options {
				if err := apply(got); err != nil {
					t.Fatal(err)
				}
			}
			ignored := cmpopts.IgnoreFields(function.ServeOptions{}, "Credentials", "HealthServer", "MetricsRegistry")
			if diff := cmp.Diff(tc.want.options, got, ignored); diff != "" {
				t.Errorf("\n%s\nserveOptions(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want.protocol, got.Credentials.Info().SecurityProtocol); diff != "" {
				t.Errorf("\n%s\ncredentials: -want, +got:\n%s", tc.reason, diff)
			}
			if got.HealthServer != status || got.MetricsRegistry != registry {
				t.Errorf("\n%s\nserveOptions(...): want the given health server and registry", tc.reason)
			}
		})
	}
}
