// Package trace finds the field of a Dynamo manifest that a field of a rendered
// object comes from: an API server speaks of
// spec.template.spec.containers[0].env[3] of a Deployment, its user wrote
// spec.services[Worker].envs[LOG_LEVEL].
//
// Tables say where fields come from, one for each kind of object. Where the user
// could have written a value in several places, those are listed as they win,
// and the first one that the manifest has is it.
package trace
