package steps

import (
	"flag"
	"fmt"

	"github.com/crossplane/function-sdk-go"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// Serve serves a step, as the image of a function does.
func Serve(f fnv1.FunctionRunnerServiceServer) error {
	address := flag.String("address", ":9443", "where to listen")
	certs := flag.String("tls-certs-dir", "", "folder with the server's certificate")
	insecure := flag.Bool("insecure", false, "serve without certificates")
	flag.Parse()
	err := function.Serve(f, function.Listen("tcp", *address), function.MTLSCertificates(*certs),
		function.Insecure(*insecure), function.WithMetricsServer(""))
	if err != nil {
		return fmt.Errorf("cannot serve the step: %w", err)
	}
	return nil
}
