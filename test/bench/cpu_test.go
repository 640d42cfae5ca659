package bench

import (
	"syscall"
	"testing"
	"time"
)

// measure runs one iteration after another and reports, beside what the testing
// package does, the processor time of one: it includes the garbage collector's
// and leaves out what other processes take.
func measure(b *testing.B, iteration func()) {
	b.Helper()
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		iteration()
	}
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
}

// processorTime is what the process has used since it began.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
