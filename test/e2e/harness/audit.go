package harness

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// auditPolicy has the API server note what Crossplane writes, and nothing else.
const auditPolicy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  users: ["system:serviceaccount:` + Namespace + `:crossplane"]
  verbs: [create, update, patch, delete, deletecollection]
- level: None
`

// Write is a kind of request that changes something.
type Write struct {
	// Resource with its subresource, if any, as in deployments/status.
	Resource string
	Verb     string
}

// auditArgs have the API server write its audit log.
func (c *Cluster) auditArgs() ([]string, error) {
	if !c.audit {
		return nil, nil
	}
	policy := files{"audit-policy.yaml": []byte(auditPolicy)}
	if err := policy.write(c.path("audit")); err != nil {
		return nil, err
	}
	return []string{"--audit-policy-file=" + c.path("audit/audit-policy.yaml"), "--audit-log-path=" + c.auditLog()}, nil
}

func (c *Cluster) auditLog() string { return c.path("audit/audit.log") }

// Writes of Crossplane in a namespace since the cluster was started with Options.Audit,
// and how many there were of each.
func (c *Cluster) Writes(namespace string) (map[Write]int, error) {
	f, err := os.Open(c.auditLog())
	if err != nil {
		return nil, fmt.Errorf("cannot read the audit log: %w", err)
	}
	defer func() { _ = f.Close() }()
	out := map[Write]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		count(out, lines.Bytes(), namespace)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the audit log: %w", err)
	}
	return out, nil
}

// count adds a line of the audit log. One that is being written is none yet.
func count(out map[Write]int, line []byte, namespace string) {
	var e struct {
		Verb      string `json:"verb"`
		ObjectRef struct {
			Resource    string `json:"resource"`
			Subresource string `json:"subresource"`
			Namespace   string `json:"namespace"`
		} `json:"objectRef"`
	}
	if json.Unmarshal(line, &e) != nil || e.ObjectRef.Namespace != namespace {
		return
	}
	w := Write{Resource: e.ObjectRef.Resource, Verb: e.Verb}
	if e.ObjectRef.Subresource != "" {
		w.Resource += "/" + e.ObjectRef.Subresource
	}
	out[w]++
}
