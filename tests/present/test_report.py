"""The report of diagnose: its shape, and when all is well."""

from __future__ import annotations

import json

from inspector.domain.events import MessageSeen, ToolCallSeen
from inspector.present.report import finding_object, healthy, log_object, run_object
from tests.domain.toy import Story


def told(story: Story) -> dict[str, object]:
    return log_object("1.0", "x.log", "toy", [(story.case().run, story.verdict())])


def test_a_run_is_told_with_all_that_was_put_together() -> None:
    story = Story().request().response().state(1, "busy").event(2, MessageSeen("m", "assistant", "Hi"))
    story.event(3, ToolCallSeen("c", "look", "{}", output="12")).state(4, "done").end(5)
    run = run_object(story.case().run, story.verdict())
    assert {k: run[k] for k in ("id", "thread", "status", "ending", "attempts", "started_ms", "ended_ms")} == {
        "id": "r1",
        "thread": "t1",
        "status": "done",
        "ending": "completed",
        "attempts": 1,
        "started_ms": 0.0,
        "ended_ms": 4_000.0,
    }
    assert run["messages"] == [{"role": "assistant", "text": "Hi"}]
    assert run["tool_calls"] == [{"id": "c", "name": "look", "arguments": "{}", "output": "12"}]


def test_the_status_is_the_newest_word_whoever_said_it() -> None:
    story = Story().request().response().state(1, "busy").server(2, "failed")
    assert run_object(story.case().run, story.verdict())["status"] == "failed"
    story = Story().request().response().state(1, "queued").server(2, "busy").state(3, "done")
    assert run_object(story.case().run, story.verdict())["status"] == "done"


def test_a_finding_has_its_sentence_its_proof_and_the_next_steps() -> None:
    story = Story().request().response().state(1, "busy").end(2, "cut")
    finding = finding_object(story.verdict().findings[0])
    assert (finding["id"], finding["severity"], finding["frames"], finding["next"]) == (
        "stream.cut",
        "error",
        [4],
        ["refresh"],
    )
    assert str(finding["text"]).endswith(".")


def test_the_whole_is_json() -> None:
    report = told(Story().request().response().state(1, "busy").end(2, "cut"))
    assert json.loads(json.dumps(report))["schema"] == 1


def test_well_is_only_what_completed_or_goes_on_without_an_error() -> None:
    assert healthy(told(Story().request().response().state(1, "busy").state(2, "done")))
    assert healthy(told(Story().request().response().state(1, "busy").state(2, "asking")))
    assert healthy(told(Story().request().response().state(1, "busy")))
    for end in ("failed", "short", "cancelled", "expired"):
        assert not healthy(told(Story().request().response().state(1, "busy").state(2, end)))
    assert not healthy(told(Story().request().response().state(1, "busy").end(2)))
    assert healthy(told(Story().request().response().state(1, "busy")) | {"runs": []})
