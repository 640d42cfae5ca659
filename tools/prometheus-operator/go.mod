module github.com/crossplane-contrib/function-dynamo/tools/prometheus-operator

go 1.26.0

// Nothing is built of it: tests install the CustomResourceDefinition of PodMonitors that the module carries.
require github.com/prometheus-operator/prometheus-operator v0.93.0
