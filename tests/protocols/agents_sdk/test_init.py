"""The backend is in the registry."""

from __future__ import annotations

from inspector.protocols import agents_sdk
from inspector.protocols.registry import ADAPTERS


def test_the_registry_has_it() -> None:
    assert ADAPTERS["agents_sdk"] is agents_sdk.ADAPTER
