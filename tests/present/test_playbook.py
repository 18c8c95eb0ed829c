"""The playbook: the order in which an expert tries things, and what comes after what did not work."""

from __future__ import annotations

import pytest

from inspector.domain.actions import Action
from inspector.domain.events import Acted
from inspector.present.playbook import ORDERS, following, ordered, playbook, playbook_lines, situation
from inspector.protocols.langgraph.actions import actions
from inspector.protocols.registry import ADAPTERS
from tests.catalogue.of_runs import asking, behind
from tests.catalogue.of_streams import at_work
from tests.domain.toy import Story
from tests.protocols.langgraph.fakes import busy, cut_short, finished, waiting
from tests.protocols.langgraph.story import Story as LangGraph

CANCEL = Action("cancel", "Cancel", "Ends it.", kinds=("interrupt", "rollback"))
COPY = Action("copy_and_continue", "Copy", "Copies it.")
REFRESH = Action("refresh", "Refresh", "Asks.")
RESUME = Action("resume", "Resume", "Answers.", "No interrupt is pending.")


@pytest.mark.parametrize(
    ("story", "word"),
    [
        (asking(), "waiting"),
        (at_work(), "running"),
        (at_work().end(3, "cut"), "cut"),
        (at_work("failed"), "failed"),
        (at_work("cancelled"), "stopped"),
        (at_work("done"), "over"),
        (at_work("short"), "over"),
        (Story().request().response().state(1, "queued"), "queued"),
        (at_work().event(3, Acted("cancel", True)), "cancelling"),
    ],
)
def test_each_state_has_its_page(story: Story, word: str) -> None:
    assert situation(story.verdict()) == word
    assert word in ORDERS


def test_a_run_behind_another_waits_or_ends_the_other() -> None:
    assert "run.blocked" in behind("busy")
    assert ORDERS["blocked"][:2] == ("refresh", "cancel")


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        (waiting(), ["resume", "set_state", "rewind", "refresh", "give_up", "copy_and_continue"]),
        (busy(), ["refresh", "cancel", "copy_and_continue"]),
        (cut_short(), ["continue", "set_state", "rewind", "copy_and_continue", "give_up", "refresh"]),
        (cut_short("interrupted"), ["continue", "set_state", "rewind", "give_up", "copy_and_continue", "refresh"]),
        (finished(), ["rewind", "set_state", "refresh"]),
    ],
)
def test_the_order_of_an_expert(answers: dict[str, object], first: list[str]) -> None:
    story = LangGraph().told(answers)
    plays = playbook(actions(story.case(), story.at), story.verdict())
    assert [play.action.id for play in plays if play.number is not None] == first
    assert [play.number for play in plays[: len(first)]] == list(range(1, len(first) + 1))
    assert all(play.text == play.action.why_not for play in plays[len(first) :])


def test_every_action_of_every_backend_has_its_place_on_some_page() -> None:
    known = {name for order in ORDERS.values() for name in order}
    acts = {act for name in ("langgraph", "assistants", "responses") for act in ADAPTERS[name].acts}
    assert acts <= known


def test_the_lines_say_what_it_does_or_why_it_cannot_be_done() -> None:
    plays = playbook((RESUME, REFRESH, CANCEL), at_work().verdict())
    assert playbook_lines(plays) == ["1. refresh: Asks.", "2. cancel: Ends it.", "–  resume: No interrupt is pending."]
    assert ordered((CANCEL, REFRESH), at_work().verdict()) == (REFRESH, CANCEL)


def test_after_what_did_not_work_comes_the_next_thing() -> None:
    plays = playbook((CANCEL, COPY, REFRESH, RESUME), at_work().verdict())
    named = following(("cancel:rollback", "copy_and_continue", "resume"), plays, "cancel", seen=False)
    assert [each.title for each in named] == ["Cancel (rollback)", "Copy"]
    assert [each.words for each in named] == ["""cancel --data '{"action": "rollback"}'""", "copy_and_continue"]
    assert [each.words for each in following(("refresh",), plays, "cancel", seen=False)] == [
        "refresh",
        "copy_and_continue",
    ]
    assert following((), plays, "cancel", seen=True) == ()
    assert following(("cancel", "cancel:explode", "nonsense"), plays, "cancel", seen=True) == ()
