"""All backends."""

from __future__ import annotations

from inspector.protocols.registry import ADAPTERS


def test_names_are_the_protocols_words() -> None:
    assert all(name == adapter.name for name, adapter in ADAPTERS.items())
    assert {"langgraph", "assistants", "gpt_researcher"} <= set(ADAPTERS)
    assert all(adapter.title for adapter in ADAPTERS.values())


def test_the_assistants_backend_is_nobodys() -> None:
    assert ADAPTERS["assistants"].title == "Assistants-compatible"
