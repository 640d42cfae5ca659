// Command rewriter serves a steps.Rewriter, as the image of a function does.
package main

import (
	"flag"
	"log"

	"github.com/crossplane/function-sdk-go"

	"github.com/crossplane-contrib/function-dynamo/test/steps"
)

func main() {
	address := flag.String("address", ":9443", "where to listen")
	certs := flag.String("tls-certs-dir", "", "folder with the server's certificate")
	flag.Parse()
	err := function.Serve(steps.Rewriter{}, function.Listen("tcp", *address), function.MTLSCertificates(*certs), function.WithMetricsServer(""))
	if err != nil {
		log.Fatal(err)
	}
}
