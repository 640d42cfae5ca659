package harness

import "testing"

func TestResident(t *testing.T) {
	p := newProcess(t.TempDir(), "sleep", "/bin/sleep", "60")
	if _, err := p.Resident(); err == nil {
		t.Error("Resident(): want an error before the program runs")
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Resident(); err != nil || got <= 0 {
		t.Errorf("Resident(): want some memory of a running program, got %d KiB and %v", got, err)
	}
	if got, err := p.Processor(); err != nil || got < 0 {
		t.Errorf("Processor(): want the time of a running program, got %s and %v", got, err)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Resident(); err == nil {
		t.Error("Resident(): want an error after the program ended")
	}
}
