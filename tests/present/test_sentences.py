"""Every sentence reads like one, with the values of real recordings and at the edges of what a rule can give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Clocks, Verdict
from inspector.domain.findings import CATALOGUE, Finding, Severity
from inspector.present.sentences import ENDINGS, FINDINGS, sentence, why
from tests.protocols.assistants import test_situations as of_assistants
from tests.protocols.assistants.wire import fold as fold_log
from tests.protocols.langgraph import test_situations as of_langgraph
from tests.protocols.recorded import NAMES, adapter_of, fold, frames_of, loose, verdicts

ASK = {"kind": "interrupt", "id": "i", "name": None, "value": {"question": "Go on?"}, "node": "review"}
TOOL = {**ASK, "kind": "tool", "name": None, "id": "call_1", "value": "{}"}
EDGES: list[tuple[str, Mapping[str, Any]]] = [
    ("stream.no_headers", {"waited": 12_000.0, "left": False, "refused": False, "url": "http://h/x"}),
    ("stream.no_headers", {"waited": 12_000.0, "left": True, "refused": False, "url": "http://h/x"}),
    ("stream.no_headers", {"waited": 1.0, "left": False, "refused": True, "url": ""}),
    ("stream.no_events", {"waited": 11_000.0, "open": True, "beats": 1, "joined": False}),
    ("stream.silent", {"content": 31_000.0, "byte": None, "change": None, "beats": 0, "left": False, "nodes": []}),
    ("stream.silent", {"content": 31_000.0, "byte": 1.0, "change": 2.0, "beats": 1, "left": False, "nodes": ["crawl"]}),
    ("client.gave_up", {"silence": 60_000.0, "timeout": 60, "headers": True}),
    ("stream.half_event", {"event": "values", "whole": False, "text": "{", "by": "server"}),
    ("stream.http_error", {"status": 503, "message": None, "times": 2, "code": None}),
    ("stream.error_event", {"message": None, "code": None}),
    ("stream.not_a_stream", {"type": "", "text": ""}),
    ("stream.sequence", {"what": "missing", "times": 1}),
    ("run.status_mismatch", {"name": "success", "payload": "error", "who": "server"}),
    ("run.waiting_for_input", {"asks": [], "until": None}),
    ("run.waiting_for_input", {"asks": [ASK], "until": None}),
    ("run.waiting_for_input", {"asks": [ASK, ASK], "until": None}),
    ("run.waiting_for_input", {"asks": [TOOL], "until": 1.0}),
    ("run.waiting_for_input", {"asks": [{**TOOL, "id": None}], "until": 1.0}),
    ("run.waiting_for_input", {"asks": [{**TOOL, "kind": "approval", "id": None}, ASK], "until": None}),
    ("run.waiting_for_input", {"asks": [{**ASK, "kind": "breakpoint", "value": None, "node": None}], "until": None}),
    ("run.waiting_for_input", {"asks": [{**ASK, "value": None}], "until": None}),
    ("run.waiting_for_input", {"asks": [{**ASK, "value": ""}, {**ASK, "value": {"question": " "}}], "until": None}),
    ("run.waiting_for_input", {"asks": [{**ASK, "value": {"text": ""}}], "until": None}),
    ("run.expiring", {"left": 40.0, "whole": 600.0}),
    ("run.expiring", {"left": -40.0, "whole": 600.0}),
    ("run.incomplete", {"reason": None}),
    ("run.failed", {"code": None, "message": None, "nodes": []}),
    ("run.expired", {"calls": [None]}),
    ("run.cancel_pending", {"since": None, "word": None}),
    ("run.blocked", {"run": None, "message": None, "queued": True}),
    ("run.blocked", {"run": None, "message": None}),
    ("run.unknown_word", {"words": [], "times": 1}),
    ("run.not_started", {"waited": 15_000.0, "word": "queued"}),
    ("tool.unanswered", {"calls": [{"id": "call_1", "name": None}, {"id": None, "name": None}]}),
    ("message.incomplete", {"reason": None, "times": 1}),
    ("stream.bad_data", {"what": "data that is not JSON", "text": "", "times": 1}),
    ("langgraph.hidden_wait", {"modes": [], "nodes": []}),
    ("langgraph.half_finished", {"nodes": ["crawl", "last"]}),
    ("langgraph.nothing_done", {"how": "goto", "waits": True, "nodes": []}),
    ("langgraph.input_dropped", {"field": "text", "sent": "SECOND", "kept": "FIRST", "times": 1, "words": []}),
    ("langgraph.concurrent_overwrite", {"run": None}),
    ("gpt_researcher.no_report", {"file": "task_1.md", "status": 404}),
    ("gpt_researcher.no_report", {"file": "task_1.md"}),
    ("gpt_researcher.report_differs", {"file": "task_1.md", "lost": 0.33, "added": 0.0}),
    ("gpt_researcher.report_differs", {"file": "task_1.md", "streamed": 0}),
]


@cache
def recorded() -> tuple[tuple[Finding, ...], tuple[Verdict, ...]]:
    """All findings and verdicts of the recordings and of the situations."""
    books = [fold(frames_of(name), adapter_of(name).name) for name in NAMES]
    books += [tell().book for tell, *_ in of_langgraph.SITUATIONS.values()]
    books += [fold_log(tell()).book for tell, *_ in of_assistants.SITUATIONS.values()]
    judged = [verdict for book in books for _, verdict in verdicts(book)]
    found = [finding for verdict in judged for finding in verdict.findings]
    return (*found, *(finding for book in books for finding in loose(book))), tuple(judged)


def faults(text: str) -> Iterator[str]:
    """What shows that a sentence was made from the wrong values. What others said stands in quotation marks."""
    ours = re.sub("“[^”]*”", "“…”", text)
    if not re.match(r"[A-Z0-9“]", text):
        yield "does not begin like a sentence"
    if not re.search(r"[.!”]$", text):
        yield "does not end like a sentence"
    if "\n" in text:
        yield "goes over several lines"
    if len(ours) > 400:
        yield "is too long to read at two in the morning"
    for sign in ("?", "{", "}", "None", "  ", " .", "..", "[]", "()"):
        if sign in ours:
            yield f"has {sign!r} in it"


def test_what_is_recorded_is_told_in_sentences() -> None:
    told = {(finding.id, sentence(finding)) for finding in recorded()[0]}
    assert len({name for name, _ in told}) >= 35
    bad = [(name, text, list(faults(text))) for name, text in sorted(told) if list(faults(text))]
    assert not bad


@pytest.mark.parametrize("number", range(len(EDGES)), ids=[name for name, _ in EDGES])
def test_what_a_rule_can_give_besides_is_told_in_sentences(number: int) -> None:
    name, values = EDGES[number]
    text = sentence(Finding(name, CATALOGUE[name], (1,), values))
    assert not list(faults(text)), text


def test_every_finding_that_has_words_is_tried_here() -> None:
    assert set(FINDINGS) <= set(CATALOGUE)
    assert set(FINDINGS) == {name for name, _ in EDGES} | {finding.id for finding in recorded()[0]}


def test_a_finding_without_words_is_told_by_its_id() -> None:
    assert sentence(Finding("somebody.else", Severity.NOTE, (), {})) == "somebody.else"


def test_each_ending_says_why() -> None:
    for verdict in recorded()[1]:
        assert verdict.why in ENDINGS
        assert not list(faults(why(verdict))), why(verdict)


@pytest.mark.parametrize("name", ENDINGS)
def test_each_reason_of_an_ending_reads_well(name: str) -> None:
    values = {"silence": 41_000.0, "word": "running", "status": 502, "by": None, "state": "x"}
    verdict = Verdict(Ending.UNKNOWN, name, values, None, Clocks(None, None, None))
    assert not list(faults(why(verdict))), why(verdict)


def test_a_waiting_run_says_what_it_waits_for() -> None:
    finding = Finding("run.waiting_for_input", Severity.WARN, (1,), {"asks": [ASK]})
    verdict = Verdict(Ending.WAITING, "waiting", {}, "waiting", Clocks(None, None, None), (finding,))
    assert why(verdict) == "It waits for your answer to “Go on?”."


@pytest.mark.parametrize(
    ("name", "values", "part"),
    [
        ("stream.silent", EDGES[5][1], "Open: crawl"),
        ("stream.silent", {**EDGES[5][1], "beats": 3}, "3 keep-alives came meanwhile"),
        ("client.gave_up", {"silence": 60_000.0, "timeout": 60}, "its read timeout is 60 s"),
        ("client.gave_up", {"silence": 0.0}, "before any end."),
        ("run.blocked", {"run": "run_9", "message": "Thread t already has an active run run_9."}, "run run_9 holds"),
        ("run.failed", {"code": "E1", "message": "boom", "nodes": ["explode"]}, "in explode: E1: “boom”"),
        ("run.expired", {"calls": ["look", "book"]}, "for look and book"),
        ("stream.no_terminal", {"word": "in_progress", "server": "completed"}, "The server says completed."),
        ("langgraph.hidden_wait", {"called": "completed", "modes": [], "nodes": []}, "called the run completed"),
    ],
)
def test_a_sentence_names_what_matters(name: str, values: Mapping[str, Any], part: str) -> None:
    assert part in sentence(Finding(name, CATALOGUE[name], (1,), values))
