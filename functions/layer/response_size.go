package layer

import (
	"fmt"
)

// maxResponseSize is how many bytes of composed objects fit into a response:
// core takes 4 MiB, and what later steps of the pipeline add has to fit too.
const maxResponseSize = 3 << 20

func tooLarge(key string) error {
	return fmt.Errorf("%s: all composed objects take more than %d bytes, which is what fits into a response: move some of them to a second composite", key, maxResponseSize)
}
