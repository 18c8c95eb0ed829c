from __future__ import annotations

from typing import Any

from inspector.demo.lg_log import END, STATE_UPDATE, Entry
from inspector.demo.lg_tape import Tape, TapeEvent
from tests.demo.lg_support import Bench


def tape() -> Tape:
    return Tape(lambda run: f"graph of {run}", lambda: 1795222814488)


def entry(name: str, data: Any, run: str = "r", id_: str = "17-0") -> Entry:
    return Entry(run, name, data, id_, kept=True)


def played(bench: Bench) -> list[TapeEvent]:
    one = tape()
    return [event for told in bench.told for event in one.feed(told)]


def words(events: list[TapeEvent]) -> list[str]:
    return [event.body["params"]["data"]["event"] for event in events if event.channel == "lifecycle"]


def test_an_event_has_the_envelope_of_the_real_server() -> None:
    one = tape()
    first = one.feed(entry("metadata", {"run_id": "r"}))
    assert [event.body for event in first] == [
        {
            "type": "event",
            "event_id": "synth:r:lc||running",
            "seq": 1,
            "method": "lifecycle",
            "params": {
                "namespace": [],
                "timestamp": 1795222814488,
                "data": {"event": "running", "graph_name": "graph of r"},
            },
        }
    ]
    (update,) = one.feed(entry("updates", {"draft": {"trail": ["draft"]}}))
    assert (update.method, update.body["event_id"], update.seq) == ("updates", "17-0", 2)
    assert update.body["params"] == {
        "namespace": [],
        "timestamp": 1795222814488,
        "data": {"trail": ["draft"]},
        "node": "draft",
    }
    (values,) = one.feed(entry("values", {"a": 1}))
    assert values.body["event_id"] == "17-0.1"
    (custom,) = one.feed(entry("custom", {"done": 1}, id_="18-0"))
    assert custom.body["params"]["data"] == {"payload": {"done": 1}}


def test_a_good_run_begins_and_completes_once() -> None:
    bench = Bench()
    bench.run("healthy")
    events = played(bench)
    assert words(events) == ["running", "completed"]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert {event.channel for event in events} == {"lifecycle", "values", "updates", "tasks", "custom"}
    assert [event.final for event in events].count(True) == 1


def test_an_interrupt_is_told_before_the_values_that_carried_it() -> None:
    bench = Bench()
    bench.run("interrupt")
    events = played(bench)
    assert [event.method for event in events[-4:]] == ["input.requested", "lifecycle", "values", "tasks"]
    asked = events[-4].body["params"]["data"]
    assert asked["interrupt_id"] == bench.state.interrupts[0]["id"]
    assert asked["payload"]["question"] == "Approve this draft?"
    assert events[-4].channel == "input"
    assert "__interrupt__" not in events[-2].body["params"]["data"]
    assert words(events) == ["running", "interrupted"]


def test_a_failure_is_told_with_its_message_unless_the_error_was_not_kept() -> None:
    bench = Bench()
    bench.run("failed")
    assert words(played(bench)) == ["running", "failed"]
    live = next(event for event in played(bench) if event.final)
    assert "503" in live.body["params"]["data"]["error"]
    one = tape()
    kept = [event for told in bench.told if told.name != "error" for event in one.feed(told)]
    assert "error" not in next(event for event in kept if event.final).body["params"]["data"]


def test_a_time_limit_a_rollback_and_a_run_that_never_began_are_not_told() -> None:
    bench = Bench()
    bench.run("time-limit")
    assert words(played(bench)) == ["running"]
    bench = Bench()
    run = bench.run("stuck-node", 3)
    bench.server.cancel(bench.thread, run, "rollback")
    assert words(played(bench)) == ["running"]
    assert tape().feed(entry(END, "interrupted")) == []


def test_cancelling_is_told_as_interrupted() -> None:
    bench = Bench()
    run = bench.run("stuck-node", 3)
    bench.server.cancel(bench.thread, run)
    assert words(played(bench)) == ["running", "interrupted"]


def test_messages_and_updates_by_hand_are_left_out() -> None:
    one = tape()
    assert [event.channel for event in one.feed(entry("messages", [{}, {}]))] == ["lifecycle"]
    assert one.feed(entry(STATE_UPDATE, {}, run="")) == []
