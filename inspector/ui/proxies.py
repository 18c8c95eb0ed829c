"""The capture proxies that were started here: each is a process of its own, so that no crash of ours breaks an app."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

TOKEN = "STREAM_INSPECTOR_PROXY_TOKEN"
HEADER = "x-inspector-token"
PATIENCE_MS = 3_000
"""How long a proxy may take to finish its recording."""


@dataclass(frozen=True, slots=True)
class Running:
    """A proxy that listens. ``base`` is what the app's base URL is to be; ``record`` the session it writes."""

    url: str
    base: str
    port: int
    upstream: str
    record: Path | None
    token: str


class Proxy(QObject):
    """One process. ``listens`` carries its Running; ``ended`` a sentence why it did not begin, or nothing."""

    listens = Signal(object)
    ended = Signal(str)

    def __init__(self, upstream: str, port: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running: Running | None = None
        self._token = secrets.token_urlsafe(24)
        self._said = b""
        self.process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert(TOKEN, self._token)
        self.process.setProcessEnvironment(environment)
        self.process.setProgram(sys.executable)
        words = ["-m", "inspector", "proxy", "--upstream", upstream, "--port", str(port), "--json"]
        self.process.setArguments(words)
        self.process.readyReadStandardOutput.connect(self._read)
        self.process.finished.connect(self._over)
        self.process.errorOccurred.connect(self._over)

    def begin(self) -> None:
        """Start it; ``listens`` or ``ended`` follow."""
        self.process.start()

    def stop(self) -> None:
        """Let it finish its recording and end."""
        self.process.terminate()

    def stop_now(self) -> None:
        """The same, and wait for it, but not for ever."""
        self.process.blockSignals(True)
        self.process.terminate()
        if not self.process.waitForFinished(PATIENCE_MS):
            self.process.kill()
            self.process.waitForFinished(PATIENCE_MS)

    def _read(self) -> None:
        self._said += bytes(self.process.readAllStandardOutput().data())
        *lines, self._said = self._said.split(b"\n")
        for line in lines:
            if self.running is None:
                self._begun(line)

    def _begun(self, line: bytes) -> None:
        try:
            told = json.loads(line)
            proxy, record = told["proxy"], told["record"]
            path = None if record is None else Path(record)
            self.running = Running(
                proxy["url"], proxy["base"], int(proxy["port"]), proxy["upstream"], path, self._token
            )
        except (ValueError, KeyError, TypeError):
            return
        self.listens.emit(self.running)

    def _over(self, *_: object) -> None:
        if self.process.state() is not QProcess.ProcessState.NotRunning:
            return
        said = bytes(self.process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        last = said.splitlines()[-1] if said else self.process.errorString()
        self.ended.emit("" if self.running is not None else last.removeprefix("stream-inspector: "))


class Proxies(QObject):
    """All of them. ``began`` carries a Running, ``ended`` one that has gone."""

    began = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: list[Proxy] = []

    def start(self, upstream: str, port: int) -> Proxy:
        """Start one; it tells itself when it listens, or why it does not."""
        proxy = Proxy(upstream, port, self)
        self.all.append(proxy)
        proxy.listens.connect(self.began)
        proxy.ended.connect(lambda _: self._over(proxy))
        proxy.begin()
        return proxy

    def running(self) -> list[Running]:
        """Those that listen."""
        return [proxy.running for proxy in self.all if proxy.running is not None]

    def warning(self) -> str:
        """What closing the window does to apps that use one; empty where none runs."""
        ports = ", ".join(str(each.port) for each in self.running())
        if not ports:
            return ""
        told = self.tr("The capture proxy on port %1 ends with this window: an app that uses it loses its connection.")
        return told.replace("%1", ports)

    def close(self) -> None:
        """End all of them."""
        for proxy in self.all:
            proxy.stop_now()
        self.all = []

    def _over(self, proxy: Proxy) -> None:
        if proxy in self.all:
            self.all.remove(proxy)
        if proxy.running is not None:
            self.ended.emit(proxy.running)
        proxy.deleteLater()
