"""Publishes what a profiler does and what it makes, in a ConfigMap.

It runs beside the profiler, in its pod and in its image: so it uses the standard
library of Python 3.8 alone, and the account of the pod. It asks the Kubernetes
API whether the profiler's container ended, and hands on progress until then. At
the end it publishes the result, or why there is none; whoever made the pod can
read neither pods nor logs.

The ConfigMap is applied, never created: what publishes as its pod is deleted must
not bring back a ConfigMap that was deleted with it.

RELAY_CONTAINER    the profiler's container
RELAY_CONFIGMAP    the ConfigMap
RELAY_ATTEMPT      what tells this run from earlier ones, published as it is
RELAY_RESULTS      names of the result files, with commas; the first must be there
RELAY_STATUS_FILE  the file in which the profiler says how far it is, if it does
POD_NAME, POD_NAMESPACE
ACCOUNT_PATH, OUTPUT_PATH  for tests, where account and output are
"""

import http.client
import json
import os
import re
import signal
import ssl
import stat
import sys
import time
import urllib.parse

ACCOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
OUTPUT_PATH = "/data"
MANAGER = "dynamo-profiler-relay"
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"

POLL_SECONDS = 5
PROGRESS_SECONDS = 10  # Each publication wakes who reads it.
API_SECONDS = 10
BACKOFF_SECONDS = 30
GRACE_SECONDS = 10  # For a volume that shows late what was written.
STATUS_SECONDS = 120
WATCH_SECONDS = 4 * 3600  # A profiler runs for hours: an outage must not end it.
PUBLISH_SECONDS = 1800
STOP_SECONDS = 16  # Kubernetes kills after 30.
STOP_API_SECONDS = 4

RESULT_BYTES = 1000000  # A ConfigMap takes 1 MiB.
STATUS_BYTES = 65536
TEXT_BYTES = 512
CLEAN_CHARS = 4096

STATUS, ERROR, ATTEMPT, PHASE, MESSAGE = "profiler_status", "profiler_error", "profiler_attempt", "phase", "message"
RUNNING, SUCCESS, FAILED = "running", "success", "failed"
ENDED = "the pod was ended before the profiler"

# Reasons for which each container waits at first.
USUAL = ("", "ContainerCreating", "PodInitializing")
# Answers after which asking again is of use: rights and objects may come late.
PASSING = (401, 403, 404, 408, 409, 425, 429)
REFUSED = (401, 403, 404)

# What looks like a secret. Names of settings and amounts of tokens do not.
SECRETS = (
    (re.compile(r"(://)[^/@\s]+@"), r"\1***@"),
    (re.compile(r"(://[^\s?\"'<>]*\?)[^\s\"'<>]+"), r"\1***"),
    (re.compile(r"(?i)(authorization[\"']?\s*[=:]\s*)[\"']?(?:\w+\s+)?[^\s\"']+"), r"\1***"),
    (re.compile(r"(?i)(bearer\s+)[\w.~+/=-]{6,}"), r"\1***"),
    (re.compile(r"(?i)((?:secret|passw(?:or)?d|api[_-]?key|access[_-]?key|credential)[\w-]*[\"']?\s*[=:]\s*[\"']?)[^\s,;&\"']+"), r"\1***"),
    (re.compile(r"(?i)(token(?!iz)[\w-]*[\"']?\s*[=:]\s*[\"']?)(?!\d+\b)[^\s,;&\"']{6,}"), r"\1***"),
    (re.compile(r"\b(?:hf_|nvapi-|sk-|gh[a-z]_|github_pat_|AKIA|eyJ)[\w.=-]{8,}"), "***"),
    (re.compile(r"(?<!sha256:)\b(?=[A-Za-z+=]*\d)[A-Za-z0-9+=]{32,}"), "***"),
)
# What JSON may hold as it is, and YAML, as which it is read, may not or reads as a line's end.
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Trouble(Exception):
    """Why the API did not do what it was asked for."""

    def __init__(self, text, status=0, after=0):
        super().__init__(text)
        self.status = status
        self.after = after
        self.passes = status == 0 or status in PASSING or status >= 500


class Stopped(BaseException):
    """The pod is ended."""


def clean(text, limit=TEXT_BYTES):
    """The text as one line, without secrets and of bounded length."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(text) > CLEAN_CHARS:
        text = text[:CLEAN_CHARS].rpartition(" ")[0]
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    raw = text.encode("utf-8", "replace")
    if len(raw) <= limit:
        return text
    return raw[:limit - 3].decode("utf-8", "ignore") + "..."


def last_line(text):
    """The last line that is not empty. Kubernetes keeps the end of a log: where
    that is one line, its first word may be half of one, even of a secret."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and len(text) > 2000:
        return text.partition(" ")[2]
    return lines[-1] if lines else ""


def scalar(text):
    """The value of a YAML scalar, as far as a status file has them."""
    text = re.sub(r"^[|>][+-]?\s+", "", text.strip())
    if text in ("null", "~", "|", ">", "|-", ">-"):
        return ""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return json.loads(text, strict=False)
        except ValueError:
            return text[1:-1]
    return text


def parse(text):
    """The values of flat YAML: lines of key: value, of which an indented line
    goes on with the one before."""
    values, key = {}, ""
    for line in text.splitlines():
        match = re.match(r"(\w+):(?:\s+(.*))?$", line)
        if match:
            key = match.group(1)
            values[key] = match.group(2) or ""
        elif not line[:1].isspace():
            key = ""
        elif key:
            values[key] += " " + line.strip()
    return {key: scalar(value) for key, value in values.items()}


def read_file(path, limit):
    """The text of a file, None where there is none. It does not follow links: the
    account's token is a file as well. A ValueError says what is wrong."""
    name = os.path.basename(path)
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as err:
        raise ValueError(f"{name} cannot be read: {err.strerror}") from None
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise ValueError(f"{name} is not a regular file")
        raw = read_bytes(fd, limit + 1)
    except OSError as err:
        raise ValueError(f"{name} cannot be read: {err.strerror}") from None
    finally:
        os.close(fd)
    if len(raw) > limit:
        raise ValueError(f"{name} has more than {limit} bytes, which is more than a ConfigMap takes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as err:
        raise ValueError(f"{name} is not UTF-8: byte {err.start} is wrong") from None


def read_bytes(fd, limit):
    """What a file holds, up to a limit."""
    raw = b""
    while len(raw) < limit:
        more = os.read(fd, limit - len(raw))
        if not more:
            break
        raw += more
    return raw


class API:
    """The Kubernetes API, as the pod's account. Each question has a connection of
    its own, that no proxy sees, and reads the account anew: tokens are rotated."""

    def __init__(self, account):
        self.account = account
        self.seconds = API_SECONDS

    def get(self, path, accept="application/json"):
        return self.ask("GET", path, {"Accept": accept})

    def apply(self, path, body):
        text = UNPRINTABLE.sub(lambda c: f"\\u{ord(c.group()):04x}", json.dumps(body, ensure_ascii=False))
        query = urllib.parse.urlencode({"fieldManager": MANAGER, "force": "true"})
        return self.ask("PATCH", f"{path}?{query}", {"Content-Type": "application/apply-patch+yaml"}, text.encode("utf-8"))

    def ask(self, method, path, headers, body=None):
        what = f"{method} {path.partition('?')[0]}"
        try:
            connection = self.connect()
            try:
                connection.request(method, path, body, {"Authorization": f"Bearer {self.token()}", **headers})
                response = connection.getresponse()
                raw = response.read()
            finally:
                connection.close()
            if response.status < 300:
                return dict(json.loads(raw))
        except (OSError, http.client.HTTPException) as err:
            raise Trouble(f"{what}: {type(err).__name__}: {err}") from None
        except (ValueError, TypeError) as err:  # Its text may hold what it is about, even the token.
            raise Trouble(f"{what}: {type(err).__name__}") from None
        after = response.getheader("Retry-After", "")
        raise Trouble(f"{what}: {response.status} {reason(raw)}", response.status, int(after) if after.isdigit() else 0)

    def connect(self):
        tls = ssl.create_default_context(cafile=os.path.join(self.account, "ca.crt"))
        # From 3.13 on Python refuses authorities that clusters have and all other clients take.
        tls.verify_flags &= ~ssl.VERIFY_X509_STRICT
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], int(os.environ.get("KUBERNETES_SERVICE_PORT") or 443)
        return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=tls)

    def token(self):
        with open(os.path.join(self.account, "token"), encoding="ascii") as f:
            return f.read().strip()


def reason(raw):
    """What an answer of the API says that did not do what it was asked for."""
    try:
        return json.loads(raw)["message"]
    except (ValueError, KeyError, TypeError):
        return raw.decode("utf-8", "replace")


class Profiler:
    """What the profiler writes, and what its end means."""

    def __init__(self, env):
        self.output = env.get("OUTPUT_PATH", OUTPUT_PATH)
        self.names = [name for name in env["RELAY_RESULTS"].split(",") if name]
        self.status_file = env.get("RELAY_STATUS_FILE", "")

    def status(self):
        """What the status file says; nothing where there is none, or garbage."""
        if not self.status_file:
            return {}
        try:
            return parse(read_file(os.path.join(self.output, self.status_file), STATUS_BYTES) or "")
        except ValueError:
            return {}

    def results(self):
        """The result files that there are. A ValueError says what is wrong."""
        files = {}
        for name in self.names:
            text = read_file(os.path.join(self.output, name), RESULT_BYTES)
            if text is not None:
                files[name] = text
        first = self.names[0]
        if first not in files:
            raise ValueError(f"the profiler ended without writing {first}")
        if not files[first].strip():
            raise ValueError(f"{first} is empty")
        if sum(len(text.encode("utf-8")) for text in files.values()) > RESULT_BYTES:
            raise ValueError(f"{', '.join(files)} have more than {RESULT_BYTES} bytes together, which is more than a ConfigMap takes")
        return files

    def judge(self, terminated):
        """What to publish of a profiler that ended, and whether waiting may still
        change it."""
        status = self.status()
        said = status.get("status", "")
        code = terminated.get("exitCode")
        if said == FAILED or code != 0:
            why = status.get("error") or (f"{self.status_file} says that it failed" if code == 0 else how_it_ended(terminated))
            return failed(why, status), not self.status_file or said == FAILED
        if said not in ("", SUCCESS):
            return failed(f"{self.status_file} says {said!r} of a profiler that ended, neither {SUCCESS} nor {FAILED}", status), False
        try:
            files = self.results()
        except ValueError as err:
            return failed(str(err), status), False
        return dict(report(SUCCESS, status), **files), not self.status_file or said == SUCCESS


def how_it_ended(terminated):
    """The end of a container, as Kubernetes tells it."""
    why = terminated.get("reason") or ""
    line = last_line(terminated.get("message") or "")
    out = f"the profiler ended with exit code {terminated.get('exitCode')}"
    if why not in ("", "Error"):
        out += f" ({why})"
    return f"{out}: {line}" if line else out


def report(state, said):
    """What is published in each state: the state, and how far the profiler is."""
    out = {STATUS: state}
    for key in (PHASE, MESSAGE):
        text = clean(said.get(key, ""))
        if text:
            out[key] = text
    return out


def failed(why, said=None):
    return dict(report(FAILED, said or {}), **{ERROR: clean(why)})


class Relay:
    def __init__(self, env):
        self.profiler = Profiler(env)
        self.api = API(env.get("ACCOUNT_PATH", ACCOUNT_PATH))
        self.attempt = env.get("RELAY_ATTEMPT", "")
        self.container = env["RELAY_CONTAINER"]
        self.name = env["RELAY_CONFIGMAP"]
        namespace = f"/api/v1/namespaces/{quote(env['POD_NAMESPACE'])}"
        self.pod = f"{namespace}/pods/{quote(env['POD_NAME'])}"
        self.configmap = f"{namespace}/configmaps/{quote(self.name)}"
        self.told = ""
        self.published = {}
        self.next = 0
        self.final = None
        self.stopped = False

    def run(self):
        """Relays until the profiler ended, and says whether its end is published."""
        signal.signal(signal.SIGTERM, self.stop)
        try:
            self.final = self.conclude()
            return self.publish(self.final, PUBLISH_SECONDS)
        except Stopped:
            self.stopped = True
            self.api.seconds = STOP_API_SECONDS
            self.tell("the pod ends")
            return self.publish(self.final or self.last_look(), STOP_SECONDS)

    def stop(self, *_):
        if not self.stopped:
            self.stopped = True
            raise Stopped

    def conclude(self):
        """Waits for the profiler's end, and for what it wrote last: what to
        publish of it."""
        try:
            terminated = self.watch()
        except Trouble as err:
            return failed(f"it is not known whether the profiler ended: {err}", self.profiler.status())
        self.tell(how_it_ended(terminated))
        waits = STATUS_SECONDS if self.profiler.status_file and terminated.get("exitCode") == 0 else GRACE_SECONDS
        end = time.monotonic() + waits
        while True:
            out, settled = self.profiler.judge(terminated)
            if settled or time.monotonic() >= end:
                return out
            time.sleep(2)

    def watch(self):
        """Waits until the profiler's container terminated, and returns how."""
        seen = time.monotonic()
        while not self.stopped:
            pause, note = POLL_SECONDS, ""
            try:
                state = self.look()
                seen = time.monotonic()
                if state.get("terminated"):
                    return state["terminated"]
                note = waits(state)
            except Trouble as err:
                self.tell(str(err))
                if time.monotonic() - seen > WATCH_SECONDS:
                    raise
                pause = max(POLL_SECONDS, min(err.after, BACKOFF_SECONDS))
                # Whoever may not read pods may still be able to say so.
                note = f"the relay cannot see its pod: {err}" if err.status in REFUSED else None
            if note is not None:
                self.progress(note)
            time.sleep(pause)
        raise Stopped  # Where it was raised, it went unheard.

    def look(self):
        """The state of the profiler's container."""
        pod = self.api.get(self.pod)
        if (pod.get("metadata") or {}).get("deletionTimestamp"):
            self.stop()
        for container in (pod.get("status") or {}).get("containerStatuses") or []:
            if container.get("name") == self.container:
                return container.get("state") or {}
        return {}

    def last_look(self):
        """What to publish as the pod ends: a result, if the profiler has made it."""
        try:
            terminated = self.look().get("terminated")
        except Trouble as err:
            self.tell(str(err))
            terminated = None
        if terminated:
            out, _ = self.profiler.judge(terminated)
            if out[STATUS] == SUCCESS:
                return out
        return failed(ENDED, self.profiler.status())

    def progress(self, note):
        """Publishes how far the profiler is, where that changed; if it cannot be
        published now, then later."""
        said = self.profiler.status()
        data = report(RUNNING, dict(said, message=note) if note else said)
        if data == self.published or time.monotonic() < self.next:
            return
        self.next = time.monotonic() + PROGRESS_SECONDS
        try:
            self.write(data)
        except Trouble as err:
            self.tell(str(err))
            return
        self.published = data
        self.tell(" ".join(["the profiler runs", *(data[k] for k in (PHASE, MESSAGE) if k in data)]))

    def publish(self, data, patience):
        """Publishes a report until it is there, and says whether it is."""
        err = self.insist(data, patience)
        if err and not err.passes and data[STATUS] == SUCCESS:
            err = self.insist(failed(f"the result was refused: {err}"), patience)
        self.tell(f"not published in ConfigMap {self.name}: {err}" if err else f"published in ConfigMap {self.name}: {data[STATUS]}")
        return err is None

    def insist(self, data, patience):
        """Writes again and again, for as long as that may help: what stood in the
        way at last, None if nothing did."""
        end, pause = time.monotonic() + patience, 1
        while True:
            try:
                self.write(data)
                return None
            except Trouble as err:
                wait = max(pause, min(err.after, BACKOFF_SECONDS))
                gone = self.stopped and err.status == 404  # With its owner, as the pod is.
                if gone or not err.passes or time.monotonic() + wait > end:
                    return err
                self.tell(str(err))
            time.sleep(wait)
            pause = min(2 * pause, BACKOFF_SECONDS)

    def write(self, data):
        """Applies the ConfigMap, if it is there: with its UID it is not made anew."""
        meta = self.api.get(self.configmap, METADATA).get("metadata") or {}
        self.api.apply(self.configmap, {
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": self.name, "uid": meta.get("uid") or "unknown"},
            "data": dict({ATTEMPT: self.attempt}, **data),
        })

    def tell(self, text):
        """Says something once."""
        if text != self.told:
            self.told = text
            print(f"relay: {clean(text, 1024)}", file=sys.stderr, flush=True)


def waits(state):
    """Why a container does not start, if there is more to it than time."""
    waiting = state.get("waiting") or {}
    why = waiting.get("reason") or ""
    if why in USUAL:
        return ""
    return f"the profiler does not start: {why}: {waiting.get('message') or ''}".rstrip(": ")


def quote(name):
    return urllib.parse.quote(name, safe="")


def main():
    needed = ("RELAY_CONTAINER", "RELAY_CONFIGMAP", "RELAY_RESULTS", "POD_NAME", "POD_NAMESPACE", "KUBERNETES_SERVICE_HOST")
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        sys.exit(f"relay: set {', '.join(missing)}")
    published = Relay(os.environ).run()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0 if published else 1)


if __name__ == "__main__":
    main()
