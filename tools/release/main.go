// Command release does what `make release` needs beside compiling. hack/release calls it three times:
//
//	release check    -root DIR -version v0.1.0            may this version be released?
//	release packages -root DIR -version v0.1.0 -out DIR   the sources of its packages, with its notes
//	release describe -root DIR -version v0.1.0 …          what is said of the files in dist/: SBOMs, digests, provenance, checksums
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// Where the project lives.
const (
	source   = "https://github.com/crossplane-contrib/function-dynamo"
	registry = "xpkg.crossplane.io/crossplane-contrib"
	module   = "github.com/crossplane-contrib/function-dynamo"
	license  = "Apache-2.0"
)

// filePermissions of what is published: read by all.
const filePermissions = 0o644

// A release is what is made, of what, and by whom.
type release struct {
	// Root is the folder of the repository.
	Root string
	// Version with its v, and the commit that it is made of.
	Version, Commit string
	// Time of the commit: the only one in a release, so that a second run gives the same bytes.
	Time time.Time
	// Dist is the folder of what is published.
	Dist string
	// Builder is who builds, as a URI.
	Builder string
	// CLI is the path of Crossplane's command line tool.
	CLI string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say what to do: check, packages or describe")
	}
	r, out, err := parse(args[0], args[1:])
	if err != nil {
		return err
	}
	switch args[0] {
	case "check":
		return check(r.Root, r.Version)
	case "packages":
		return writePackages(r.Root, r.Version, out)
	case "describe":
		return describe(ctx, r)
	}
	return fmt.Errorf("%q is nothing to do: say check, packages or describe", args[0])
}

// parse reads the flags of a command, which are the same for all, and the folder that one of them writes.
func parse(command string, args []string) (release, string, error) {
	var r release
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.StringVar(&r.Root, "root", ".", "folder of the repository")
	flags.StringVar(&r.Version, "version", "", "version to release, such as v0.1.0")
	flags.StringVar(&r.Commit, "commit", "", "commit that the release is made of, in full")
	flags.StringVar(&r.Dist, "dist", "dist", "folder of what is published")
	flags.StringVar(&r.Builder, "builder", localBuilder, "URI of who builds")
	flags.StringVar(&r.CLI, "cli", "crossplane", "path of Crossplane's command line tool")
	seconds := flags.Int64("time", 0, "time of the commit, in seconds since 1970")
	out := flags.String("out", "", "folder to write the sources of packages to")
	if err := flags.Parse(args); err != nil {
		return r, "", fmt.Errorf("cannot parse flags: %w", err)
	}
	r.Time = time.Unix(*seconds, 0).UTC()
	if r.Builder == "" {
		r.Builder = localBuilder
	}
	return r, *out, nil
}

// describe writes what is said of the files in dist/, the checksums of everything last.
func describe(ctx context.Context, r release) error {
	artifacts, err := readArtifacts(r.Dist)
	if err != nil {
		return err
	}
	images, err := push(ctx, r, artifacts)
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"digests.txt": digestList(r.Version, images),
		"sign.sh":     signScript(r.Version, artifacts, images),
	}
	for _, a := range artifacts {
		if files[a.Name+sbomSuffix], err = sbom(r, a); err != nil {
			return fmt.Errorf("cannot write the SBOM of %s: %w", a.Name, err)
		}
	}
	if files["provenance.intoto.json"], err = provenance(r, artifacts, images); err != nil {
		return fmt.Errorf("cannot write the provenance: %w", err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(r.Dist, name), content, filePermissions); err != nil {
			return fmt.Errorf("cannot write %s: %w", name, err)
		}
	}
	return writeChecksums(r.Dist)
}
