package names

import "strings"

// Volume is the name of a pod's volume for the object of a name: a DNS label.
func Volume(object string) string { return Limit(replaceDots(object)) }

// ClaimVolume is the name of a pod's volume for the claim of a name: the same,
// unless that is no DNS label. Then it ends with a hash of the claim's name: the
// claims a.b and a-b are two.
func ClaimVolume(claim string) string {
	if len(claim) <= MaxLength && !strings.Contains(claim, ".") {
		return claim
	}
	return endWithHash(replaceDots(claim), claim, MaxLength)
}
