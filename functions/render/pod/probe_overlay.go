package pod

import (
	corev1 "k8s.io/api/core/v1"
)

// chooseProbe decides on a container's probe: the user's as a whole, else the type's.
// A user's probe that has numbers alone takes the handler, and the numbers that it
// leaves out, from the type's.
func chooseProbe(base, user *corev1.Probe) *corev1.Probe {
	switch {
	case user == nil:
		return base
	case base == nil || hasHandler(user):
		return user
	}
	return overlay(base, user)
}

// OverlayProbe merges what is said of a probe in two places, as overlay does.
func OverlayProbe(base, over *corev1.Probe) *corev1.Probe { return overlay(base, over) }

// overlay merges two probes field by field; where both say something, over counts. The
// handler is taken as a whole.
func overlay(base, over *corev1.Probe) *corev1.Probe {
	if base == nil || over == nil {
		return chooseEither(base, over)
	}
	out := *base
	if hasHandler(over) {
		out.ProbeHandler = over.ProbeHandler
	}
	setNumber(&out.InitialDelaySeconds, over.InitialDelaySeconds)
	setNumber(&out.TimeoutSeconds, over.TimeoutSeconds)
	setNumber(&out.PeriodSeconds, over.PeriodSeconds)
	setNumber(&out.SuccessThreshold, over.SuccessThreshold)
	setNumber(&out.FailureThreshold, over.FailureThreshold)
	if over.TerminationGracePeriodSeconds != nil {
		out.TerminationGracePeriodSeconds = over.TerminationGracePeriodSeconds
	}
	return &out
}

// chooseEither returns the probe that is there, if any.
func chooseEither(a, b *corev1.Probe) *corev1.Probe {
	if a != nil {
		return a
	}
	return b
}

// setNumber replaces a number, unless the other is left out.
func setNumber(dst *int32, v int32) {
	if v != 0 {
		*dst = v
	}
}

// hasHandler says whether a probe says what to ask.
func hasHandler(p *corev1.Probe) bool {
	return p.Exec != nil || p.HTTPGet != nil || p.TCPSocket != nil || p.GRPC != nil
}
