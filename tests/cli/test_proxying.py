"""The capture proxy from the command line, in a process of its own as it is used."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from inspector.cli import proxying
from inspector.demo.server import DemoServer

pytestmark = pytest.mark.anyio


class Running:
    """A proxy process. ``told`` is its first line."""

    def __init__(self, home: Path, upstream: str, *words: str) -> None:
        self.home = {**os.environ, "STREAM_INSPECTOR_HOME": str(home)}
        line = [sys.executable, "-m", "inspector", "proxy", "--upstream", upstream, "--json", *words]
        self.process = subprocess.Popen(line, env=self.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.told: dict[str, Any] = json.loads(self.process.stdout.readline() or "{}")

    def run(self, *words: str) -> tuple[int, list[dict[str, Any]]]:
        """Another command beside it: exit status and what it printed."""
        line = [sys.executable, "-m", "inspector", *words, "--json"]
        done = subprocess.run(line, env=self.home, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, [json.loads(each) for each in done.stdout.splitlines()]

    def end(self) -> tuple[int, list[dict[str, Any]]]:
        """Told to end: exit status and the lines after the first."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, [json.loads(each) for each in out.splitlines()]


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"


def test_what_hangs_is_listed_and_ended_by_hand(tmp_path: Path, silent: str) -> None:
    running = Running(tmp_path, silent)
    try:
        base, url = running.told["proxy"]["base"], running.told["proxy"]["url"]
        got: list[httpx.Response] = []
        body = {"model": "m", "input": "x"}
        app = Thread(target=lambda: got.append(httpx.post(base + "/responses", json=body, timeout=60, trust_env=False)))
        app.start()
        status, rows = 0, list[dict[str, Any]]()
        while not rows:
            status, rows = running.run("runs", url)
        assert (status, rows[0]["id"], rows[0]["status"]) == (0, "1", "waiting")
        status, (dry,) = running.run("act", "fail", url, "1", "--dry-run")
        assert (status, dry["requests"][0]["url"]) == (0, f"{url}/_inspector/exchanges/1/fail")
        assert app.is_alive()
        status, (ended,) = running.run("act", "fail", url, "1", "--yes")
        assert (status, ended["effect"]) == (0, "seen")
        app.join(60)
        assert (got[0].status_code, got[0].headers["x-should-retry"]) == (503, "false")
        status, (refused,) = running.run("act", "kick", url, "1", "--yes")
        assert (status, refused["possible"]) == (4, False)
    finally:
        status, lines = running.end()
    assert status == 0
    assert [line["exchange"]["how"] for line in lines] == ["failed by hand"]
    record = Path(running.told["record"])
    assert record.parent == tmp_path / "sessions"
    status, (judged,) = running.run("diagnose", str(record))
    assert status == 1
    assert len(judged["runs"]) == 1
    assert list((tmp_path / "run").iterdir()) == []


async def test_an_app_works_through_it_unchanged(tmp_path: Path) -> None:
    server = await DemoServer.start(speed=50)
    try:
        running = Running(tmp_path, server.url_langgraph, "--record", str(tmp_path / "b.session"))
        async with httpx.AsyncClient(base_url=running.told["proxy"]["url"], trust_env=False) as app:
            assert (await app.get("/ok")).json()["ok"] is True
        assert running.end()[0] == 0
        assert (tmp_path / "b.session").exists()
    finally:
        await server.aclose()


def test_wrong_words_are_told(tmp_path: Path, silent: str) -> None:
    running = Running(tmp_path, "ftp://x")
    assert running.process.wait(60) == 2
    assert running.process.stderr is not None
    assert "begins with https://" in running.process.stderr.read()
    running.process.communicate()


def test_a_reader_that_has_gone_does_not_end_it(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    class Over:
        def shown(self) -> dict[str, Any]:
            return {}

    out = proxying.Out(True)
    monkeypatch.setattr(proxying, "json_line", broken)
    keep = sys.stdout
    try:
        out.over(Over())  # type: ignore[arg-type]
        out.over(Over())  # type: ignore[arg-type]
    finally:
        sys.stdout = keep
