"""The catalogue: stable ids, and a severity for each."""

from __future__ import annotations

import re

from inspector.domain.diagnosis import rules_for
from inspector.domain.findings import CATALOGUE, Evidence, Severity
from inspector.protocols.registry import ADAPTERS


def test_ids_name_their_subject() -> None:
    families = {"stream", "client", "run", "tool", "message", "langgraph", "gpt_researcher", "socket", "agents"}
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", name) for name in CATALOGUE)
    assert {name.partition(".")[0] for name in CATALOGUE} == families


def test_every_rule_of_every_backend_is_in_the_catalogue_once() -> None:
    for adapter in ADAPTERS.values():
        ids = [rule.id for rule in rules_for(adapter.has_terminal_event, adapter.rules)]
        assert set(ids) <= set(CATALOGUE)
        assert len(set(ids)) == len(ids)


def test_what_stops_a_run_is_an_error_and_what_only_explains_is_a_note() -> None:
    assert CATALOGUE["run.lost"] is Severity.ERROR
    assert CATALOGUE["run.waiting_for_input"] is Severity.WARN
    assert CATALOGUE["stream.was_silent"] is Severity.NOTE
    assert Evidence().severity is None
