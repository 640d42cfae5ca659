package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// checksumFile is what `sha256sum --check` reads.
const checksumFile = "SHA256SUMS"

// fileDigest is the SHA-256 of a file, in hexadecimal.
func fileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("cannot read a file of the release: %w", err)
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("cannot read a file of the release: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// writeChecksums writes those of all files of a folder.
func writeChecksums(dist string) error {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return fmt.Errorf("cannot list what is released: %w", err)
	}
	var b strings.Builder
	for _, e := range entries {
		if e.Name() == checksumFile {
			continue
		}
		digest, err := fileDigest(filepath.Join(dist, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s  %s\n", digest, e.Name())
	}
	if err := os.WriteFile(filepath.Join(dist, checksumFile), []byte(b.String()), filePermissions); err != nil {
		return fmt.Errorf("cannot write the checksums: %w", err)
	}
	return nil
}
