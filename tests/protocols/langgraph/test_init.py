"""What the registry takes from this backend."""

from __future__ import annotations

from inspector.protocols.langgraph import ADAPTER


def test_the_backend_is_there_under_its_name() -> None:
    assert ADAPTER.name == "langgraph"
    assert not ADAPTER.has_terminal_event, "a v1 stream ends without a word"
