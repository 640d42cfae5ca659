package legacy

import (
	"path"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
)

// Examine returns what the profiler would fail with, sooner or later, and what it
// does otherwise than its user may think.
func (Protocol) Examine(r dynamo.Request) layer.Findings {
	c := readConfig(r)
	return layer.Findings{
		Faults: slices.Concat(
			profiler.CheckImage(r.At.Image, r.Profiler.Image),
			backendFaults(r),
			presenceFaults(r, c),
			findFormFaults(c, r.At.Config),
			outputFaults(c, r.At.Config),
			nameFaults(r),
			targetFaults(c.section("sla"), r.At.Config.Child("sla")),
			cacheFaults(c, r.At.Config.Child("deployment", "modelCache")),
			sizeFaults(r),
		),
		Warnings: findWarnings(r, c),
		Ignored:  r.Ignored,
	}
}

// backendFaults refuses what this profiler does not know. It cannot choose.
func backendFaults(r dynamo.Request) field.ErrorList {
	engines := []string{"vllm", "sglang", "trtllm"}
	if slices.Contains(engines, r.Backend) {
		return nil
	}
	return field.ErrorList{field.Invalid(r.At.Backend, r.Backend, "this profiler does not choose an engine: name vllm, sglang or trtllm")}
}

// presenceFaults asks for a configuration: without one the profiler would look for a
// graph of its own choice with targets of its own choice.
func presenceFaults(r dynamo.Request, c section) field.ErrorList {
	if len(c) > 0 || r.Profiler.Base.ConfigMap != "" {
		return nil
	}
	return field.ErrorList{field.Required(r.At.Config, "must be given: write the latency targets into sla, or name the graph to start from in configMapRef")}
}

// nameFaults refuses names that nothing can have which is waited for.
func nameFaults(r dynamo.Request) field.ErrorList {
	return slices.Concat(
		profiler.CheckName(r.At.OutputClaim, r.Profiler.OutputClaim),
		profiler.CheckName(r.At.BaseConfig.Child("name"), r.Profiler.Base.ConfigMap),
	)
}

// outputFaults refuses another folder for the output, where nobody would find it.
func outputFaults(c section, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for _, spelling := range []string{"outputDir", "output_dir"} {
		value, given := c[spelling]
		if folder, ok := value.(string); given && (!ok || path.Clean(folder) != profiler.OutputFolder) {
			faults = append(faults, field.Invalid(at.Child(spelling), describe(value), "must be "+profiler.OutputFolder+", where the result is read: leave it out"))
		}
	}
	return faults
}

// targetFaults refuses latency targets that nothing can meet, or that are no numbers.
func targetFaults(sla section, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for _, key := range []string{"itl", "ttft"} {
		if value, given := sla[key]; given && !isPositive(value) {
			faults = append(faults, field.Invalid(at.Child(key), describe(value), "must be a number greater than 0, in milliseconds"))
		}
	}
	return faults
}

func isPositive(value any) bool {
	switch v := value.(type) {
	case int64:
		return v > 0
	case float64:
		return v > 0
	}
	return false
}

// cacheFaults names what keeps the model cache from being mounted.
func cacheFaults(c section, at *field.Path) field.ErrorList {
	given := c.section("deployment").section("modelCache")
	var faults field.ErrorList
	if claim, ok := given["pvcName"]; ok {
		name, _ := claim.(string)
		for _, problem := range validation.IsDNS1123Subdomain(name) {
			faults = append(faults, field.Invalid(at.Child("pvcName"), describe(claim), problem))
		}
	}
	value, ok := given["mountPath"]
	if !ok {
		return faults
	}
	folder, _ := value.(string)
	if !path.IsAbs(folder) {
		return append(faults, field.Invalid(at.Child("mountPath"), describe(value), "must be an absolute path, such as "+defaultCacheFolder))
	}
	if taken := takenFolders()[path.Clean(folder)]; taken != "" {
		faults = append(faults, field.Invalid(at.Child("mountPath"), folder, "is where the profiler has "+taken+": choose another path"))
	}
	return faults
}

// sizeFaults refuses a configuration that cannot be handed over.
func sizeFaults(r dynamo.Request) field.ErrorList {
	document, err := writeDocument(r)
	if err != nil {
		return nil
	}
	return profiler.CheckArgument(r.At.Config, document, "YAML")
}

// describe returns a value of the user's as a fault names it: objects, lists and long
// texts by what they are.
func describe(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		if len(v) > validation.DNS1123SubdomainMaxLength {
			return "a long text"
		}
	}
	return value
}
