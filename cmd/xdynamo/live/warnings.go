package live

import (
	"sync"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// warnings keeps what an API server warns of until it is taken.
type warnings struct {
	mu  sync.Mutex
	all []validate.Refusal
}

// miscellaneous is the code of warnings from an API server itself (RFC 7234).
const miscellaneous = 299

// HandleWarningHeader is called by client-go.
func (w *warnings) HandleWarningHeader(code int, _, text string) {
	if code != miscellaneous || text == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, validate.Refusal{Text: text, Warning: true})
}

func (w *warnings) take() []validate.Refusal {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.all
	w.all = nil
	return out
}
