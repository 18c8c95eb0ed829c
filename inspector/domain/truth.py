"""What is really the matter: the word of the stream beside the word of the server, and the one conclusion from both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from inspector.domain.case import Case
from inspector.domain.charts import Ending, StateKind
from inspector.domain.ending import NOBODY, Judged, quiet_since, word_after
from inspector.domain.events import Purpose
from inspector.domain.link import Condition, Link
from inspector.domain.run import Word


class Truth(StrEnum):
    """The conclusion. Exactly one holds of every run."""

    ALIVE = "alive"
    STREAM_DIED = "stream_died"  # alive, the stream died
    OVER = "over"
    FINAL_LOST = "final_lost"  # over, the final event was lost
    WAITING = "waiting"  # for somebody
    NOBODY = "nobody"  # nobody executes it
    NEVER_STARTED = "never_started"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one witness said: its last word on the run, the frame and log time of it. ``word`` None = it said nothing.

    ``ended``: how its exchange ended (ended | broken | closed | refused), None while it is open; with frame and time.
    ``asked``: whether there was such a witness at all: a stream that was opened, a server that was asked.
    """

    word: str | None
    seq: int | None = None
    at: float | None = None
    ended: str | None = None
    ended_seq: int | None = None
    ended_at: float | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The conclusion, the id of the sentence that gives its reason, that sentence's values, and the two witnesses."""

    truth: Truth
    because: str
    stream: Testimony
    server: Testimony
    values: Mapping[str, Any] = field(default_factory=dict)


_OVER = (Condition.ENDED, Condition.BROKEN, Condition.CLOSED, Condition.REFUSED)
_ENDINGS_OVER = (Ending.COMPLETED, Ending.INCOMPLETE, Ending.FAILED, Ending.CANCELLED, Ending.EXPIRED)


def reconcile(case: Case, now: float, judged: Judged, found: Mapping[str, Mapping[str, Any]]) -> Reconciled:
    """The conclusion at log time ``now`` (ms). ``found`` are the findings' values by their ids."""
    truth, because = _conclude(case, now, judged, found)
    values = {**judged.values, "why": judged.why}
    since = quiet_since(case)
    if since is not None:
        values["quiet"] = max(0.0, now - since)
    return Reconciled(truth, because, stream_said(case, now), server_said(case), values)


def stream_said(case: Case, now: float) -> Testimony:
    """The stream's last word, and how the exchange that carried it ended."""
    word, link = case.run.stream_word, case.link
    how = None if link is None else link.condition(now, case.thresholds.silence_ms)
    last = link.last if link is not None and how in _OVER else None
    return Testimony(
        None if word is None else word.status.raw,
        None if word is None else word.seq,
        None if word is None else word.at,
        None if last is None or how is None else how.value,
        None if last is None else last.seq,
        None if last is None else last.at,
        link is not None,
    )


def server_said(case: Case) -> Testimony:
    """What the server said when it was asked last."""
    word, said = case.run.server_word, case.said("run")
    if said is not None and said.status == 404 and (word is None or said.seq >= word.seq):
        return Testimony("404", said.seq, said.at)
    asked = any(link.opened.purpose is Purpose.READ for link in case.links())
    if word is None:
        return Testimony(None, asked=asked)
    return Testimony(word.status.raw, word.seq, word.at)


def _conclude(case: Case, now: float, judged: Judged, found: Mapping[str, Mapping[str, Any]]) -> tuple[Truth, str]:
    ending, link = judged.ending, case.link
    how = None if link is None else link.condition(now, case.thresholds.silence_ms)
    if ending is Ending.WAITING:
        return Truth.WAITING, "waiting"
    if ending is Ending.LOST:
        return Truth.NOBODY, "idle" if judged.why == NOBODY else "missing"
    if ending in _ENDINGS_OVER:
        return _over(case, link, how, found)
    if ending is Ending.NOT_STARTED:
        return Truth.NEVER_STARTED, "gave_up" if judged.why == "not_started.gave_up" else "queued"
    if ending is Ending.RUNNING:
        return (Truth.STREAM_DIED, "active") if how in _OVER else (Truth.ALIVE, "at_work")
    if ending is Ending.CUT and link is not None and _active(case, word_after(case, link)):
        return Truth.STREAM_DIED, "active"
    if ending is Ending.STALLED and found.get("stream.silent", {}).get("idle"):
        return Truth.NOBODY, "idle"
    if ending is Ending.STALLED:
        return _quiet(case, now)
    return Truth.UNKNOWN, "not_asked" if case.run.server_word is None else "no_news"


def _over(case: Case, link: Link | None, how: Condition | None, found: Collection[str]) -> tuple[Truth, str]:
    if "run.still_executing" in found:
        return Truth.ALIVE, "still_executing"
    if "run.final_event_lost" in found:
        return Truth.FINAL_LOST, "lost"
    word = None if link is None else word_after(case, link)
    told = case.run.stream_word
    state = None if told is None else case.run.chart.by_id.get(told.status.state)
    if how is Condition.BROKEN and word is not None and (state is None or not state.terminal):
        return Truth.FINAL_LOST, "lost"
    return Truth.OVER, "over"


def _active(case: Case, word: Word | None) -> bool:
    state = None if word is None else case.run.chart.by_id.get(word.status.state)
    return state is not None and state.kind in (StateKind.START, StateKind.BUSY)


def _quiet(case: Case, now: float) -> tuple[Truth, str]:
    """Silence proves nothing by itself, and neither does the word ``running``: that says only that nobody ended it."""
    word, since = case.run.server_word, quiet_since(case)
    if word is None or (since is not None and word.at < since):
        return Truth.UNKNOWN, "silent_not_asked"
    return Truth.UNKNOWN, "silent_active"
