"""One server for all tests of this folder, and a desk for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.langgraph.desk import Desk
from tests.peers.langgraph.server import Server


@pytest.fixture(scope="session")
def langgraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server that tests share: each works on threads of its own."""
    server = Server(tmp_path_factory.mktemp("langgraph")).start()
    yield server
    server.stop()


@pytest.fixture
def desk(langgraph_server: Server) -> Iterator[Desk]:
    """A connection to it that knows what the server can."""
    desk = Desk(langgraph_server.url)
    desk.probe()
    yield desk
    desk.close()
