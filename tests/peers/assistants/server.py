"""A real llamphouse with the assistants of this folder, on a port of its own. It needs no key and no network."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx

AGENTS = Path(__file__).with_name("agents.py")
READY_S = 60.0


def interpreter() -> str:
    """A Python that has llamphouse: named by LLAMPHOUSE_PYTHON, or this one."""
    named = os.environ.get("LLAMPHOUSE_PYTHON")
    if named is None and importlib.util.find_spec("llamphouse") is None:
        raise RuntimeError(
            "There is no llamphouse: install the extra `peers`, or name a Python with it in LLAMPHOUSE_PYTHON."
        )
    return named or sys.executable


class House:
    """One server process. ``idle``: it takes runs and never works on them."""

    def __init__(self, folder: Path, idle: bool = False) -> None:
        self._log = folder / "llamphouse.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}/v1"
        command = [interpreter(), str(AGENTS), str(port), *(["idle"] if idle else [])]
        quiet = {"LLAMPHOUSE_TELEMETRY": "0", "NO_TRACKING": "1", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=folder, env={**os.environ, **quiet}, stdout=log, stderr=log)
        try:
            self._await()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it; killed where it does not go by itself."""
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(60)

    def kill(self) -> None:
        """End it without a goodbye."""
        self._process.kill()
        self._process.wait(60)

    def _await(self) -> None:
        waiting = threading.Event()
        for _ in range(int(READY_S / 0.2)):
            if self._process.poll() is not None:
                break
            try:
                httpx.get(self.url + "/assistants", timeout=5).raise_for_status()
            except httpx.HTTPError:
                waiting.wait(0.2)
            else:
                return
        raise RuntimeError(
            f"llamphouse is not there:\n{self._log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
        )
