"""Where the official client's traffic is watched: a proxy before a server, and what our own reading makes of it."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.present.report import run_object
from inspector.services.hub import LIVE, Hub
from inspector.wiring import build_hub, proxying

CLIENT = Path(__file__).with_name("client.py")


def interpreter() -> str:
    """A Python that has the official client: named by OPENAI_PYTHON, or this one."""
    named = os.environ.get("OPENAI_PYTHON")
    if named is None and importlib.util.find_spec("openai") is None:
        raise RuntimeError("There is no openai: install the extra `peers`, or name a Python with it in OPENAI_PYTHON.")
    return named or sys.executable


@dataclass
class Desk:
    """``url`` is what an app has to use instead of the server's."""

    hub: Hub
    url: str

    async def client(self, *requests: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Let the official client ask for these responses; what it made of each."""
        words = [interpreter(), str(CLIENT), f"{self.url}/v1", *(json.dumps(dict(each)) for each in requests)]
        process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
        out, _ = await asyncio.wait_for(process.communicate(), 50)
        assert process.returncode == 0
        return [json.loads(line) for line in out.splitlines()]

    def runs(self) -> list[dict[str, Any]]:
        """What we made of what passed."""
        return [dict(run_object(self.hub.case(run).run, self.hub.verdict(run))) for run in self.hub.runs(LIVE)]


@asynccontextmanager
async def watched(upstream: str) -> AsyncIterator[Desk]:
    """A hub whose proxy stands before this server."""
    hub = build_hub()
    try:
        async with proxying(hub, upstream, 0) as server:
            yield Desk(hub, server.url)
    finally:
        await hub.aclose()
