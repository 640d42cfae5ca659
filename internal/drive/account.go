package drive

import (
	"encoding/pem"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// Token of the account.
const Token = "eyJhbGciOi.secret"

// Account is a folder as Kubernetes mounts it for a pod's account, in namespace
// team. It trusts a server; without one nobody.
func Account(t *testing.T, server *httptest.Server) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]byte{"namespace": []byte("team"), "token": []byte(Token + "\n")}
	if server != nil {
		files["ca.crt"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// InCluster is the environment of a pod whose Kubernetes API is a server, for
// scripts that read ACCOUNT_PATH.
func InCluster(t *testing.T, server *httptest.Server) []string {
	t.Helper()
	host, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return []string{"KUBERNETES_SERVICE_HOST=" + host, "KUBERNETES_SERVICE_PORT=" + port, "ACCOUNT_PATH=" + Account(t, server)}
}
