"""The ledger: what ran, what runs again, and what nobody knows."""

from __future__ import annotations

from inspector.domain.actions import Action, Reruns
from inspector.domain.events import NodeSeen, ToolCallSeen
from inspector.domain.sideeffects import RETRIES, Entry, Fate, ledger
from tests.catalogue.of_streams import at_work
from tests.domain.toy import Story


def worked() -> Story:
    story = at_work().event(3, NodeSeen("t1", "plan", "start")).event(4, NodeSeen("t1", "plan", "end"))
    story.event(5, NodeSeen("t2", "book", "start")).event(5.5, NodeSeen("s", "inner", "start", parent="t2"))
    story.event(6, ToolCallSeen("c1", "search", "{}", "found")).event(7, ToolCallSeen("c2", "pay", "{}"))
    return story.state(8, "failed")


def fates(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {entry.name: entry.fate.value for entry in entries}


def act(**more: object) -> Action:
    return Action("continue", "Continue", "Goes on.", reruns=Reruns(**more))  # type: ignore[arg-type]


def test_what_is_next_runs_again_and_what_ended_does_not() -> None:
    found = ledger(worked().case(), act(again=("book", "mail")))
    assert fates(found) == {"plan": "done", "book": "again", "mail": "first", "search": "done", "pay": "unknown"}
    book = next(entry for entry in found if entry.name == "book")
    assert (book.times, book.note, book.frames) == (1, "began and was not seen to end", (7,))


def test_what_may_come_again_in_a_loop_is_not_known() -> None:
    assert fates(ledger(worked().case(), act(again=("book",), maybe=("plan",))))["plan"] == "unknown"


def test_what_the_checkpoint_knows_to_have_begun_runs_again() -> None:
    found = ledger(worked().case(), act(again=("ask",), begun=("ask",)))
    assert fates(found)["ask"] == "again"
    assert fates(found)["book"] == "unknown", "it began, and neither its end nor a second try is told"


def test_from_a_checkpoint_on_everything_after_it_runs_again() -> None:
    back = Action("rewind", "Rewind", "", reruns=Reruns(None, by_choice={"c0": ("plan", "book")}))
    assert fates(ledger(worked().case(), back, {"checkpoint_id": "c0"}))["plan"] == "again"
    assert fates(ledger(worked().case(), back, "c0"))["search"] == "unknown", "a call of a step that runs again"
    assert fates(ledger(worked().case(), back))["plan"] == "unknown", "no checkpoint is chosen yet"


def test_asking_for_the_same_work_anew_may_repeat_every_call() -> None:
    for name in RETRIES:
        found = fates(ledger(worked().case(), Action(name, "", "")))
        assert found["search"] == found["pay"] == found["plan"] == "unknown"
        assert ("the silent attempt" in found) is (name == "kick")


def test_what_makes_nothing_run_has_no_ledger() -> None:
    assert ledger(worked().case(), Action("cancel", "", "")) == ()


def test_steps_of_earlier_runs_of_the_thread_count_and_later_ones_do_not() -> None:
    story = worked().request(9, run="r2").response(9)
    story.event(10, NodeSeen("t9", "mail", "start"), run="r2").event(11, NodeSeen("t9", "mail", "end"), run="r2")
    assert "mail" not in fates(ledger(story.case("r1"), act(again=("book",))))
    assert fates(ledger(story.case("r2"), act(again=("book",))))["plan"] == Fate.DONE
