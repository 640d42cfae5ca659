package harness

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// patienceReady is how long one process may take to answer; on an idle machine
// the slowest takes a few seconds.
const patienceReady = 2 * time.Minute

// ports of loopback that the processes listen on.
type ports struct {
	APIServer, Etcd, EtcdPeer             int
	Function, FunctionMetrics             int
	CoreMetrics, CoreHealth, ScaleMetrics int
	Webhooks, WebhooksHealth              int
}

// freePorts asks the system for free ports. They are free until somebody else
// takes one, which on loopback hardly happens.
func freePorts(ctx context.Context) (ports, error) {
	var p ports
	for _, each := range []*int{
		&p.APIServer, &p.Etcd, &p.EtcdPeer, &p.Function, &p.FunctionMetrics, &p.CoreMetrics, &p.CoreHealth, &p.ScaleMetrics,
		&p.Webhooks, &p.WebhooksHealth,
	} {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", loopback+":0")
		if err != nil {
			return p, fmt.Errorf("cannot find a free port: %w", err)
		}
		defer func() { _ = l.Close() }()
		*each = l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // of a TCP listener
	}
	return p, nil
}

// freePort is one that nobody listens at now.
func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", loopback+":0")
	if err != nil {
		return 0, fmt.Errorf("cannot find a free port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close() //nolint:forcetypeassert,wrapcheck // of a TCP listener, which cannot fail to close
}

// startAPIServer starts etcd and the API server, and waits for it.
func (c *Cluster) startAPIServer(ctx context.Context) error {
	pki, err := serverFiles()
	if err != nil {
		return err
	}
	token := make([]byte, 16)
	if _, err := rand.Read(token); err != nil {
		return fmt.Errorf("cannot make a token: %w", err)
	}
	c.adminToken = hex.EncodeToString(token)
	pki["tokens.csv"] = []byte(c.adminToken + ",admin,1,system:masters\n")
	if err := pki.write(c.path("pki")); err != nil {
		return err
	}
	if err := c.start(ctx, &c.Etcd, "etcd", "etcd", c.etcdArgs()...); err != nil {
		return err
	}
	audit, err := c.auditArgs()
	if err != nil {
		return err
	}
	if err := c.start(ctx, &c.APIServer, "kube-apiserver", "kubernetes/kube-apiserver", append(c.apiServerArgs(), audit...)...); err != nil {
		return err
	}
	if err := c.writeKubeconfig("kubeconfig", c.adminToken); err != nil {
		return err
	}
	if c.Client, err = NewClient(c.Config()); err != nil {
		return err
	}
	return c.AwaitAPIServer(ctx)
}

func (c *Cluster) etcdArgs() []string {
	client, peer := "http://"+at(c.ports.Etcd), "http://"+at(c.ports.EtcdPeer)
	return []string{
		"--data-dir=" + c.path("etcd"),
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=default=" + peer,
		"--unsafe-no-fsync", // what a crash of the machine loses is a test's
		"--logger=zap", "--log-level=warn",
	}
}

func (c *Cluster) apiServerArgs() []string {
	pki := c.path("pki")
	return []string{
		"--etcd-servers=http://" + at(c.ports.Etcd),
		fmt.Sprintf("--secure-port=%d", c.ports.APIServer),
		"--bind-address=" + loopback, "--advertise-address=" + loopback,
		"--tls-cert-file=" + filepath.Join(pki, "apiserver.crt"), "--tls-private-key-file=" + filepath.Join(pki, "apiserver.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + filepath.Join(pki, "sa.pub"), "--service-account-signing-key-file=" + filepath.Join(pki, "sa.key"),
		"--token-auth-file=" + filepath.Join(pki, "tokens.csv"), "--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none", "--allow-privileged=true",
	}
}

// AwaitAPIServer waits until the API server is ready.
func (c *Cluster) AwaitAPIServer(ctx context.Context) error {
	transport, err := rest.TransportFor(c.Config())
	if err != nil {
		return fmt.Errorf("cannot reach the API server: %w", err)
	}
	return c.await(ctx, c.APIServer, &http.Client{Transport: transport, Timeout: 5 * time.Second}, c.host()+"/readyz")
}

// await polls a health endpoint of a process.
func (*Cluster) await(ctx context.Context, p *Process, client *http.Client, url string) error {
	return Until(ctx, patienceReady, p.Name+" ready", func(ctx context.Context) error {
		if !p.Running() {
			return fmt.Errorf("%s ended: see %s", p.Name, p.Log)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return fmt.Errorf("cannot ask %s: %w", url, err)
		}
		rsp, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("cannot ask %s: %w", p.Name, err)
		}
		defer func() { _ = rsp.Body.Close() }()
		if rsp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", p.Name, rsp.Status)
		}
		return nil
	})
}

func (c *Cluster) host() string { return "https://" + at(c.ports.APIServer) }

// at is the address of a port on loopback.
func at(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

// Config connects as cluster administrator.
func (c *Cluster) Config() *rest.Config { return c.configOf(c.adminToken) }

func (c *Cluster) configOf(token string) *rest.Config {
	return &rest.Config{
		Host: c.host(), BearerToken: token,
		TLSClientConfig: rest.TLSClientConfig{CAFile: filepath.Join(c.path("pki"), "apiserver.crt")},
	}
}

// writeKubeconfig for whoever has a token, as a file in the cluster's folder.
func (c *Cluster) writeKubeconfig(name, token string) error {
	ca, err := os.ReadFile(filepath.Join(c.path("pki"), "apiserver.crt"))
	if err != nil {
		return fmt.Errorf("cannot read the API server's certificate: %w", err)
	}
	const e2e = "function-dynamo"
	cfg := api.NewConfig()
	cfg.Clusters[e2e] = &api.Cluster{Server: c.host(), CertificateAuthorityData: ca}
	cfg.AuthInfos[e2e] = &api.AuthInfo{Token: token}
	cfg.Contexts[e2e] = &api.Context{Cluster: e2e, AuthInfo: e2e}
	cfg.CurrentContext = e2e
	if err := clientcmd.WriteToFile(*cfg, c.path(name)); err != nil {
		return fmt.Errorf("cannot write a kubeconfig: %w", err)
	}
	return nil
}

// startControllers starts what makes Deployments into running pods.
func (c *Cluster) startControllers(ctx context.Context) error {
	kubeconfig := c.path("kubeconfig")
	if err := c.start(ctx, &c.Controllers, "kube-controller-manager", "kubernetes/kube-controller-manager",
		"--kubeconfig="+kubeconfig, "--authentication-kubeconfig="+kubeconfig, "--authorization-kubeconfig="+kubeconfig,
		"--service-account-private-key-file="+filepath.Join(c.path("pki"), "sa.key"),
		"--leader-elect=false", "--secure-port=0",
		"--controllers=*,-node-ipam-controller,-node-route-controller,-cloud-node-lifecycle-controller",
		"--node-monitor-grace-period=5m", // kwok may be late on a busy machine
		"--horizontal-pod-autoscaler-sync-period=1s",
	); err != nil {
		return err
	}
	if err := c.start(ctx, &c.Scheduler, "kube-scheduler", "kubernetes/kube-scheduler",
		"--kubeconfig="+kubeconfig, "--leader-elect=false", "--secure-port=0"); err != nil {
		return err
	}
	return c.start(ctx, &c.Kwok, "kwok", "kwok",
		"--kubeconfig="+kubeconfig, "--manage-all-nodes=false", "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
		"--node-lease-duration-seconds=40")
}
