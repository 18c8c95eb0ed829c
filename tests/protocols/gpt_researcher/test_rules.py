"""The backend's own findings are in the catalogue, and each has its words."""

from __future__ import annotations

from inspector.domain.findings import CATALOGUE
from inspector.present.sentences import sentence
from inspector.protocols.gpt_researcher.rules import RULES
from tests.protocols.gpt_researcher.talk import Talk


def test_each_rule_is_in_the_catalogue() -> None:
    assert {rule.id for rule in RULES} <= set(CATALOGUE)


def test_what_was_thrown_away_is_named() -> None:
    talk = Talk().start(0).accepted(1).out(2, 'chat {"message": "hi"}').log(3, "warning", "Task already running")
    found = {finding.id: sentence(finding) for finding in talk.verdict().findings}
    assert found["gpt_researcher.busy"] == (
        "A command (chat) was thrown away, because a task was running: Task already running"
    )
