// Command image packs a static binary into a container image tarball for one platform, without Docker and without a base
// image. The result can be loaded with `docker load`, or embedded in a package with
// `crossplane xpkg build --embed-runtime-image-tarball`. The same binary and flags always give the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	labels := map[string]string{}
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	binary := flags.String("binary", "", "path of the static binary that becomes "+entrypoint)
	platform := flags.String("platform", "linux/amd64", "operating system and architecture that the binary is built for")
	tag := flags.String("tag", "", "name that the image gets when Docker loads the tarball, such as function-dynamo:runtime-amd64")
	out := flags.String("out", "", "path of the tarball to write")
	flags.Func("label", "image label KEY=VALUE; may be repeated", func(s string) error { return addLabel(labels, s) })
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("cannot parse flags: %w", err)
	}
	return write(spec{Binary: *binary, Platform: *platform, Labels: labels}, *tag, *out)
}

// write builds the image that s describes and writes it to the file out under the given tag.
func write(s spec, tag, out string) error {
	ref, err := name.NewTag(tag)
	if err != nil {
		return fmt.Errorf("cannot use --tag %q: %w", tag, err)
	}
	img, err := build(s)
	if err != nil {
		return err
	}
	if err := tarball.WriteToFile(out, ref, img); err != nil {
		return fmt.Errorf("cannot write --out %q: %w", out, err)
	}
	return nil
}
