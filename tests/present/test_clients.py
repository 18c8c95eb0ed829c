"""What clients make of a fault is told of faults and backends that there are, in whole sentences."""

from __future__ import annotations

from inspector.domain.findings import CATALOGUE
from inspector.present.clients import CLIENTS

BACKENDS = {"", "assistants", "langgraph", "responses", "gpt_researcher", "agents_sdk"}


def test_each_belongs_to_a_finding_and_to_a_backend() -> None:
    assert set(CLIENTS) <= set(CATALOGUE)
    assert {backend for told in CLIENTS.values() for backend in told} <= BACKENDS


def test_each_is_a_text_of_whole_sentences() -> None:
    texts = [text for told in CLIENTS.values() for text in told.values()]
    assert all(text[-1] in ".!”" and "  " not in text and "\n" not in text for text in texts)
    assert all(len(text) <= 420 for text in texts), "too long to read at two in the morning"
