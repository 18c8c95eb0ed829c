"""Where a program of the real Agents SDK works: behind a proxy that records, tapped as ``tap`` says."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.peers.agents_sdk.upstream import Upstream

TEAM = Path(__file__).with_name("team.py")
KEY = "sk-only-for-this-test-0123456789"
PATIENCE_S = 90.0


def interpreter() -> str:
    """A Python that has the Agents SDK: named by AGENTS_PYTHON, or this one."""
    named = os.environ.get("AGENTS_PYTHON")
    if named is None and importlib.util.find_spec("agents") is None:
        raise RuntimeError("There is no openai-agents: install the extra `peers`, or name a Python in AGENTS_PYTHON.")
    return named or sys.executable


class Floor:
    """A proxy in a process of its own, and what it records."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.session = folder / "seen.session"
        self.upstream = upstream
        self._own = {**os.environ, "STREAM_INSPECTOR_HOME": str(folder / "home"), "QT_QPA_PLATFORM": "offscreen"}
        self._apps: list[subprocess.Popen[str]] = []
        command = ["proxy", "--upstream", upstream.url, "--record", str(self.session), "--json"]
        self._proxy = subprocess.Popen(
            [sys.executable, "-m", "inspector", *command], env=self._own, stdout=subprocess.PIPE, text=True
        )
        assert self._proxy.stdout is not None
        self.url = str(json.loads(self._proxy.stdout.readline())["proxy"]["url"])
        self._reader = threading.Thread(target=self._proxy.stdout.read)
        self._reader.start()

    def start(self, *scenes: str) -> subprocess.Popen[str]:
        """The Python program with these scenes."""
        return self.run("python", [interpreter(), str(TEAM), *scenes])

    def run(self, language: str, command: list[str]) -> subprocess.Popen[str]:
        """A program, begun from a shell in which what ``tap`` prints was pasted."""
        pasted = self.said("tap", "--url", self.url, "--shell", "bash")[1][language]["bash"]
        script = "\n".join([*pasted, 'exec "$0" "$@"'])
        environment = {name: value for name, value in self._own.items() if not name.startswith(("PYTHON", "STREAM"))}
        app = subprocess.Popen(
            ["bash", "-c", script, *command],
            env={**environment, "OPENAI_API_KEY": KEY, "OPENAI_AGENTS_DISABLE_TRACING": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._apps.append(app)
        return app

    def said(self, *words: str) -> tuple[int, Any]:
        """Exit status and last line of a command with ``--json``."""
        done = subprocess.run(
            [sys.executable, "-m", "inspector", *words, "--json"],
            env=self._own,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        lines = done.stdout.splitlines()
        return done.returncode, json.loads(lines[-1]) if lines else done.stderr

    def runs(self) -> list[Mapping[str, Any]]:
        """What ``diagnose`` says of the recording as it stands."""
        found: list[Mapping[str, Any]] = self.said("diagnose", str(self.session))[1]["runs"]
        return found

    def until(self, found: Callable[[list[Mapping[str, Any]]], bool]) -> list[Mapping[str, Any]]:
        """Judge again and again until something is found; fails where that takes too long."""
        pause, runs = threading.Event(), self.runs()
        for _ in range(int(PATIENCE_S)):
            runs = self.runs()
            if found(runs):
                return runs
            pause.wait(1.0)
        raise AssertionError(f"never seen: {json.dumps(runs, indent=1)}")

    def close(self) -> None:
        """End the proxy, and all apps that still run."""
        for app in self._apps:
            app.kill()
            app.communicate()
        self._proxy.terminate()
        self._proxy.wait(60)
        self._reader.join()
        assert self._proxy.stdout is not None
        self._proxy.stdout.close()


@contextmanager
def floor(folder: Path) -> Iterator[Floor]:
    """An upstream, and a proxy before it."""
    with Upstream().listening() as upstream:
        made = Floor(folder, upstream)
        try:
            yield made
        finally:
            made.close()


def ids(run: Mapping[str, Any]) -> set[str]:
    """The findings of a run."""
    return {finding["id"] for finding in run["findings"]}


def told(run: Mapping[str, Any], ident: str) -> str:
    """What a finding says."""
    return next(str(finding["text"]) for finding in run["findings"] if finding["id"] == ident)
