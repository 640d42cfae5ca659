package page

import (
	"crypto/sha256"
	_ "embed" // The page's own files.
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
)

//go:embed page.html
var markup string

//go:embed page.css
var style string

//go:embed page.js
var script string

// document is what the markup is filled with.
type document struct {
	view

	Policy string
	Style  template.CSS
	Script template.JS
}

// Write writes the page. Equal previews have equal pages, to the byte.
func Write(w io.Writer, p Preview) error {
	t, err := template.New("page").Parse(markup)
	if err != nil {
		return fmt.Errorf("cannot read the page's markup: %w", err)
	}
	d := document{
		view:   look(p),
		Policy: fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hash(style), hash(script)),
		Style:  template.CSS(style), //nolint:gosec // A file of ours, with nothing of a manifest.
		Script: template.JS(script), //nolint:gosec // The same.
	}
	if err := t.Execute(w, d); err != nil {
		return fmt.Errorf("cannot write the page: %w", err)
	}
	return nil
}

// hash of a text, as a policy for content names it.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
