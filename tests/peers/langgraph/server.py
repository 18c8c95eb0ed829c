"""A real ``langgraph dev`` with the graphs of this folder, started in an empty folder and on a port of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import httpx

GRAPHS = Path(__file__).with_name("graphs.py")
READY_S = 90.0
_NAMES = re.compile(r"^(\w+) = ", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_QUIET = {"LANGGRAPH_CLI_NO_ANALYTICS": "1", "LANGGRAPH_NO_VERSION_CHECK": "true", "LANGSMITH_TRACING": "false"}


def executable() -> str:
    """The ``langgraph`` command: named by LANGGRAPH_BIN, beside this interpreter, or on the path."""
    beside = Path(sys.executable).with_name("langgraph")
    found = os.environ.get("LANGGRAPH_BIN") or (str(beside) if beside.exists() else shutil.which("langgraph"))
    if found is None:
        raise RuntimeError("There is no langgraph command: install the extra `peers`, or name it in LANGGRAPH_BIN.")
    return found


class Server:
    """One server process. ``folder`` keeps its state, so a server started there again finds its threads."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = _free_port()
        self.log = folder / "server.log"
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        source = GRAPHS.read_text(encoding="utf-8")
        (folder / "graphs.py").write_text(source, encoding="utf-8")
        graphs = {name: f"./graphs.py:{name}" for name in _NAMES.findall(source)}
        (folder / "langgraph.json").write_text(json.dumps({"dependencies": ["."], "graphs": graphs}), encoding="utf-8")

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        """Start it, and return once it answers on the port that was asked for."""
        command = [executable(), "dev", "--no-browser", "--no-reload", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--n-jobs-per-worker", "10"]
        path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
        environment = {**os.environ, **_QUIET, **self._environment, "PATH": path, "PYTHONUNBUFFERED": "1"}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self._await()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it with all that it started; a server that does not go within 20 s is killed."""
        process, self._process = self._process, None
        if process is None:
            return
        _signal(process, how)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait(60)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        self.stop(signal.SIGKILL)

    def _await(self) -> None:
        """``/ok``, then ``/info``. A busy port is silently replaced by another, which only the log tells."""
        waiting = threading.Event()
        for _ in range(int(READY_S / 0.25)):
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError(f"The server ended at once:\n{self._said()[-2000:]}")
            try:
                if httpx.get(self.url + "/ok", timeout=5).json().get("ok") is True:
                    break
            except (httpx.HTTPError, ValueError):
                waiting.wait(0.25)
        else:
            raise RuntimeError(f"The server was not ready within {READY_S:.0f} s:\n{self._said()[-2000:]}")
        told = re.search(r"API:\s*http://[^\s:]+:(\d+)", self._said())
        if told is None or int(told[1]) != self.port:
            raise RuntimeError(f"Port {self.port} was asked for; the server says {told[1] if told else 'nothing'}.")
        assert httpx.get(self.url + "/info", timeout=60).json()["version"]

    def _said(self) -> str:
        return _ANSI.sub("", self.log.read_text(encoding="utf-8", errors="replace"))


def _signal(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """To the whole session: the command starts helpers of its own."""
    try:
        os.killpg(process.pid, how)
    except ProcessLookupError:
        return


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
