package functions_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/crossplane-contrib/function-dynamo/functions"
)

// keyPair is the key of the Secret with MPI's key pair.
const keyPair = "secret/mpi-ssh"

// privateKey of a response, in base64 as it is sent.
func privateKey(t *testing.T, rsp *fnv1.RunFunctionResponse) string {
	t.Helper()
	data := rsp.GetDesired().GetResources()[keyPair].GetResource().GetFields()["data"].GetStructValue().GetFields()
	key := data["private.key"].GetStringValue()
	if raw, err := base64.StdEncoding.DecodeString(key); err != nil || !bytes.Contains(raw, []byte("PRIVATE KEY")) {
		t.Fatalf("want a private key in base64, got %d bytes, %v", len(raw), err)
	}
	return key
}

// logTo writes all that is logged down.
type logTo struct {
	logging.Logger

	said *strings.Builder
}

func (l logTo) Info(msg string, values ...any)  { fmt.Fprintln(l.said, msg, values) }
func (l logTo) Debug(msg string, values ...any) { l.Info(msg, values...) }

// TestKeyStaysInSecret: a private key is in its Secret and nowhere else, not
// even in the log.
func TestKeyStaysInSecret(t *testing.T) {
	said := &strings.Builder{}
	log := logTo{Logger: logging.NewNopLogger(), said: said}
	req := answered(t, requestFor(t, manifests(t)["testdata/mpi.yaml"]))
	for _, state := range []string{"new", "observed"} {
		rsp, err := functions.New(log).RunFunction(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		key := privateKey(t, rsp)
		raw, err := base64.StdEncoding.DecodeString(key)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Split(string(raw), "\n")[1]
		next := applied(t, req, rsp)
		delete(rsp.GetDesired().GetResources(), keyPair)
		rest, err := protojson.Marshal(rsp)
		if err != nil {
			t.Fatal(err)
		}
		for place, text := range map[string]string{"response": string(rest), "log": said.String()} {
			if strings.Contains(text, key) || strings.Contains(text, line) {
				t.Errorf("%s key: want it in its Secret only, also found in the %s", state, place)
			}
		}
		req = next
	}
	if said.Len() == 0 {
		t.Error("want the function to log something, or this test says nothing")
	}
}

// TestKeyIsRandom: the function's default draws real keys, and only for a pair
// that does not exist.
func TestKeyIsRandom(t *testing.T) {
	req := answered(t, requestFor(t, manifests(t)["testdata/mpi.yaml"]))
	call := func(req *fnv1.RunFunctionRequest) *fnv1.RunFunctionResponse {
		rsp, err := functions.New(logging.NewNopLogger()).RunFunction(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		return rsp
	}
	first, second := call(req), call(req)
	if privateKey(t, first) == privateKey(t, second) {
		t.Error("want another key for each pair that is made")
	}
	if privateKey(t, first) == privateKey(t, run(t, req)) {
		t.Error("want no key of a test")
	}
	next := applied(t, req, first)
	if got := privateKey(t, call(next)); got != privateKey(t, first) {
		t.Error("want the pair that exists to stay")
	}
	if a, b := call(next), call(next); !proto.Equal(a, b) {
		t.Error("want equal answers as soon as the pair exists")
	}
}
