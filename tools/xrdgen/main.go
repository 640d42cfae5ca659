// Command xrdgen writes CompositeResourceDefinitions from Go types.
//
//	xrdgen -types DIR -out DIR
//
// DIR of -types is a folder with Go packages of API types in or below it, one a
// version, marked up as for controller-gen. One file is written for each of their
// kinds, named after the kind's plural.
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
	flag.Parse()

	if err := run(*types, *out); err != nil {
		fmt.Fprintln(os.Stderr, "xrdgen:", err)
		os.Exit(1)
	}
}

// run writes the definitions of the kinds in folder types to folder out.
func run(types, out string) error {
	if types == "" || out == "" {
		return errors.New("flags -types and -out are both needed")
	}

	if _, err := os.Stat(out); err != nil {
		return fmt.Errorf("cannot write to the folder of -out: %w", err)
	}

	files, err := Generate(types)
	if err != nil {
		return err
	}

	for _, f := range files {
		if err := os.WriteFile(filepath.Join(out, f.Name), f.Data, filePermissions); err != nil {
			return fmt.Errorf("cannot write definition: %w", err)
		}
	}

	return nil
}
