package claim

import (
	"fmt"
	"net"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Keys of what users connect with. The definition of claims of graphs lists them:
// Crossplane drops others.
const (
	keyHost = "host"
	keyPort = "port"
	keyURL  = "url"
)

// fieldConnection of a composite asks for a Secret with what users connect with.
const fieldConnection = "writeConnectionSecretToRef"

// warnOfConnection warns of a Secret that is asked for and has nothing in it.
func (s scope) warnOfConnection() []string {
	if _, asked := s.xr.Spec()[fieldConnection]; !asked || s.kind == v1alpha1.GraphKind {
		return nil
	}
	return []string{fmt.Sprintf("%s: nobody connects to a %s, and its Secret stays empty: leave it out, or claim a %s",
		field.NewPath("spec", fieldConnection), s.kind, v1alpha1.GraphKind)}
}

// connect says where a graph is reached inside of the cluster: at the Service of its
// frontend, of several the first one. Nothing without one, and of other kinds.
func (s scope) connect(manifest map[string]any) map[string]string {
	if s.kind != v1alpha1.GraphKind {
		return nil
	}
	_, graph, err := convert.DecodeGraph(manifest)
	if err != nil {
		return nil // The graph's own layer says what is wrong.
	}
	i := slices.IndexFunc(graph.Components, func(c dynamo.Component) bool { return c.Type == dynamo.TypeFrontend })
	if i < 0 {
		return nil
	}
	host := fmt.Sprintf("%s.%s.svc", names.Service(graph.Components[i].Name), graph.Namespace)
	port := strconv.Itoa(int(ports.HTTP))
	return map[string]string{keyHost: host, keyPort: port, keyURL: "http://" + net.JoinHostPort(host, port)}
}
