"""The conclusion from both witnesses as one sentence, and what each of them said, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict
from inspector.domain.findings import Severity
from inspector.domain.truth import Reconciled, Testimony, Truth
from inspector.present.sentences import sentence, why
from inspector.present.words import age

TRUTHS: Mapping[str, str] = {
    "stream_died.active": "Alive, the stream died: it {how}; the server says {server}.",
    "alive.still_executing": "Alive, though shown as {server}: its thread is still busy.",
    "final_lost.lost": "Over, the final event was lost: the server says {server}; {last}.",
    "nobody.missing": "Nobody executes it: the server does not know it (404).",
    "nobody.idle": (
        "Nobody executes it, by the server's own count: it calls it {server}, and not one of its workers is busy."
    ),
    "never_started.gave_up": "Never started: the client left before anything had begun.",
    "never_started.queued": "Not started yet: the server has it in its queue.",
    "never_started.queued.not_started.connecting": "Not started yet: the request has no answer.",
    "never_started.queued.not_started.no_event": "Not started yet: the server answered and has sent no event.",
    "unknown.not_asked": "Unknown, because the stream {how}, and nobody has asked the server since.",
    "unknown.not_asked.cut.carrier": "Unknown: the connection that it lived on broke, and there is nobody to ask.",
    "unknown.not_asked.unknown.not_told": "Unknown, because neither a stream nor the server has said how it stands.",
    "unknown.not_asked.unknown.refused": "Unknown, because the server refused to show it ({status}).",
    "unknown.not_asked.state.cut": "Unknown: its record stops while it was at work, and nobody told its end.",
    "unknown.no_news": "Unknown, because the stream {how}, and the server has not said since how it stands.",
    "unknown.silent_not_asked": "Unknown, because nothing has come for {quiet}, and nobody has asked the server since.",
    "unknown.silent_not_asked.stalled.gave_up": (
        "Unknown, because nothing came for {silence}, the client left, and nobody has asked the server since."
    ),
    "unknown.silent_active": (
        "Unknown, because the server calls it {server}, and nothing has moved for {quiet}: a hung run looks like this."
    ),
}
"""By truth, reason and, where it matters, the ending's own reason. Truths without one here are told by the ending."""

_HOW = {
    "ended": "ended without a last word",
    "broken": "broke off",
    "closed": "was closed by the client",
    "refused": "was refused",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one witness said, for a person: who, the words, when, and the frames that show it (at most two)."""

    who: str
    said: str
    frames: tuple[int, ...]


def stands(verdict: Verdict) -> str:
    """How the run really stands, in one sentence."""
    found = verdict.truth
    if found is None:
        return why(verdict)
    name = f"{found.truth.value}.{found.because}"
    text = TRUTHS.get(f"{name}.{verdict.why}", TRUTHS.get(name))
    return why(verdict) if text is None else text.format_map(_values(found))


_CLOUDED = (Ending.RUNNING, Ending.NOT_STARTED, Ending.COMPLETED)
_BAD = (Ending.FAILED, Ending.INCOMPLETE, Ending.EXPIRED)


def headline(verdict: Verdict) -> str:
    """What somebody has to know first: how the run stands, or, where that is a mere word, what is wrong with it.

    “It ended by an error” says less than the error does, and “it is at work” less than the step that hangs.
    """
    text = stands(verdict)
    plain = text == why(verdict) or (verdict.ending is Ending.NOT_STARTED and verdict.why != "not_started.gave_up")
    wanted: tuple[Severity, ...] = ()
    if plain and verdict.ending in _CLOUDED:
        wanted = (Severity.ERROR,)
    elif plain and verdict.ending in _BAD:
        wanted = (Severity.ERROR, Severity.WARN)
    found = next((each for each in verdict.findings if each.severity in wanted), None)
    return text if found is None else sentence(found)


def _values(found: Reconciled) -> dict[str, Any]:
    told = found.stream.word
    return {
        "server": found.server.word or "nothing",
        "how": _HOW.get(found.stream.ended or "", "says nothing"),
        "last": f"the stream's last word was {told}" if told else "the stream never said anything of it",
        "quiet": age(found.values.get("quiet")),
        "silence": age(found.values.get("silence")),
        "status": found.values.get("status"),
    }


def witnesses(verdict: Verdict) -> tuple[Told, Told] | None:
    """What the stream said and what the server says. None where nothing was judged."""
    found = verdict.truth
    if found is None:
        return None
    return _stream(found.stream), _server(found.server, found.stream, verdict.ending)


def _stream(told: Testimony) -> Told:
    if not told.asked:
        return Told("The stream said", "nothing: there was no stream.", ())
    parts = [f"{told.word} at {_at(told.at)}" if told.word else "no status"]
    if told.ended is None:
        parts.append("it is open")
    else:
        done = {"ended": "the server ended it", "broken": "it broke off", "closed": "the client closed it"}
        parts.append(f"{done.get(told.ended, 'it was refused')} at {_at(told.ended_at)}")
    return Told("The stream said", "; ".join(parts) + ".", _frames(told.seq, told.ended_seq))


def _server(told: Testimony, stream: Testimony, ending: Ending) -> Told:
    if told.word is None:
        said = "nothing of this run when it was asked." if told.asked else "nothing: it was not asked."
        return Told("The server says", said, ())
    word = "it does not know the run (404)" if told.word == "404" else told.word
    said = f"{word} at {_at(told.at)}"
    if stream.ended_at is not None and told.at is not None:
        said += f", {age(abs(told.at - stream.ended_at))} " + ("after" if told.at >= stream.ended_at else "before")
        said += " the stream's end"
    if ending is Ending.WAITING and told.word in ("success", "completed"):
        said += ": its word for a run that waits"
    return Told("The server says", said + ".", _frames(told.seq))


def _at(ms: float | None) -> str:
    return "?" if ms is None else f"{ms / 1000:.3f} s"


def _frames(*numbers: int | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


LOUD = (Truth.STREAM_DIED, Truth.FINAL_LOST, Truth.NOBODY, Truth.UNKNOWN)
"""Conclusions that somebody has to know before anything else."""
