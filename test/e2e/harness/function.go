package harness

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// functionSecret has the function's certificate. With --package-runtime=External
// somebody else than Crossplane runs functions, and tells it where and with what.
const functionSecret = "function-dynamo-tls-server"

const secretManifest = `
apiVersion: v1
kind: Secret
metadata: {name: %s, namespace: %s}
data: {tls.crt: %s, tls.key: %s, ca.crt: %s}
`

// startFunction runs the binary that is in the package of this machine's
// platform, with a certificate signed by Crossplane's root.
func (c *Cluster) startFunction(ctx context.Context) error {
	root, err := c.secretFiles(ctx, secretRoot)
	if err != nil {
		return err
	}
	certs, err := functionFiles(root["tls.crt"], root["tls.key"])
	if err != nil {
		return err
	}
	if err := certs.write(c.path("function-tls")); err != nil {
		return err
	}
	encoded := func(key string) string { return base64.StdEncoding.EncodeToString(certs[key]) }
	objects, err := Objects(fmt.Sprintf(secretManifest, functionSecret, Namespace, encoded("tls.crt"), encoded("tls.key"), encoded("ca.crt")))
	if err != nil {
		return err
	}
	if err := c.Client.Apply(ctx, objects...); err != nil {
		return err
	}
	binary, err := c.binary()
	if err != nil {
		return err
	}
	c.Function = newProcess(c.Dir, "function", binary, "--debug",
		"--address="+at(c.ports.Function), "--metrics-address="+at(c.ports.FunctionMetrics),
		"--tls-certs-dir="+c.path("function-tls"))
	if err := c.run(ctx, c.Function); err != nil {
		return err
	}
	return c.AwaitFunction(ctx)
}

// AwaitFunction waits until the function serves.
func (c *Cluster) AwaitFunction(ctx context.Context) error {
	return c.await(ctx, c.Function, &http.Client{Timeout: 5 * time.Second}, c.FunctionMetrics())
}

// FunctionMetrics is the URL of the function's metrics.
func (c *Cluster) FunctionMetrics() string {
	return "http://" + at(c.ports.FunctionMetrics) + "/metrics"
}

// binary is the path of the function that is in the package of this machine's platform.
func (c *Cluster) binary() (string, error) {
	binary := c.dist(runtime.GOARCH, "function")
	if _, err := os.Stat(binary); err != nil {
		return "", fmt.Errorf("the function is not built, run `make package` first: %w", err)
	}
	return binary, nil
}

// dist is a file of what `make package` built.
func (c *Cluster) dist(path ...string) string {
	return filepath.Join(append([]string{c.released, "dist"}, path...)...)
}
