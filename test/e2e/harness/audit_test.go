package harness

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrites(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   map[Write]int
	}{
		"Repeated": {
			reason: "what was written twice counts twice",
			args: `{"verb":"patch","objectRef":{"resource":"services","namespace":"team"}}
{"verb":"patch","objectRef":{"resource":"services","namespace":"team"}}
`,
			want: map[Write]int{{Resource: "services", Verb: "patch"}: 2},
		},
		"Subresource": {
			reason: "a status is written by itself",
			args:   `{"verb":"update","objectRef":{"resource":"deployments","subresource":"status","namespace":"team"}}` + "\n",
			want:   map[Write]int{{Resource: "deployments/status", Verb: "update"}: 1},
		},
		"Elsewhere": {
			reason: "another namespace is another test's",
			args:   `{"verb":"patch","objectRef":{"resource":"services","namespace":"other"}}` + "\n",
			want:   map[Write]int{},
		},
		"BeingWritten": {
			reason: "half a line is none yet",
			args:   `{"verb":"patch","objectRef":{"resou`,
			want:   map[Write]int{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &Cluster{Dir: t.TempDir()}
			if err := (files{"audit.log": []byte(tc.args)}).write(c.path("audit")); err != nil {
				t.Fatal(err)
			}
			got, err := c.Writes("team")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nWrites(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if _, err := (&Cluster{Dir: t.TempDir()}).Writes("team"); err == nil {
		t.Error("Writes(...): want an error without an audit log")
	}
}
