"""A run that is shown as running and that nobody executes."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.present.playbook import situation
from inspector.present.sentences import sentence
from inspector.protocols.langgraph.abandoned import idle
from tests.protocols.langgraph.fakes import busy
from tests.protocols.langgraph.story import Story


def counted(active: int, most: int = 10, running: int = 1) -> dict[str, Any]:
    return {"queue": {"n_running": running, "n_pending": 0}, "workers": {"active": active, "max": most}}


def silent(*counts: dict[str, Any], seconds: float = 40.0) -> Story:
    story = Story().create().says("tasks", {"id": "t", "name": "crawl", "input": {}, "triggers": []})
    for count in counts:
        story.wait(seconds / len(counts)).told({**busy(), "metrics": count})
    return story


def test_who_is_counted_idle_again_and_again_executes_nothing() -> None:
    story = silent(counted(0), counted(0), counted(0))
    verdict = story.verdict()
    assert verdict.truth is not None
    (lost,) = [finding for finding in verdict.findings if finding.id == "run.lost"]
    assert (verdict.ending, verdict.truth.truth, verdict.truth.because) == ("lost", "nobody", "idle")
    assert "nobody executes it" in sentence(lost)
    assert lost.next == ("refresh", "cancel", "copy_and_continue")
    assert situation(verdict) == "abandoned"


@pytest.mark.parametrize(
    "story",
    [
        silent(counted(0)),
        silent(counted(0), counted(1)),
        silent(counted(0, most=0), counted(0, most=0)),
        silent(counted(0, running=0), counted(0, running=0)),
        silent(),
    ],
)
def test_less_is_no_proof(story: Story) -> None:
    story.wait(40)
    assert story.verdict().ending == "stalled"
    assert "run.lost" not in story.found()


def test_before_it_is_silent_it_is_running() -> None:
    assert silent(counted(0), counted(0), seconds=20.0).verdict().ending == "running"


def test_what_comes_alive_again_was_not_lost() -> None:
    story = silent(counted(0), counted(0))
    assert story.verdict().ending == "lost"
    story.says("tasks", {"id": "t", "name": "crawl", "error": None, "result": [], "interrupts": []})
    assert story.verdict().ending == "running"


def test_an_odd_answer_counts_nothing() -> None:
    story = silent({"workers": "none"}, {"queue": None})
    assert story.verdict().ending == "stalled"
    assert not any(idle(said) for said in story.book.said["langgraph", "metrics", "server"])
