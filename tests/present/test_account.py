from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from inspector.domain.events import MessageSeen, ToolCallSeen
from inspector.domain.remarks import Remarks, comment, mark
from inspector.present.account import MOST_TEXT, markdown, report_object, travelled
from tests.domain.toy import Story


@dataclass(frozen=True)
class Sent:
    method: str
    url: str
    body: Any = None


@dataclass(frozen=True)
class Entry:
    at: float
    action: str
    run: str | None
    effect: str
    why: str
    requests: tuple[Any, ...]
    who: str = "ann"
    when: str = "2026-01-02T03:04:05+00:00"
    answers: tuple[tuple[int, Any], ...] = ((202, {"ok": True}),)


ENTRY = Entry(4_000.0, "cancel", "r1", "not_seen", "nothing | changed", (Sent("POST", "/cancel", {"now": True}),))


def told(story: Story) -> tuple[dict[str, Any], str]:
    about = ("1.0", "a b.session", "toy", [(story.case().run, story.verdict())], (), [ENTRY])
    report = report_object(*about, story.at * 1000)
    return report, markdown(report, *about)


def test_the_object_has_states_and_journal_and_is_json() -> None:
    report, _ = told(Story().request().response().state(1, "queued").state(2, "busy").end(3, "cut"))
    assert json.loads(json.dumps(report)) == report
    assert report["runs"][0]["states"] == [
        {"state": "queued", "at": 1_000.0, "ms": 1_000.0, "frame": 3},
        {"state": "busy", "at": 2_000.0, "ms": 1_000.0, "frame": 4},
    ]
    assert report["journal"] == [
        {
            "at": 4_000.0,
            "when": "2026-01-02T03:04:05+00:00",
            "who": "ann",
            "action": "cancel",
            "run": "r1",
            "requests": [{"method": "POST", "url": "/cancel", "body": {"now": True}}],
            "answers": [{"status": 202, "body": {"ok": True}}],
            "effect": "not_seen",
            "why": "nothing | changed",
        }
    ]


def test_people_read_how_it_stands_what_was_found_and_what_was_done() -> None:
    story = Story().request().response().state(1, "queued").state(2, "busy")
    story.event(2.5, MessageSeen("m", "assistant", "Hello\n```\n" + "x" * MOST_TEXT))
    story.event(2.6, ToolCallSeen("c", "look", '{"a": "```"}'))
    report, text = told(story.end(3, "cut"))
    lines = text.splitlines()
    assert lines[0] == "# a b.session"
    why = report["runs"][0]["why"]
    assert f"| r1 | Cut off | {why} |" in lines
    assert any(line.startswith("- ✖ `stream.cut` #7: ") for line in lines)
    assert "| busy | 2.000 | 1.0 s | #4 |" in lines
    assert "> Hello" in lines
    assert "… (10 more characters)" in text
    assert lines[lines.index('{"a": "```"}') - 1] == "````"
    assert "**no output**" in lines
    sent = "| 4.000 | 2026-01-02T03:04:05+00:00 | ann | cancel | r1 | POST /cancel | 202 |"
    assert f"{sent} not seen | nothing \\| changed |" in lines
    begin = lines.index("```mermaid")
    assert lines[begin + 1] == "stateDiagram-v2"


def test_the_diagram_shows_the_way_that_was_gone() -> None:
    drawn = travelled(Story().request().response().state(1, "queued").state(2, "done").state(3, "odd word").case().run)
    lines = [line.strip() for line in drawn.splitlines()]
    assert "queued --> done: not declared" in lines
    assert "class queued passed" in lines
    assert "class done here" in lines
    assert not any("odd word" in line for line in lines)


def test_a_log_without_a_run_says_so() -> None:
    about = ("1.0", "a", None, (), (), ())
    text = markdown(report_object(*about, 0.0), *about)
    assert "No run in it." in text
    assert "unknown protocol" in text


def test_what_a_person_noted_is_in_it() -> None:
    remarks = Remarks()
    for head in (comment((14, 1), "here it\nhangs"), mark((14, 1), True), mark((3, 0), True)):
        remarks.take(head)
    report = report_object("1.0", "a", None, [], (), [], 0.0, remarks)
    assert report["remarks"] == [
        {"frame": 3, "part": 0, "marked": True, "text": ""},
        {"frame": 14, "part": 1, "marked": True, "text": "here it\nhangs"},
    ]
    text = markdown(report, "1.0", "a", None, [], (), [])
    assert text.endswith("## Remarks\n\n- #3: marked\n- #14: here it hangs\n")
