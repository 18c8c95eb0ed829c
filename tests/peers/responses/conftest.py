"""One aimock for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers.responses.mock import Mock


@pytest.fixture(scope="session")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    """The server."""
    server = Mock(tmp_path_factory.mktemp("aimock"))
    yield server
    server.stop()
