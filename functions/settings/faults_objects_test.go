package settings

import (
	"strings"
	"testing"
)

// TestBudgetFaults: a budget of nothing would keep every drain from going on.
func TestBudgetFaults(t *testing.T) {
	for value, valid := range map[string]bool{
		"1": true, "17": true, "1%": true, "100%": true, `"25%"`: true,
		"0": false, "-1": false, "0%": false, "101%": false, "half": false, `"3"`: false, "1.5": false,
	} {
		t.Run(value, func(t *testing.T) {
			_, faults := decode(t, "{disruption: {maxUnavailable: "+value+"}}")
			if (len(faults) == 0) != valid {
				t.Errorf("Decode(maxUnavailable: %s): want valid %t, got %q", value, valid, faults)
			}
		})
	}
}

// TestDurations: what is taken is a duration for both of those that read it.
func TestDurations(t *testing.T) {
	for value, valid := range map[string]bool{
		"5s": true, "15m": true, "1h30m": true, "1h30m15s500ms": true, "500ms": true, "0s": true,
		"5": false, "5m4h": false, "1.5s": false, "-5s": false, "5 s": false, "1d": false, "100000s": false,
	} {
		t.Run(value, func(t *testing.T) {
			_, faults := decode(t, "{monitoring: {interval: '"+value+"'}}")
			if (len(faults) == 0) != valid {
				t.Errorf("Decode(interval: %s): want valid %t, got %q", value, valid, faults)
			}
		})
	}
	if _, faults := decode(t, "{ingress: {gateway: {requestTimeout: unset}}}"); len(faults) > 0 {
		t.Errorf("Decode(requestTimeout: unset): want it to be taken, got %s", strings.Join(faults, ", "))
	}
	if _, faults := decode(t, "{monitoring: {interval: unset}}"); len(faults) == 0 {
		t.Error("Decode(interval: unset): only timeouts can be left to somebody else")
	}
}
