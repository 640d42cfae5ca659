// Command settingsdoc writes the table of settings into a page of the
// documentation, from the CRD that is generated from the input's Go types:
//
//	settingsdoc -crd CRD -page PAGE
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

// filePermissions of the page: it is checked in and read by all.
const filePermissions = 0o644

func main() {
	crd := flag.String("crd", "", "file with the CRD of the input")
	page := flag.String("page", "", "page with the markers that the table is written between")
	flag.Parse()

	if err := run(*crd, *page); err != nil {
		fmt.Fprintln(os.Stderr, "settingsdoc:", err)
		os.Exit(1)
	}
}

// run writes the table of the settings in file crd into file page.
func run(crd, page string) error {
	if crd == "" || page == "" {
		return errors.New("flags -crd and -page are both needed")
	}
	raw, err := os.ReadFile(crd)
	if err != nil {
		return fmt.Errorf("cannot read the CRD: %w", err)
	}
	rows, err := Rows(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", crd, err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		return fmt.Errorf("cannot read the page: %w", err)
	}
	out, err := Insert(string(text), Table(rows))
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	if err := os.WriteFile(page, []byte(out), filePermissions); err != nil { //nolint:gosec // The path is that of whoever runs the command.
		return fmt.Errorf("cannot write the page: %w", err)
	}
	return nil
}
