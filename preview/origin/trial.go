package origin

import (
	"errors"
	"runtime"
	"sync"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// trial renders something with another value in the place of one field.
type trial struct {
	source Source
	// at is the address of what is rendered, and before what it becomes as it is.
	at     Address
	before tree
	// renders are made in turn, until one changes something and leaves every object there.
	renders renders
}

type renders []func() (preview.Node, error)

// outcome of a trial.
type outcome struct {
	// It is nil where everything that was tried is at fault, so that nothing is known.
	*effect

	source Source
}

// run returns what is different. Its effect is nil where nothing came of the trial.
func (t trial) run() (outcome, error) {
	out := outcome{source: t.source}
	for _, render := range t.renders {
		n, err := render()
		if err != nil {
			return out, err
		}
		if isSilent(n) {
			continue
		}
		out.effect = out.and(t.before.compare(read(t.at, n)))
		if len(out.changed) > 0 && len(out.gone) == 0 {
			break
		}
	}
	return out, nil
}

// runAll runs trials, some at a time, and returns the outcomes in the order of the
// trials.
func runAll(trials []trial) ([]outcome, error) {
	out, errs := make([]outcome, len(trials)), make([]error, len(trials))
	next := make(chan int)
	workers := sync.WaitGroup{}
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				out[i], errs[i] = trials[i].run()
			}
		})
	}
	for i := range trials {
		next <- i
	}
	close(next)
	workers.Wait()
	return out, errors.Join(errs...)
}
