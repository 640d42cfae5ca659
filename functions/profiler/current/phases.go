package current

import "slices"

// Phases that the profiler passes through, in their order.
const (
	PhaseInitializing    = "Initializing"
	PhaseSweepingPrefill = "SweepingPrefill"
	PhaseSweepingDecode  = "SweepingDecode"
	PhaseSelectingConfig = "SelectingConfig"
	PhaseBuildingCurves  = "BuildingCurves"
	PhaseGeneratingDGD   = "GeneratingDGD"
	PhaseDone            = "Done"
)

// KnowsPhase says whether a text is the name of a phase: what a profiler writes ends in
// conditions, whose reasons are words.
func KnowsPhase(text string) bool {
	return slices.Contains([]string{
		PhaseInitializing, PhaseSweepingPrefill, PhaseSweepingDecode, PhaseSelectingConfig,
		PhaseBuildingCurves, PhaseGeneratingDGD, PhaseDone,
	}, text)
}
