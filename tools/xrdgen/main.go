// Command xrdgen writes CompositeResourceDefinitions from Go types.
//
//	xrdgen -types DIR -out DIR [-claims DIR]
//
// DIR of -types is a folder with Go packages of API types in or below it, one a
// version, marked up as for controller-gen. One file is written for each of their
// kinds, named after the kind's plural, and into the folder of -claims one for the
// claims of each.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// filePermissions of what is written: the files are checked in and read by all.
const filePermissions = 0o644

func main() {
	types := flag.String("types", "", "folder of the Go packages that hold the API types, one a version")
	out := flag.String("out", "", "folder that the definitions are written to; it must exist")
	claims := flag.String("claims", "", "folder that the definitions of claims are written to; it must exist. None are written without it")
	flag.Parse()

	if err := run(*types, *out, *claims); err != nil {
		fmt.Fprintln(os.Stderr, "xrdgen:", err)
		os.Exit(1)
	}
}

// run writes the definitions of the kinds in folder types to folder out, and those
// of their claims to folder claims, if there is one.
func run(types, out, claims string) error {
	if types == "" || out == "" {
		return errors.New("flags -types and -out are both needed")
	}

	for _, folder := range []string{out, claims} {
		if _, err := os.Stat(folder); folder != "" && err != nil {
			return fmt.Errorf("cannot write to a folder: %w", err)
		}
	}

	files, err := Generate(types)
	if err != nil {
		return err
	}

	if err := write(out, files.Kinds); err != nil || claims == "" {
		return err
	}

	return write(claims, files.Claims)
}

// write writes files into a folder.
func write(folder string, files []File) error {
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(folder, f.Name), f.Data, filePermissions); err != nil {
			return fmt.Errorf("cannot write definition: %w", err)
		}
	}

	return nil
}
