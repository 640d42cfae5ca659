package dynamo

import "github.com/crossplane-contrib/function-dynamo/functions/contract/version"

// What runtimes expect of their pods since a release, or did before one. None of it holds for a version of
// which nothing is known: pods of it stay as they are, and it may be older.

// ChecksEngines says whether workers ask their engine for an answer now and then, to tell
// whether it is alive.
func ChecksEngines(v version.Version) bool { return v.AtLeast(1, 5) }

// LacksPickerConfig says whether endpoint pickers read no configuration.
func LacksPickerConfig(v version.Version) bool { return v.AtLeast(1, 5) }

// TellsStart says whether frontends may be asked whether they have started.
func TellsStart(v version.Version) bool { return v.AtLeast(1, 6) }

// MatchesExactly says whether frontends and endpoint pickers can leave out the workers of
// graphs whose name only begins with that of their own.
func MatchesExactly(v version.Version) bool { return v.AtLeast(1, 6) }

// SharesLoad says whether replicas of an endpoint picker can tell each other what they
// know of the load.
func SharesLoad(v version.Version) bool { return v.AtLeast(1, 6) }

// RunsApart says whether the runtime can run beside its engine, in a container of its own.
func RunsApart(v version.Version) bool { return v.AtLeast(1, 6) }

// TellsTransfers says whether each GPU of SGLang tells the metrics of its transfers at a port
// of its own.
func TellsTransfers(v version.Version) bool { return v.AtLeast(1, 6) }

// ReadsOlderParts says whether prefill and decode workers are known to have other flags than
// those of later runtimes.
func ReadsOlderParts(v version.Version) bool { return v.Known() && !v.AtLeast(1, 1) }

// NamesNodes says whether manifests expect variables of Dynamo's own that tell a node its
// place in a replica.
func NamesNodes(v version.Version) bool { return v.AtLeast(1, 6) }

// ReadsComponentsOnly says whether planners read graphs in the form of v1beta1 alone.
func ReadsComponentsOnly(v version.Version) bool { return v.AtLeast(1, 3) }
