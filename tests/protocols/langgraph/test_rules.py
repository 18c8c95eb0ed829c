"""The findings that only this backend has: when they fire, and when they do not."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.findings import CATALOGUE
from inspector.domain.frames import Kind
from inspector.protocols.langgraph.rules import RULES
from tests.protocols.langgraph.fakes import (
    AT_THREAD,
    LEFT,
    NEXT_RUN,
    RIGHT,
    RUN,
    THREAD,
    busy,
    cut_short,
    finished,
    run_row,
    state,
    task,
    thread_row,
    waiting,
)
from tests.protocols.langgraph.story import Story

ASKED = [{"id": LEFT, "value": {"question": "?"}}]
OLD = {"run_id": "01a1fbbc-0000-7000-8000-000000000000"}


def test_each_rule_is_one_of_the_catalogue_and_there_once() -> None:
    assert {rule.id for rule in RULES} <= set(CATALOGUE)
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("modes", "events", "hidden"),
    [
        (["messages-tuple"], [], True),
        (["values"], [("values", {"a": 1})], True),
        (["updates"], [("updates", {"__interrupt__": ASKED})], False),
        (["tasks"], [("tasks", {"id": "t", "name": "n", "result": {}, "interrupts": ASKED})], False),
    ],
)
def test_a_wait_that_the_stream_did_not_show(modes: list[str], events: list[tuple[str, Any]], hidden: bool) -> None:
    story = Story().create(stream_mode=modes)
    for name, data in events:
        story.says(name, data)
    found = story.end().told(waiting()).found()
    assert ("langgraph.hidden_wait" in found) is hidden
    assert "langgraph.mode_mismatch" not in found or modes == ["messages-tuple"]


def test_a_stream_that_is_still_open_has_hidden_nothing_yet() -> None:
    assert "langgraph.hidden_wait" not in Story().create().says("values", {}).told(waiting()).found()


@pytest.mark.parametrize(
    ("answers", "half"),
    [
        ({"run": run_row("interrupted"), "thread": thread_row(), "state": state(task("crawl"))}, True),
        ({"run": run_row("interrupted"), "thread": thread_row("interrupted"), "state": state(task("crawl"))}, False),
        ({"run": run_row(), "thread": thread_row(), "state": state()}, False),
        ({"run": run_row(), "thread": thread_row(), "state": state(task("review", (LEFT, 1)))}, False),
        ({"run": run_row("running"), "thread": thread_row(), "state": state(task("crawl"))}, False),
    ],
)
def test_a_thread_that_stopped_half_way(answers: dict[str, Any], half: bool) -> None:
    assert ("langgraph.half_finished" in Story().told(answers).found()) is half


def test_what_was_read_before_the_run_says_nothing_of_what_it_left() -> None:
    before = {"thread": thread_row(), "state": state(task("crawl"), metadata=OLD)}
    story = Story().told(before).create(input=None).says("values", {}).end()
    story.told({"run": run_row()})
    assert not {"langgraph.half_finished", "langgraph.nothing_done"} & set(story.found())


@pytest.mark.parametrize(
    ("modes", "mismatch"), [(["custom"], True), (["messages-tuple", "custom"], True), (["values"], False), ([], False)]
)
def test_modes_that_carry_nothing_of_the_graph(modes: list[str], mismatch: bool) -> None:
    story = Story().create(stream_mode=modes).end().told(finished())
    assert ("langgraph.mode_mismatch" in story.found()) is mismatch
    assert (
        "langgraph.mode_mismatch"
        not in Story().create(stream_mode=modes).says("custom", 1).end().told(finished()).found()
    )


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ({"command": {"resume": "x"}}, "resume"),
        ({"command": {"goto": "__end__"}}, "goto"),
        ({"input": None}, "continue"),
    ],
)
def test_an_act_that_made_no_checkpoint_did_nothing(body: dict[str, Any], how: str) -> None:
    story = Story().create(**body).says("values", {}).end()
    story.told({"run": run_row(), "thread": thread_row(), "state": state(metadata=OLD)})
    (finding,) = [one for one in story.verdict().findings if one.id == "langgraph.nothing_done"]
    assert finding.values["how"] == how
    made = Story().create(**body).says("values", {}).end()
    made.told({"run": run_row(), "thread": thread_row(), "state": state(metadata={"run_id": RUN})})
    assert "langgraph.nothing_done" not in made.found()


def test_new_input_is_no_act_that_could_do_nothing() -> None:
    story = Story().create(input={"a": 1}).says("values", {}).end()
    assert "langgraph.nothing_done" not in story.told(finished() | {"state": state(metadata=OLD)}).found()


@pytest.mark.parametrize(("second", "nothing"), [((LEFT, {"question": "?"}), True), ((RIGHT, "next"), False)])
def test_a_second_question_proves_that_the_first_was_answered(second: tuple[str, Any], nothing: bool) -> None:
    story = Story().create().says("updates", {"__interrupt__": ASKED}).end()
    story.create(NEXT_RUN, command={"resume": "x"}).says("values", {})
    story.says("updates", {"__interrupt__": [{"id": second[0], "value": second[1]}]}).end()
    at = state(task("review", second), metadata={"run_id": RUN})
    story.exchange("GET", f"{AT_THREAD}/runs/{NEXT_RUN}", run_row("success", NEXT_RUN))
    story.told({"thread": thread_row("interrupted"), "state": at})
    assert ("langgraph.nothing_done" in story.found(NEXT_RUN)) is nothing
    assert story.verdict(RUN).ending == ("waiting" if nothing else "completed")


def test_a_replay_that_lacks_the_error() -> None:
    replayed = Story().join(last_event_id="-1").says("metadata", {"run_id": RUN}).says("values", {}).end()
    assert "langgraph.replay_lossy" in replayed.told(cut_short()).found()
    live = Story().create().says("values", {}).end().told(cut_short())
    assert "langgraph.replay_lossy" not in live.found()


def test_two_runs_at_once_on_one_thread() -> None:
    story = Story().create().says("values", {})
    first = story.link
    story.create(NEXT_RUN).says("values", {})
    story.link, second = first, story.link
    story.says("values", {"a": 1}).end()
    story.link = second
    story.says("values", {"b": 1}).end()
    assert "langgraph.concurrent_overwrite" in story.found()
    assert "langgraph.concurrent_overwrite" in story.found(NEXT_RUN)
    after = Story().create().says("values", {}).end().create(NEXT_RUN).says("values", {}).end()
    assert "langgraph.concurrent_overwrite" not in after.found(NEXT_RUN)


@pytest.mark.parametrize(
    ("runs", "executing"),
    [([run_row("interrupted")], True), ([run_row("interrupted"), run_row("running", NEXT_RUN)], False)],
)
def test_over_while_its_thread_is_busy(runs: list[Any], executing: bool) -> None:
    story = Story().create().says("values", {}).end()
    story.told({"runs": runs, "run": run_row("interrupted"), "thread": thread_row("busy")})
    assert ("run.still_executing" in story.found()) is executing


def test_who_holds_the_thread_is_named_by_the_list() -> None:
    story = Story().create(NEXT_RUN, named=False)
    rows = [run_row("pending", NEXT_RUN), run_row("running")]
    story.exchange("GET", f"{AT_THREAD}/runs/{NEXT_RUN}", rows[0]).told({"runs": rows})
    (finding,) = [one for one in story.verdict(NEXT_RUN).findings if one.id == "run.blocked"]
    assert finding.values["run"] == RUN
    free = Story().told({**busy("pending"), "runs": [run_row("pending")]})
    assert "run.blocked" not in free.found()


def test_input_that_was_dropped() -> None:
    story = Story().create(input={"text": "SECOND"}).says("values", {"text": "FIRST"})
    (finding,) = [one for one in story.verdict().findings if one.id == "langgraph.input_dropped"]
    assert (finding.values["sent"], finding.values["kept"]) == ("SECOND", "FIRST")
    assert story.run().thread == THREAD


TWO = [{"id": LEFT, "value": 1}, {"id": RIGHT, "value": 2}]
LEFT_OVER = [{"id": RIGHT, "value": 2}]


@pytest.mark.parametrize(
    ("update", "nothing"),
    [({"left": {"trail": []}}, False), ({"left": {"trail": []}, "__metadata__": {"cached": True}}, True)],
)
def test_an_answer_to_one_of_two_questions_makes_no_checkpoint_and_yet_does_something(
    update: dict[str, Any], nothing: bool
) -> None:
    story = Story().create(command={"resume": {LEFT: "x"}}).says("values", {}).says("updates", update)
    story.says("updates", {"__interrupt__": LEFT_OVER}).end()
    at = state(task("left"), task("right", (RIGHT, 2)), metadata=OLD)
    story.told({"run": run_row(), "thread": thread_row("interrupted"), "state": at})
    assert story.verdict().ending == "waiting"
    assert ("langgraph.nothing_done" in story.found()) is nothing


@pytest.mark.parametrize(("result", "nothing"), [({"trail": []}, False), (None, True)])
def test_where_no_step_was_shown_the_results_in_the_state_tell(result: Any, nothing: bool) -> None:
    story = Story().exchange(
        "POST",
        AT_THREAD + "/runs/wait",
        {"__interrupt__": LEFT_OVER},
        body={"assistant_id": "g", "command": {"resume": {LEFT: "x"}}},
        content_location=f"{AT_THREAD}/runs/{RUN}",
    )
    at = state(task("left", result=result), task("right", (RIGHT, 2)), metadata=OLD)
    story.told({"run": run_row(), "thread": thread_row("interrupted"), "state": at})
    assert ("langgraph.nothing_done" in story.found()) is nothing


def test_a_checkpoint_of_a_newer_run_says_nothing_of_an_act_before_it() -> None:
    """Ids are no clock: only some servers make them in the order of time."""
    newer, older = ("00000000-other", "2026-01-02"), ("ffffffff-other", "2025-12-31")
    for (other, made), nothing in ((newer, False), (older, True)):
        rows = [run_row(), run_row("success", other) | {"created_at": made}]
        story = Story().create(command={"resume": "x"}).says("values", {}).end()
        at = {"state": state(metadata={"run_id": other}), "runs": rows}
        story.told({"run": run_row(), "thread": thread_row(), **at})
        assert ("langgraph.nothing_done" in story.found()) is nothing


@pytest.mark.parametrize(
    ("status", "ended", "at_once"),
    [
        ("success", "10:00:04", True),
        ("success", "10:00:09", False),  # one after the other
        ("interrupted", "10:00:04", False),  # cancelled in the queue
    ],
)
def test_two_runs_at_once_by_the_list(status: str, ended: str, at_once: bool) -> None:
    mine = run_row() | {"created_at": "10:00:00", "updated_at": "10:00:05"}
    other = run_row(status, NEXT_RUN) | {"created_at": "10:00:01", "updated_at": ended}
    story = Story().create().says("values", {}).end().told({"run": mine, "runs": [other, mine]})
    assert ("langgraph.concurrent_overwrite" in story.found()) is at_once


def test_ids_that_repeat_are_a_warning_to_an_app_and_a_note_of_ours() -> None:
    story = Story().create(stream_resumable=True).says("values", {}, "1-0").says("values", {}, "1-0")
    assert story.found()["stream.sequence"] == "warn"
    head = {"method": "POST", "url": f"http://h{AT_THREAD}/runs/stream", "headers": {}, "connection": "c"}
    mine = Story()
    mine.frame(Kind.REQUEST, head).answer(content_location=f"{AT_THREAD}/runs/{RUN}")
    mine.says("values", {}, "1-0").says("values", {}, "1-0")
    assert mine.found()["stream.sequence"] == "note"
    assert mine.says("values", {}, "7").says("values", {}, "9").found()["stream.sequence"] == "warn"
