"""The backend is in the registry."""

from __future__ import annotations

from inspector.protocols import gpt_researcher
from inspector.protocols.registry import ADAPTERS


def test_the_registry_has_it() -> None:
    assert ADAPTERS["gpt_researcher"] is gpt_researcher.ADAPTER
