package main

import (
	"fmt"
	"strings"
)

// Lines that the table stands between.
const (
	begin = "<!-- table of settings: written by hack/generate -->"
	end   = "<!-- end of the table of settings -->"
)

// Table is a table of settings in Markdown.
func Table(rows []Row) string {
	out := &strings.Builder{}
	out.WriteString("| field | default | effect | restarts |\n|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", r.Path, cell(r.Default), cell(r.Effect), cell(r.Restarts))
	}
	return out.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// Insert replaces what stands between the two lines of a page.
func Insert(page, table string) (string, error) {
	before, rest, ok := strings.Cut(page, begin+"\n")
	if !ok || strings.Contains(rest, begin) {
		return "", fmt.Errorf("wants one line %q", begin)
	}
	_, after, ok := strings.Cut(rest, end+"\n")
	if !ok || strings.Contains(after, end) {
		return "", fmt.Errorf("wants one line %q after %q", end, begin)
	}
	return before + begin + "\n" + table + end + "\n" + after, nil
}
