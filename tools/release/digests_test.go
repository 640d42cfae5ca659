package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestImagesOf(t *testing.T) {
	const one = `{"manifests":[{"digest":"sha256:` + someDigest + `","platform":{"os":"linux","architecture":"amd64"}}]}`
	type args struct {
		files    []string
		manifest string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []image
		err    string
	}{
		"One": {
			reason: "a package for all platforms is one image; its digest is that of what the registry answers",
			args:   args{[]string{"a.xpkg"}, ""},
			want:   []image{{Package: "a", Digest: "sha256:" + someDigest, File: "a.xpkg"}},
		},
		"TooFew":  {reason: "each file has its image", args: args{[]string{"a-amd64.xpkg", "a-arm64.xpkg"}, one}, err: "has 1 images for 2 files"},
		"NoIndex": {reason: "what a registry answers may be anything", args: args{[]string{"a-amd64.xpkg", "a-arm64.xpkg"}, "<html>"}, err: "cannot read the index of a"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := imagesOf("a", tc.args.files, []byte(tc.args.manifest))
			wantError(t, tc.reason, tc.err, err)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
