"""The backend of this package."""

from __future__ import annotations

from inspector.protocols.registry import ADAPTERS
from inspector.protocols.responses import ADAPTER


def test_it_is_in_the_registry() -> None:
    assert ADAPTERS["responses"] is ADAPTER
