// Command rewriter serves a steps.Rewriter, as the image of a function does.
package main

import (
	"log"

	"github.com/crossplane-contrib/function-dynamo/test/steps"
)

func main() {
	if err := steps.Serve(steps.Rewriter{}); err != nil {
		log.Fatal(err)
	}
}
