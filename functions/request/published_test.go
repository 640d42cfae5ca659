package request_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
)

// life is what the operator says of a request once it is profiled.
type life struct {
	Phase            string   `json:"phase"`
	ProfilingPhase   string   `json:"profilingPhase"`
	ProfilingJobName string   `json:"profilingJobName"`
	Conditions       []string `json:"conditions"`
}

func (w *world) life() life {
	status := layertest.Status(w.t, w.out)
	text := func(key string) string {
		out, _ := status[key].(string)
		return out
	}
	out := life{Phase: text("phase"), ProfilingPhase: text("profilingPhase"), ProfilingJobName: text("profilingJobName")}
	for _, c := range w.out.Conditions {
		if c.Type != layer.TypeUnsupportedFields {
			out.Conditions = append(out.Conditions, fmt.Sprintf("%s=%s (%s)", c.Type, c.Status, c.Reason))
		}
	}
	slices.Sort(out.Conditions)
	return out
}

// TestPublishedLives takes published requests of version v1beta1 to where the operator
// has made their Jobs. One was looked at while the cluster's GPUs were not known yet.
func TestPublishedLives(t *testing.T) {
	all, err := filepath.Glob(filepath.FromSlash("../../../shared/conformance/request/current/*"))
	if err != nil || len(all) == 0 {
		t.Skip("the published requests are not there: want ../shared/conformance beside the repository")
	}
	for _, dir := range all {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			want := life{}
			layertest.Parse(t, readFile(t, dir, "life.yaml"), &want)
			slices.Sort(want.Conditions)
			w := &world{t: t, others: map[string]layer.Object{}}
			w.in = layertest.In(layertest.Object(t, readFile(t, dir, "input.yaml"), layertest.Changes{
				"metadata/uid": "u", "metadata/generation": "1", "metadata/creationTimestamp": `"2026-01-01T00:00:00Z"`,
			}))
			for _, claim := range []string{"model-cache", "dynamo-pvc"} {
				w.others["PersistentVolumeClaim/"+claim] = layer.Read(layertest.Object(t, "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: "+claim+"}}"))
			}
			if want.Phase != "Pending" {
				w.others["Node/gpu-1"] = layer.Read(layertest.Object(t, gpuNode))
			}
			w.run()
			if diff := cmp.Diff(want, w.life()); diff != "" {
				t.Errorf("life: -want, +got:\n%s", diff)
			}
			if want.Phase == "Profiling" != w.in.Observed.Has(request.KeyJob) {
				t.Errorf("in phase %s: got %v", want.Phase, layertest.Keys(w.out))
			}
		})
	}
}

func readFile(t *testing.T, dir, name string) string {
	t.Helper()
	out, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
