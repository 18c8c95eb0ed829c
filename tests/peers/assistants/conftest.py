"""One working server and one idle one for all tests of this folder, and a desk for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.assistants.desk import Desk
from tests.peers.assistants.server import House


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that works on its runs."""
    server = House(tmp_path_factory.mktemp("llamphouse"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def idle_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server whose runs stay queued."""
    server = House(tmp_path_factory.mktemp("llamphouse_idle"), idle=True)
    yield server
    server.stop()


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    """A connection to the working one."""
    desk = Desk(house.url)
    yield desk
    desk.close()


@pytest.fixture
def idle_desk(idle_house: House) -> Iterator[Desk]:
    """A connection to the idle one."""
    desk = Desk(idle_house.url)
    yield desk
    desk.close()
