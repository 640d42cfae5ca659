"""Waits until the leader of a multinode replica accepts connections.

LEADER_HOST and LEADER_PORT say where it listens. A connection alone proves
nothing while a replica restarts: the leader that answers may be the old one, on
its way out. So the Kubernetes API is asked about the leader's pod as well, with
the account of this pod. Where the API refuses or cannot be reached, the port
alone decides.

ACCOUNT_PATH, for tests, is where the account's files are.
"""

import json
import os
import socket
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

POLL_SECONDS = 2
CONNECT_SECONDS = 3
API_SECONDS = 5
PROGRESS_SECONDS = 30
ACCOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"


class Account:
    """The pod's service account, read anew each time: tokens are rotated."""

    def __init__(self, path):
        self.path = path

    def read(self, name):
        try:
            with open(os.path.join(self.path, name), encoding="utf-8") as f:
                return f.read().strip()
        except OSError:
            return ""

    def tls(self):
        return ssl.create_default_context(cafile=os.path.join(self.path, "ca.crt"))


def leader_pod(host, account):
    """Name and namespace of the leader's pod, from NAME.SUBDOMAIN.NAMESPACE."""
    labels = host.split(".")
    return labels[0], labels[2] if len(labels) > 2 else account.read("namespace")


def ask(host, account):
    """What keeps the leader's pod from counting; empty where nothing does."""
    api, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    token = account.read("token")
    pod, namespace = leader_pod(host, account)
    if not (api and token and pod and namespace):
        return ""
    if ":" in api:
        api = f"[{api}]"
    path = f"/api/v1/namespaces/{urllib.parse.quote(namespace)}/pods/{urllib.parse.quote(pod)}"
    request = urllib.request.Request(f"https://{api}:{port}{path}", headers={"Authorization": f"Bearer {token}"})
    try:
        # No proxy: what a container sets for the outside does not lead to the API.
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=account.tls()))
        with opener.open(request, timeout=API_SECONDS) as response:
            return judge(json.load(response))
    except urllib.error.HTTPError as err:
        return "its pod does not exist" if err.code == 404 else ""
    except (OSError, ValueError):
        return ""


def judge(pod):
    if pod.get("metadata", {}).get("deletionTimestamp"):
        return "its pod is terminating"
    phase = pod.get("status", {}).get("phase")
    return "" if phase == "Running" else f"its pod is {phase or 'not scheduled'}"


def connect(host, port):
    """Why the leader's port accepts no connection; empty where it does."""
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS):
            return ""
    except OSError as err:
        return f"it does not accept connections ({err})"


def main():
    host, port = os.environ.get("LEADER_HOST", ""), os.environ.get("LEADER_PORT", "")
    if not host or not port.isdigit():
        sys.exit("wait-for-leader: set LEADER_HOST and LEADER_PORT")
    account = Account(os.environ.get("ACCOUNT_PATH", ACCOUNT_PATH))
    began = time.monotonic()
    told = began - PROGRESS_SECONDS
    while True:
        # The pod first: a port that answers afterwards is the one of that pod.
        why = ask(host, account) or connect(host, int(port))
        if not why:
            print(f"wait-for-leader: {host}:{port} is there", flush=True)
            return
        now = time.monotonic()
        if now - told >= PROGRESS_SECONDS:
            print(f"wait-for-leader: {host}:{port}: {why}; waiting for {now - began:.0f}s", flush=True)
            told = now
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()
