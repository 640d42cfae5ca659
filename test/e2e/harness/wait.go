package harness

import (
	"context"
	"fmt"
	"time"
)

// interval between two looks at something that is awaited.
const interval = 100 * time.Millisecond

// Until calls done until it returns no error. It gives up with done's last
// error after the patience, or when the context ends.
func Until(ctx context.Context, patience time.Duration, what string, done func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	start := time.Now()
	var err error
	for {
		last := done(ctx)
		if last == nil {
			return nil
		}
		// A look that was cut short says less than the one before.
		if ctx.Err() == nil || err == nil {
			err = last
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: not within %s: %w", what, time.Since(start).Round(time.Second), err)
		case <-time.After(interval):
		}
	}
}
