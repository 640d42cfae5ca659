package harness

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	// version that the packages get in the registry, and nextVersion those that replace
	// them; a Configuration depends on the Function by a constraint that both meet.
	version     = "v0.1.0"
	nextVersion = "v0.1.1"
	// published is where the packages' users get them from.
	published = "xpkg.crossplane.io/crossplane-contrib"
	// installedFunction is the name that Crossplane gives the Function when it
	// installs it as a dependency, and that the Compositions refer to.
	installedFunction = "crossplane-contrib-function-dynamo"
)

// patienceInstall is how long packages may take to become healthy.
const patienceInstall = 3 * time.Minute

// patienceOffer is how long claims may take: each of their definitions becomes two, the
// largest of which keep an API server busy.
const patienceOffer = 2 * patienceInstall

// pushPackages pushes the packages to a registry in this process.
func (c *Cluster) pushPackages(ctx context.Context) error {
	logs, err := os.Create(c.path("registry.log"))
	if err != nil {
		return fmt.Errorf("cannot make the registry's log: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", loopback+":0")
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	c.registry = &http.Server{Handler: registry.New(registry.Logger(log.New(logs, "", log.LstdFlags))), ReadHeaderTimeout: time.Minute}
	go func() { _ = c.registry.Serve(l) }() // ends when Stop closes it
	c.repository = l.Addr().String() + "/crossplane-contrib"
	if err := c.pushAll(ctx, version); err != nil {
		return err
	}
	return c.redirect(ctx, c.repository)
}

// pushAll pushes all packages as one version.
func (c *Cluster) pushAll(ctx context.Context, version string) error {
	if err := c.push(ctx, c.repository+"/function-dynamo:"+version, c.dist("function-dynamo-amd64.xpkg"), c.dist("function-dynamo-arm64.xpkg")); err != nil {
		return err
	}
	for _, configuration := range []string{"configuration-dynamo", "configuration-dynamo-claims"} {
		if err := c.push(ctx, c.repository+"/"+configuration+":"+version, c.dist(configuration+".xpkg")); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) push(ctx context.Context, tag string, packages ...string) error {
	cli, err := c.tool(ctx, "crossplane-cli")
	if err != nil {
		return err
	}
	args := []string{"xpkg", "push"}
	for _, p := range packages {
		args = append(args, "--package-files="+p)
	}
	out, err := exec.CommandContext(ctx, cli, append(args, tag)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("cannot push to %s: %w: %s", tag, err, out)
	}
	return nil
}

const imageConfigManifest = `
apiVersion: pkg.crossplane.io/v1beta1
kind: ImageConfig
metadata: {name: loopback}
spec:
  matchImages: [{type: Prefix, prefix: %s}]
  rewriteImage: {prefix: %s}
`

// redirect has Crossplane fetch from the registry on loopback what the packages
// name by their public address, so that they are installed as they are published.
func (c *Cluster) redirect(ctx context.Context, repository string) error {
	objects, err := Objects(fmt.Sprintf(imageConfigManifest, published, repository))
	if err != nil {
		return err
	}
	return c.Client.Apply(ctx, objects...)
}

// applyLeftovers applies what another operator left behind. An object has to
// wait until its definition, a manifest before it, is served.
func (c *Cluster) applyLeftovers(ctx context.Context) error {
	if c.leftovers == "" {
		return nil
	}
	objects, err := ObjectsOf(c.leftovers)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := Until(ctx, patienceInstall, o.GetName()+", which was there before", func(ctx context.Context) error {
			return c.Client.Apply(ctx, o)
		}); err != nil {
			return err
		}
	}
	return nil
}

const configurationManifest = `
apiVersion: pkg.crossplane.io/v1
kind: Configuration
metadata: {name: crossplane-contrib-%[2]s}
spec: {package: "%[1]s/%[2]s:%[3]s"}
`

// installPackages does what docs/operations.md tells operators to do, and waits
// until all is healthy.
func (c *Cluster) installPackages(ctx context.Context) error {
	if err := c.applyPackages(ctx, fmt.Sprintf(configurationManifest, published, "configuration-dynamo", version)); err != nil {
		return err
	}
	if err := Until(ctx, patienceInstall, "the Function's revision", c.connectFunction); err != nil {
		return err
	}
	return Until(ctx, patienceInstall, "healthy packages", c.healthy)
}

// applyPackages applies packages, and what they cannot carry.
func (c *Cluster) applyPackages(ctx context.Context, packages string) error {
	objects, err := Objects(packages)
	if err != nil {
		return err
	}
	for _, folder := range []string{"rbac", "crds"} {
		more, err := ObjectsOf(filepath.Join(c.released, "package", folder, "*.yaml"))
		if err != nil {
			return err
		}
		objects = append(objects, more...)
	}
	return c.Client.Apply(ctx, objects...)
}

// InstallClaims installs the package of claims beside the others, and waits until claims
// can be made.
func (c *Cluster) InstallClaims(ctx context.Context) error {
	objects, err := Objects(fmt.Sprintf(configurationManifest, published, "configuration-dynamo-claims", version))
	if err != nil {
		return err
	}
	if err := c.Client.Apply(ctx, objects...); err != nil {
		return err
	}
	return Until(ctx, patienceOffer, "claims are offered", func(ctx context.Context) error {
		o, err := c.Client.Get(ctx, RefOf(objects[0]))
		if err != nil {
			return err
		}
		if err := wantTrue(o, "Installed", "Healthy"); err != nil {
			return err
		}
		definitions, err := c.Client.List(ctx, definition(), "", "")
		if err != nil {
			return err
		}
		for i := range definitions {
			if scope, _, _ := unstructured.NestedString(definitions[i].Object, "spec", "scope"); scope == "LegacyCluster" {
				err = errors.Join(err, wantTrue(&definitions[i], "Established", "Offered"))
			}
		}
		return err
	})
}

const runtimeManifest = `
apiVersion: pkg.crossplane.io/v1
kind: FunctionRevision
metadata: {name: %s}
status:
  endpoint: dns:///localhost:%d
  tlsServerSecretName: %s
  conditions: [{type: RuntimeHealthy, status: "True", reason: HealthyPackageRevision, lastTransitionTime: "%s"}]
`

// connectFunction tells Crossplane where the active revision of the Function of the
// Configuration runs, as the runtime of packages does where it is not external.
func (c *Cluster) connectFunction(ctx context.Context) error {
	revisions, err := c.Client.List(ctx, crossplanePackage("FunctionRevision"), "", "pkg.crossplane.io/package="+installedFunction)
	if err != nil {
		return err
	}
	active := slices.IndexFunc(revisions, func(r unstructured.Unstructured) bool {
		state, _, _ := unstructured.NestedString(r.Object, "spec", "desiredState")
		return state == "Active"
	})
	if active < 0 {
		return fmt.Errorf("none of the %d revisions of %s is active", len(revisions), installedFunction)
	}
	objects, err := Objects(fmt.Sprintf(runtimeManifest, revisions[active].GetName(), c.ports.Function, functionSecret, time.Now().UTC().Format(time.RFC3339)))
	if err != nil {
		return err
	}
	return c.Client.ApplyStatus(ctx, objects[0])
}

// healthy is an error until packages and definitions are.
func (c *Cluster) healthy(ctx context.Context) error {
	for _, r := range []Ref{
		{GroupVersionKind: crossplanePackage("Configuration"), Name: "crossplane-contrib-configuration-dynamo"},
		{GroupVersionKind: crossplanePackage("Function"), Name: installedFunction},
	} {
		o, err := c.Client.Get(ctx, r)
		if err != nil {
			return err
		}
		if err := wantTrue(o, "Installed", "Healthy"); err != nil {
			return err
		}
	}
	definitions, err := c.Client.List(ctx, definition(), "", "")
	if err != nil {
		return err
	}
	for i := range definitions {
		if err := wantTrue(&definitions[i], "Established"); err != nil {
			return err
		}
	}
	return nil
}
