package current

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/overlay"
)

const thorough = "thorough"

// Examine returns what the profiler would fail with, sooner or later, and what it does
// otherwise than its user may think.
func (Protocol) Examine(r dynamo.Request) layer.Findings {
	return layer.Findings{
		Faults: slices.Concat(
			r.Search.Faults,
			profiler.CheckImage(r.At.Image, r.Profiler.Image),
			strategyFaults(r),
			cacheFaults(r),
			targetFaults(r),
			workloadFaults(r),
			profiler.CheckJob(r),
			overlay.Examine(overlayOf(r), r.Search.At.Graph),
			sizeFaults(r),
		),
		Warnings: findWarnings(r),
		Ignored:  slices.Concat(r.Search.Ignored, overlay.ListIgnored(overlayOf(r), r.Search.At.Graph)),
	}
}

// overlayOf is what a request changes of its graph; nil for nothing.
func overlayOf(r dynamo.Request) map[string]any {
	if r.Search.Overrides == nil {
		return nil
	}
	return r.Search.Overrides.Graph
}

// strategyFaults: graphs can only be tried out for an engine that is chosen.
func strategyFaults(r dynamo.Request) field.ErrorList {
	if r.Search.Strategy != thorough || r.Backend != dynamo.BackendAuto {
		return nil
	}
	return field.ErrorList{field.Invalid(r.Search.At.Strategy, thorough,
		fmt.Sprintf("a thorough search tries out one engine: name it in %s, or search with rapid", r.At.Backend))}
}

// cacheFaults names what keeps the model cache from being mounted.
func cacheFaults(r dynamo.Request) field.ErrorList {
	cache, at := r.Search.ModelCache, r.Search.At.ModelCache
	if cache == nil {
		return nil
	}
	faults := profiler.CheckName(at.Child("pvcName"), cache.Claim)
	switch folder := path.Clean(cache.MountPath); {
	case !path.IsAbs(folder):
		faults = append(faults, field.Invalid(at.Child("pvcMountPath"), cache.MountPath, "must be an absolute path, such as /opt/model-cache"))
	case folder == "/" || folder == profiler.OutputFolder || folder == workingFolder:
		faults = append(faults, field.Invalid(at.Child("pvcMountPath"), cache.MountPath, "is where the profiler has its own files: choose another path"))
	}
	return faults
}

// targetFaults refuses latency targets that nothing can meet.
func targetFaults(r dynamo.Request) field.ErrorList {
	t, at := r.Search.Targets, r.Search.At.Targets
	if t == nil {
		return nil
	}
	return slices.Concat(
		positive(at.Child("e2eLatency"), t.LastToken, "in milliseconds"),
		positive(at.Child("itl"), t.BetweenTokens, "in milliseconds"),
		positive(at.Child("ttft"), t.FirstToken, "in milliseconds"),
	)
}

// workloadFaults refuses a load that there is not, and one that is given twice.
func workloadFaults(r dynamo.Request) field.ErrorList {
	w, at := r.Search.Workload, r.Search.At.Workload
	if w == nil {
		return nil
	}
	faults := slices.Concat(
		positive(at.Child("concurrency"), w.Concurrency, "or left out"),
		positive(at.Child("requestRate"), w.RequestRate, "or left out"),
	)
	if w.Concurrency != nil && w.RequestRate != nil {
		faults = append(faults, field.Forbidden(at.Child("requestRate"), "concurrency and requestRate exclude each other: leave one of them out"))
	}
	return faults
}

func positive(at *field.Path, value *float64, more string) field.ErrorList {
	if value == nil || *value > 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(at, *value, "must be greater than 0, "+more)}
}

// sizeFaults refuses a request that cannot be handed over.
func sizeFaults(r dynamo.Request) field.ErrorList {
	text, err := writeDocument(r)
	if err != nil {
		return nil
	}
	return profiler.CheckArgument(r.At.Config, text, "JSON")
}

// findWarnings names what a request may ask for otherwise than meant.
func findWarnings(r dynamo.Request) []string {
	var out []string
	if c := r.Search.ModelCache; c != nil && c.Claim == "" {
		out = append(out, fmt.Sprintf("%s: has no effect without pvcName: name the claim that has the model", r.Search.At.ModelCache))
	}
	if t := r.Search.Targets; t != nil && t.LastToken != nil && (t.FirstToken != nil || t.BetweenTokens != nil) {
		out = append(out, fmt.Sprintf("%s: ttft and itl are ignored, since e2eLatency wins over them: leave them out", r.Search.At.Targets))
	}
	if sku := r.Search.Hardware.SKU; strings.ToLower(sku) != sku {
		out = append(out, fmt.Sprintf("%s: profilers write kinds of GPUs in lower case, such as h100_sxm", r.Search.At.Hardware.Child("gpuSku")))
	}
	return out
}
