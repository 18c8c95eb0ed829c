"""What every backend of the registry has to keep, whatever it is fed. A new backend is held to it by its recordings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.adapter import Adapter, Target
from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.charts import Chart, Ending, StateKind
from inspector.domain.errors import Refused, UserError
from inspector.domain.findings import CATALOGUE
from inspector.domain.frames import Frame, Kind
from inspector.domain.sideeffects import ledger
from inspector.present.ledger import ledger_lines
from inspector.present.playbook import playbook
from inspector.present.report import log_object
from inspector.present.truth import stands, witnesses
from inspector.protocols.registry import ADAPTERS
from inspector.store.export import Job, write
from inspector.store.open import open_log
from inspector.store.session import SessionWriter
from tests.protocols.mutants import mutant, odd_somewhere
from tests.protocols.recorded import NAMES, adapter_of, cut, fold, frames_of, loose, told, verdict_of, verdicts

HOUSE = settings(max_examples=250)
CHARTS = [pytest.param(chart, id=f"{name}-{chart.name}") for name, each in ADAPTERS.items() for chart in each.charts]
BACKENDS = pytest.mark.parametrize("adapter", [pytest.param(each, id=name) for name, each in ADAPTERS.items()])
DATA: Mapping[str, Any] = {
    "json": {"a": 1},
    "answer": "yes",
    "text": "why?",
    "state": {"values": {}},
    "checkpoint": {"checkpoint_id": "c1"},
}
TERMINAL_WORD = re.compile(
    rb'"status": ?"(success|completed)"|"event": ?"completed"|run_done|event: ?thread\.run\.completed|"type": ?"path"'
    rb'|"is": ?"trace_end"|\{"data": ?\[\{"object"|"state": ?"over"'
)


def check(book: Book) -> None:
    """Every run has one verdict, made of known words, and can be told to a reader."""
    judged = verdicts(book)
    for run, verdict in judged:
        assert verdict.ending in Ending
        assert {finding.id for finding in verdict.findings} <= set(CATALOGUE)
        assert len({finding.id for finding in verdict.findings}) == len(verdict.findings)
        assert verdict.due is None or verdict.due > book.now
        adapter, case = ADAPTERS[run.protocol], Case(run, book)
        actions = adapter.actions(case, book.now)
        assert {action.id for action in actions} <= set(adapter.acts)
        assert {play.action.id for play in playbook(actions, verdict)} == {action.id for action in actions}
        assert all(ledger_lines(ledger(case, action)) is not None for action in actions)
        assert verdict.truth is not None
        assert stands(verdict)
        assert witnesses(verdict) is not None
        adapter.draw(case, book.now)
        adapter.drawing_call(case)
    json.dumps(log_object("0", "x", book.main_protocol, judged, loose(book)))


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_sound(chart: Chart) -> None:
    ids = [state.id for state in chart.states]
    assert len(set(ids)) == len(ids)
    assert {end for edge in chart.edges for end in edge} <= set(ids)
    assert all(state.parent is None or state.parent in ids for state in chart.states)
    assert all((state.ending is not None) == state.terminal for state in chart.states)
    starts = [state.id for state in chart.states if state.kind is StateKind.START]
    assert starts
    assert _reached(chart, starts) == set(ids)
    for state in chart.states:
        assert state.terminal or any(chart.by_id[end].terminal for end in _reached(chart, [state.id]))


def _reached(chart: Chart, starts: Sequence[str]) -> set[str]:
    found, todo = set(starts), list(starts)
    while todo:
        here = todo.pop()
        new = {target for source, target in chart.edges if source == here} - found
        found |= new
        todo += new
    return found


@BACKENDS
def test_a_backend_is_known_by_its_own_name(adapter: Adapter) -> None:
    assert ADAPTERS[adapter.name] is adapter
    assert adapter.title
    assert adapter.chart_of(adapter.name) in adapter.charts
    ids = [rule.id for rule in adapter.rules]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= set(CATALOGUE)
    assert len(set(adapter.acts)) == len(adapter.acts)


@BACKENDS
@given(st.text(max_size=300), st.sampled_from(["", "http://h/threads/", "https://h/v1/threads/thread_1/", "run "]))
def test_any_text_may_be_pasted(adapter: Adapter, text: str, start: str) -> None:
    target = adapter.recognise(start + text)
    assert target is None or target.protocol == adapter.name


@BACKENDS
@given(st.one_of(st.none(), st.text(max_size=40)), st.one_of(st.none(), st.text(max_size=40)), st.text(max_size=20))
def test_looking_and_watching_change_nothing(adapter: Adapter, run: str | None, thread: str | None, wait: str) -> None:
    target = Target(adapter.name, run, thread)
    try:
        sources, looks = adapter.attach(target, {}), adapter.look(target, {})
    except UserError:
        return  # a server that finds runs only by their thread
    assert all(source.name for source in sources)
    assert all(source.call is not None for source in sources[:-1]), "asking again and again comes last"
    calls = [*looks, *(source.call for source in sources if source.call is not None)]
    assert all(call.reads and call.path.startswith("/") for call in calls)
    seconds = adapter.poll_after({"retry-after": wait, "openai-poll-after-ms": wait})
    assert seconds is None or seconds >= 0


@HOUSE
@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_a_recording_made_wrong_is_judged_all_the_same(name: str, random: Random) -> None:
    frames = mutant(frames_of(name), random)
    check(fold(frames))
    check(fold(frames, adapter_of(name).name))


@HOUSE
@given(
    st.sampled_from(NAMES), st.lists(st.binary(max_size=60), max_size=6), st.sampled_from(["eof", "cut", "closed", ""])
)
def test_any_bytes_may_come(name: str, chunks: list[bytes], how: str) -> None:
    begun = [f for f in frames_of(name) if f.kind in (Kind.REQUEST, Kind.RESPONSE) and f.link == 1]
    for kind in (Kind.DATA, Kind.SOCKET):
        more = [Frame(0, 99.0, 1, kind, {"dir": "in", "op": "text"}, chunk) for chunk in chunks]
        end = [Frame(0, 100.0, 1, Kind.END, {"how": how, "by": "server"})] if how else []
        check(fold([*begun, *more, *end]))
        check(fold([*more, *end], adapter_of(name).name))


@HOUSE
@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_any_json_may_come(name: str, random: Random) -> None:
    """Each event and each answer of a recording has one value that nobody expects, or is nothing but one."""
    frames = []
    for frame in frames_of(name):
        body = frame.body
        if frame.kind in (Kind.DATA, Kind.SOCKET) and random.random() < 0.5:
            parts = re.split(rb"((?:^|\n)data: ?)", body) if b"data:" in body else [body]
            body = b"".join(_odd(part, random) for part in parts)
        frames.append(Frame(frame.seq, frame.at, frame.link, frame.kind, frame.head, body))
    check(fold(frames, adapter_of(name).name))


def _odd(part: bytes, random: Random) -> bytes:
    value, sep, rest = part.partition(b"\r\n") if b"\r\n" in part else part.partition(b"\n")
    try:
        return json.dumps(odd_somewhere(json.loads(value), random)).encode() + sep + rest
    except ValueError:
        return part


@pytest.mark.parametrize("name", NAMES)
def test_live_is_what_is_read_back(name: str, tmp_path: Path) -> None:
    frames, protocol = frames_of(name), adapter_of(name).name
    whole, live = fold(frames, protocol), Book(list(ADAPTERS.values()), protocol)
    for frame in frames:
        grown = live.feed([frame])
        for key in grown.runs:
            if key in live.runs:
                verdict_of(live, live.runs[key])
    live.flush()
    wire, session = tmp_path / "a.wire.jsonl", tmp_path / "a.session"
    write(Job({"wire": 1, "protocol": protocol}, frames, None), "wire", wire)
    with SessionWriter.create(session, {"wire": 1, "protocol": protocol}) as writer:
        writer.append(frames)
    answers = [_full(whole), _full(live)]
    for path in (wire, session):
        with closing(open_log(path)) as log:
            answers.append(_full(fold(list(log), protocol)))
    assert all(answer == answers[0] for answer in answers)


def _full(book: Book) -> Mapping[str, Any]:
    return log_object("0", "x", book.main_protocol, verdicts(book), loose(book))


@HOUSE
@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_where_chunks_are_cut_changes_nothing(name: str, random: Random) -> None:
    protocol = adapter_of(name).name
    assert told(fold(cut(frames_of(name), random), protocol)) == told(fold(frames_of(name), protocol))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_called_completed_before_it_was_said(name: str) -> None:
    frames, book = frames_of(name), Book(list(ADAPTERS.values()), adapter_of(name).name)
    bytes_of: dict[int, bytes] = {}
    said = False
    for frame in frames:
        book.feed([frame])
        bytes_of[frame.link] = bytes_of.get(frame.link, b"") + frame.body
        said = said or TERMINAL_WORD.search(bytes_of[frame.link]) is not None
        done = [run.id for run in book.runs.values() if verdict_of(book, run).why == f"state.{Ending.COMPLETED}"]
        assert said or not done, f"{done} at frame {frame.seq}"


@pytest.mark.parametrize("name", NAMES)
def test_an_action_has_a_plan_or_a_reason(name: str) -> None:
    book, adapter = Book(list(ADAPTERS.values()), adapter_of(name).name), adapter_of(name)
    for frame in frames_of(name):
        grown = book.feed([frame])
        for key in grown.runs & set(book.runs):
            case = Case(book.runs[key], book)
            for action in adapter.actions(case, book.now):
                _planned(adapter, case, action.id, DATA.get(action.form, action.data), action.why_not)


def _planned(adapter: Adapter, case: Case, action: str, data: Any, why_not: str | None) -> None:
    if why_not is not None:
        assert re.search(r"[.:]|\w", why_not)
        with pytest.raises(Refused, match=re.escape(why_not)):
            adapter.plan(action, case, data)
        return
    calls = adapter.plan(action, case, _sensible(case, data))
    assert bool(calls) == (action != "refresh")
    for call in calls:
        assert not call.reads
        assert call.path.startswith("/")
        assert call.label
        json.dumps(call.json)


def _sensible(case: Case, data: Any) -> Any:
    """An answer for each of several questions; yes to each approval."""
    asked = case.run.wanted.asks if case.run.wanted is not None else ()
    if isinstance(data, Mapping) and data and all(value is None for value in data.values()):
        return dict.fromkeys(data, True)
    if data == DATA["answer"] and len(asked) > 1:
        return {ask.id: "yes" for ask in asked}
    if isinstance(data, Mapping) and data.get("assistant_id") == "":
        return {**data, "assistant_id": "asst_1"}
    return data
