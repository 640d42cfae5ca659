package settings

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// hashLength is that of a hash in hex digits.
const hashLength = 16

// Hash is the same for settings that compose a component in the same way, from
// whatever layers they come. What only graphs or requests read does not count, so that
// the inputs of a pair of Compositions may differ in it. Nor does what is not set: a
// release that knows another setting writes no component of a site without it.
func (s Settings) Hash() string {
	s.Layers, s.Compositions = nil, Compositions{}
	s.ProfilerClusterRole, s.HuggingFaceSecret = "", ""
	s.ProfilerImage, s.ProfilerProtocol, s.Hardware = "", "", Hardware{}
	s.Monitoring = Monitoring{}
	text, err := json.Marshal(s) //nolint:musttag // The names of Go's fields are as good, and nobody reads the text.
	if err != nil {
		panic(err) // Plain texts, lists and maps only.
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:hashLength]
}
