package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// someImages are what a registry has of packages for two platforms, and for all.
func someImages() []image {
	return []image{
		{Package: "configuration-dynamo", Digest: "sha256:" + someDigest, File: "configuration-dynamo.xpkg"},
		{Package: "function-dynamo", Digest: "sha256:" + someDigest},
		{Package: "function-dynamo", Digest: "sha256:" + someDigest, Platform: "linux/amd64", File: "function-dynamo-amd64.xpkg"},
		{Package: "function-dynamo", Digest: "sha256:" + someDigest, Platform: "linux/arm64", File: "function-dynamo-arm64.xpkg"},
	}
}

// listed are artifacts as they are read from a folder.
func listed() []artifact {
	all := someArtifacts()
	arm := all["function"]
	arm.Name = "function-dynamo-arm64.xpkg"
	return []artifact{all["configuration"], all["function"], arm, all["command"]}
}

func TestProvenance(t *testing.T) {
	got, err := provenance(someRelease(), listed(), someImages())
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "provenance.intoto.json", got)
}

func TestProvenanceIncomplete(t *testing.T) {
	cases := map[string]struct {
		reason string
		change func(*release)
		want   string
	}{
		"NoBuilder": {reason: "who builds is what provenance is about", change: func(r *release) { r.Builder = "" }, want: "builder required"},
		"BadCommit": {reason: "a short commit names nothing for good", change: func(r *release) { r.Commit = "0123" }, want: "digest has incorrect length"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := someRelease()
			tc.change(&r)
			_, err := provenance(r, listed(), someImages())
			wantError(t, tc.reason, tc.want, err)
		})
	}
}

func TestIndent(t *testing.T) {
	got, err := indent([]byte(`{"a":  1,"b":[ ] }`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("{\n  \"a\": 1,\n  \"b\": []\n}\n", string(got)); diff != "" {
		t.Errorf("blanks say nothing: -want, +got:\n%s", diff)
	}
	_, err = indent([]byte(`{`))
	wantError(t, "what is no JSON", "cannot write JSON", err)
}

func TestSignScript(t *testing.T) {
	compareGolden(t, "sign.sh", signScript("v0.1.0", listed(), someImages()))
}

func TestDigestList(t *testing.T) {
	compareGolden(t, "digests.txt", digestList("v0.1.0", someImages()))
}
