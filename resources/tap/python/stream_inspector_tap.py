"""Tells Stream Inspector of the starts and ends of an Agents SDK program's traces and spans, as they happen.

Set by ``STREAM_INSPECTOR_TAP=http://127.0.0.1:PORT`` in the environment; without it nothing is done. What goes wrong in
here is kept from the program: it is never stopped, slowed down, kept alive or printed into. Events wait for a thread in
a queue that forgets the oldest where nobody takes them. Needs the standard library alone, of Python 3.9 and later.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import math
import os
import socket
import sys
import threading
import time
import uuid
from collections import deque
from http.client import HTTPConnection, HTTPSConnection
from importlib.util import find_spec
from urllib.parse import urlsplit

VARIABLE = "STREAM_INSPECTOR_TAP"
PATH = "/v1/traces/tap"
MOST_WAITING = 5_000
"""Events that wait; the oldest are forgotten beyond that."""
MOST_IN_ONE_POST = 200
MOST_BYTES = 1_000_000
"""Of one event; longer texts in it are cut, first at LONGEST_TEXT."""
LONGEST_TEXT = 50_000
ANSWER_WITHIN_S = 5.0
PAUSES_S = (0.1, 0.3, 1.0, 2.0, 5.0)
"""Between attempts while nobody listens."""
GOODBYE_S = 1.0
"""How long the end of the program may take for what was not sent; nothing where nobody listens."""


def install():
    """Set the tap, to be connected when the SDK is imported. Does nothing without the address."""
    if os.environ.get(VARIABLE) and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Stands in front of the import system until ``agents`` was imported."""

    def __init__(self):
        self._busy = threading.local()

    def find_spec(self, name, path=None, target=None):
        """The spec that the others find, with a loader that connects the tap afterwards."""
        if name != "agents" or getattr(self._busy, "now", False):
            return None
        self._busy.now = True
        try:
            spec = find_spec(name)
        finally:
            self._busy.now = False
        if spec is not None and spec.loader is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(spec.loader, self)
        return spec


class _Loader:
    """The module's own loader, and then the tap."""

    def __init__(self, own, finder):
        self._own = own
        self._finder = finder

    def __getattr__(self, name):
        return getattr(self._own, name)

    def create_module(self, spec):
        """As the module's own loader does."""
        return self._own.create_module(spec)

    def exec_module(self, module):
        """Run the module, take all that is ours out of it, and connect the tap if it is the SDK."""
        with contextlib.suppress(Exception):
            module.__spec__.loader = self._own
            module.__loader__ = self._own
        self._own.exec_module(module)
        with contextlib.suppress(Exception):
            sys.meta_path.remove(self._finder)
            connect(module)


def connect(agents, address=None):
    """Add a tracing processor to every trace provider that the SDK has or will make.

    Not by ``add_trace_processor``: it would make the provider before the program could choose one of its own, and a
    later ``set_trace_processors`` would throw the tap out. Another module called ``agents`` is left alone.
    """
    tracing = getattr(agents, "tracing", None)
    if tracing is None or not hasattr(tracing, "add_trace_processor"):
        return
    tap = Tap(Sender(address or os.environ[VARIABLE]))
    providers = sys.modules.get("agents.tracing.provider")
    kind = getattr(providers, "DefaultTraceProvider", None)
    if kind is None:
        tracing.add_trace_processor(tap)
        return
    _keep_in(kind, tap)
    setup = sys.modules.get("agents.tracing.setup")
    present = getattr(setup, "GLOBAL_TRACE_PROVIDER", None)
    if present is not None:
        present.register_processor(tap)
    for module in (setup, tracing, agents):
        chosen = getattr(module, "set_trace_provider", None)
        if chosen is not None:
            module.set_trace_provider = _then_add(chosen, kind, tap)


def _keep_in(kind, tap):
    """Let every provider of this class have the tap from the start, and whichever processors are set later."""
    begin, choose = kind.__init__, kind.set_processors

    @functools.wraps(begin)
    def __init__(self, *args, **more):
        begin(self, *args, **more)
        with contextlib.suppress(Exception):
            self.register_processor(tap)

    @functools.wraps(choose)
    def set_processors(self, processors):
        choose(self, [*processors, tap])

    kind.__init__, kind.set_processors = __init__, set_processors


def _then_add(choose, kind, tap):
    """``set_trace_provider``, for providers that are not of the SDK's own class."""

    @functools.wraps(choose)
    def set_trace_provider(provider):
        choose(provider)
        with contextlib.suppress(Exception):
            if not isinstance(provider, kind):
                provider.register_processor(tap)

    return set_trace_provider


class Tap:
    """A tracing processor of the SDK: hands every start and end to the sender."""

    def __init__(self, sender):
        self._sender = sender

    def on_trace_start(self, trace):
        """A trace began."""
        self._tell("trace_start", trace)

    def on_trace_end(self, trace):
        """A trace ended."""
        self._tell("trace_end", trace)

    def on_span_start(self, span):
        """A span began."""
        self._tell("span_start", span)

    def on_span_end(self, span):
        """A span ended."""
        self._tell("span_end", span)

    def shutdown(self, timeout=None):
        """The program ends."""
        with contextlib.suppress(Exception):
            self._sender.goodbye()

    def force_flush(self):
        """Nothing is held back."""

    def _tell(self, word, item):
        with contextlib.suppress(Exception):
            exported = item.export()
            if exported:
                self._sender.put({"is": word, "t": self._sender.now(), "item": exported})


class Sender:
    """Posts events from a thread of its own, which begins with the first of them. Works on in a forked child."""

    def __init__(self, address):
        parts = urlsplit(address if "//" in address else f"http://{address}")
        secure = parts.scheme == "https"
        self._connect = functools.partial(
            HTTPSConnection if secure else HTTPConnection, parts.hostname, parts.port, timeout=ANSWER_WITHIN_S
        )
        self._host = parts.netloc.rpartition("@")[2]
        self._path = parts.path.rstrip("/").removesuffix(PATH).removesuffix("/v1") + PATH
        self._line = self._life = None
        "host".encode(
            "idna"
        )  # imports what a first connection needs: a fork in the midst of that would leave it half done
        self._begin()
        atexit.register(self._at_exit)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._begin)

    def _begin(self):
        """The state of one process: in a forked child, of that one."""
        self._hang_up()
        self._let_go()
        self._app = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._zero = time.monotonic()
        self._waiting = deque(maxlen=MOST_WAITING)
        self._more = threading.Event()
        self._idle = threading.Event()
        self._lock = threading.Lock()
        self._thread = None
        self._heard = True
        self._said_goodbye = False

    def now(self):
        """Milliseconds since the tap was set."""
        return round((time.monotonic() - self._zero) * 1000.0, 1)

    def put(self, event):
        """Have it posted soon."""
        self._said_goodbye = event["is"] == "shutdown"
        self._waiting.append(event)
        self._idle.clear()
        self._more.set()
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="stream-inspector-tap", daemon=True)
                    self._thread.start()

    def goodbye(self):
        """Say that nothing more will come, and wait a moment for it to be sent if somebody listens."""
        if self._said_goodbye or self._thread is None:
            return
        self.put({"is": "shutdown", "t": self.now()})
        until = time.monotonic() + GOODBYE_S
        while self._heard and time.monotonic() < until and not self._idle.wait(0.02):
            pass

    def _at_exit(self):
        with contextlib.suppress(Exception):
            self.goodbye()

    def _run(self):
        """Post what waits, until the process ends."""
        failed = 0
        while True:
            self._more.wait()
            self._more.clear()
            batch = self._batch()
            while batch:
                self._heard = self._post(batch)
                if self._heard:
                    failed, batch = 0, self._batch()
                    continue
                time.sleep(PAUSES_S[min(failed, len(PAUSES_S) - 1)])
                failed += 1
            if self._said_goodbye:
                self._hang_up()
                self._let_go()
            if not self._more.is_set():
                self._idle.set()

    def _batch(self):
        """The next events as JSON texts."""
        batch, size = [], 0
        while self._waiting and len(batch) < MOST_IN_ONE_POST and size < MOST_BYTES:
            with contextlib.suppress(Exception):
                batch.append(encoded(self._waiting.popleft()))
                size += len(batch[-1])
        return batch

    def _post(self, batch):
        """Whether they arrived. What the other side refuses has arrived too: it would be refused again."""
        body = b'{"data":[' + b",".join(batch) + b"]}"
        headers = {"content-type": "application/json", "user-agent": "stream-inspector-tap/python"}
        headers["x-stream-inspector-app"] = self._app
        fresh = False
        while not fresh:
            with contextlib.suppress(Exception):
                if self._line is None:
                    fresh, self._line = True, self._connect()
                    self._line.connect()
                    self._line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._hold()
                self._line.request("POST", self._path, body, headers)
                answer = self._line.getresponse()
                answer.read()
                if answer.will_close:
                    self._hang_up()
                return answer.status < 500
            self._hang_up()
        return False

    def _hold(self):
        """Hold a request open that nobody reads: it ends when the process does, however that happens."""
        with contextlib.suppress(Exception):
            if self._life is not None and not _ended(self._life.sock):
                return
            self._life = self._connect()
            self._life.connect()
            head = f"GET {self._path} HTTP/1.1\r\nhost: {self._host}\r\nx-stream-inspector-app: {self._app}\r\n\r\n"
            self._life.sock.sendall(head.encode())

    def _let_go(self):
        held, self._life = self._life, None
        if held is not None:
            with contextlib.suppress(Exception):
                held.close()

    def _hang_up(self):
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(Exception):
                line.close()


def _ended(held):
    """Whether the other side has closed it. Reads away what it said."""
    held.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while held.recv(1000):
            pass
        return True
    return False


def encoded(event):
    """The event as JSON: other values as text, and long texts cut where it would be too long."""
    with contextlib.suppress(ValueError, TypeError, RecursionError):
        body = _json(event)
        if len(body) <= MOST_BYTES:
            return body
    longest = LONGEST_TEXT
    while len(body := _json(_plain(event, longest))) > MOST_BYTES and longest > 100:
        longest //= 10
    return body


def _json(value):
    return json.dumps(value, default=str, separators=(",", ":"), allow_nan=False).encode()


def _plain(value, longest, depth=0):
    """The value with nothing in it that JSON cannot hold, and nothing long."""
    if depth > 20 or (isinstance(value, float) and not math.isfinite(value)):
        return str(value)[:longest]
    if isinstance(value, str) and len(value) > longest:
        return f"{value[:longest]}… ({len(value):,} characters)"
    if isinstance(value, dict):
        return {str(key): _plain(inner, longest, depth + 1) for key, inner in list(value.items())[:longest]}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, longest, depth + 1) for inner in value[:longest]]
    return value
