// Command template serves a steps.Template, which runs the template in the input of its
// step, in place of function-go-templating.
package main

import (
	"log"

	"github.com/crossplane-contrib/function-dynamo/test/steps"
)

func main() {
	if err := steps.Serve(steps.Template{}); err != nil {
		log.Fatal(err)
	}
}
