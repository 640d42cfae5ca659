package docs

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// takeovers is what a test of the conformance cases found out about pods that are taken
// over from the operator.
type takeovers struct {
	Workloads int `json:"workloads"`
	Kept      int `json:"kept"`
	Anew      []struct {
		Fields []string `json:"fields"`
	} `json:"anew"`
}

// ofPods is the path of a field in a pod template, whichever kind has that, for all items
// of a list.
func ofPods(field string) string {
	field = regexp.MustCompile(`^spec\.(leaderWorkerTemplate\.)?(leaderTemplate|workerTemplate|template)\.`).ReplaceAllString(field, "")
	return regexp.MustCompile(`\[[^]]*\]`).ReplaceAllString(field, "[]")
}

// TestTakeoversAreListed holds the table of docs/migrate.md to the pods that start anew
// when ours is applied over what the operator makes.
func TestTakeoversAreListed(t *testing.T) {
	all := takeovers{}
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(root, "test/conformance/testdata/golden/restarts.yaml"))), &all); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, workload := range all.Anew {
		seen := map[string]bool{}
		for _, f := range workload.Fields {
			seen[ofPods(f)] = true
		}
		for f := range seen {
			counts[f]++
		}
	}
	want := map[string]string{}
	for f, n := range counts {
		want[f] = strconv.Itoa(n)
	}
	got := map[string]string{}
	page := docPage(t, "migrate.md")
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (\\d+) \\|").FindAllStringSubmatch(page, -1) {
		got[row[1]] = row[2]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/migrate.md, table of restarts: -found out, +the table:\n%s", diff)
	}
	said := strings.Join(strings.Fields(page), " ")
	if n := fmt.Sprintf("Of %d workloads", all.Workloads); !strings.Contains(said, n) {
		t.Errorf("docs/migrate.md does not say %q", n)
	}
	if n := fmt.Sprintf("%d go on without a restart", all.Kept); !strings.Contains(said, n) {
		t.Errorf("docs/migrate.md does not say %q", n)
	}
}
