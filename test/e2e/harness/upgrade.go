package harness

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const functionManifest = `
---
apiVersion: pkg.crossplane.io/v1
kind: Function
metadata: {name: %s}
spec: {package: "%s/function-dynamo:%s"}
`

// Upgrade replaces the packages that were installed by those of Root, as their next
// version, and waits until all is healthy.
func (c *Cluster) Upgrade(ctx context.Context) error {
	c.released = c.Root
	if err := c.pushAll(ctx, nextVersion); err != nil {
		return err
	}
	binary, err := c.binary()
	if err != nil {
		return err
	}
	if err := c.Function.Stop(); err != nil {
		return err
	}
	c.Function.Use(binary)
	if err := c.Function.Start(ctx); err != nil {
		return err
	}
	if err := c.AwaitFunction(ctx); err != nil {
		return err
	}
	packages := fmt.Sprintf(configurationManifest, published, "configuration-dynamo", nextVersion) +
		fmt.Sprintf(functionManifest, installedFunction, published, nextVersion)
	if err := c.applyPackages(ctx, packages); err != nil {
		return err
	}
	return Until(ctx, patienceInstall, "healthy packages", func(ctx context.Context) error {
		if err := c.connectFunction(ctx); err != nil {
			return err
		}
		if err := c.isCurrent(ctx, nextVersion); err != nil {
			return err
		}
		return c.healthy(ctx)
	})
}

// isCurrent is an error until the revisions of the packages are those of a version.
func (c *Cluster) isCurrent(ctx context.Context, version string) error {
	for name, kind := range map[string]string{"crossplane-contrib-configuration-dynamo": "Configuration", installedFunction: "Function"} {
		o, err := c.Client.Get(ctx, Ref{GroupVersionKind: crossplanePackage(kind), Name: name})
		if err != nil {
			return err
		}
		if from, _, _ := unstructured.NestedString(o.Object, "status", "currentIdentifier"); !strings.HasSuffix(from, ":"+version) {
			return fmt.Errorf("%s runs %q, not %s", name, from, version)
		}
	}
	return nil
}
