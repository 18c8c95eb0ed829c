"""A command line for each test, and a demo server for those that want one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from inspector.demo.server import DemoServer
from tests.cli.shop import SPEED, Shell, Shop


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
async def shop(shell: Shell) -> AsyncIterator[Shop]:
    server = await DemoServer.start(speed=SPEED)
    yield Shop(server, shell)
    await server.aclose()
