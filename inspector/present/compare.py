"""Two runs side by side: where their lifecycles part, what they asked of tools, and where their time went."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeVar

from inspector.domain.diagnosis import Verdict
from inspector.domain.run import Run, ToolCall
from inspector.present.times import span
from inspector.present.words import ENDING_WORDS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stay:
    """A run in one of its states. ``at``: ms since the run was first seen; ``seq``: the frame that told it."""

    state: str
    at: float
    ms: float
    seq: int
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the two lifecycles; None = this run has nothing there."""

    left: Stay | None
    right: Stay | None

    @property
    def same(self) -> bool:
        """Whether both runs are in the same state here."""
        return self.left is not None and self.right is not None and self.left.state == self.right.state


@dataclass(frozen=True, slots=True)
class Calls:
    """Two tool calls that stand for each other. ``differs``: name, arguments, output, or that one side has none."""

    left: ToolCall | None
    right: ToolCall | None
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``parts`` is the number of the first step in which the lifecycles differ; None where they do not.

    ``spent``: by state, the ms in it on both sides, None = never there. ``took`` and ``endings`` are the two runs'.
    """

    steps: tuple[Step, ...]
    parts: int | None
    calls: tuple[Calls, ...]
    spent: tuple[tuple[str, float | None, float | None], ...]
    took: tuple[float, float]
    endings: tuple[str, str]
    sentence: str

    @property
    def same(self) -> bool:
        """Whether nothing but times differs."""
        return self.parts is None and not any(pair.differs for pair in self.calls) and len(set(self.endings)) == 1


def stays(run: Run, now: float) -> list[Stay]:
    """The states of a run in order, each until the next; the last one until the run's end, or until ``now``."""
    until = run.terminal_at if run.terminal_at is not None else max(now, run.last_at)
    ends = [*(change.at for change in run.transitions[1:]), until]
    return (
        [
            Stay(change.target, change.at - run.first_at, max(0.0, end - change.at), change.seq, change.declared)
            for change, end in zip(run.transitions, ends, strict=True)
        ]
        if run.transitions
        else []
    )


def compare(left: tuple[Run, Verdict, float], right: tuple[Run, Verdict, float]) -> Comparison:
    """Two runs, each with its verdict and the present of its log."""
    (one, first, now), (other, second, then) = left, right
    ours, theirs = stays(one, now), stays(other, then)
    steps = tuple(Step(a, b) for a, b in aligned(ours, theirs, [s.state for s in ours], [s.state for s in theirs]))
    parts = next((number for number, step in enumerate(steps) if not step.same), None)
    mine, others = list(one.tools.values()), list(other.tools.values())
    named = aligned(mine, others, [call.name or "" for call in mine], [call.name or "" for call in others])
    calls = tuple(Calls(a, b, _differs(a, b)) for a, b in named)
    endings = ENDING_WORDS[first.ending], ENDING_WORDS[second.ending]
    took = sum(stay.ms for stay in ours), sum(stay.ms for stay in theirs)
    return Comparison(steps, parts, calls, _spent(ours, theirs), took, endings, _sentence(steps, parts, calls, endings))


def aligned(
    left: Sequence[T], right: Sequence[T], words: Sequence[str], others: Sequence[str]
) -> Iterator[tuple[T | None, T | None]]:
    """Both in order, what has the same word on one line. ``words`` stand for ``left``, ``others`` for ``right``."""
    for kind, a, b, c, d in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if kind in ("equal", "replace"):
            for number in range(max(b - a, d - c)):
                yield (
                    left[a + number] if a + number < b else None,
                    right[c + number] if c + number < d else None,
                )
        else:
            yield from ((one, None) for one in left[a:b])
            yield from ((None, one) for one in right[c:d])


def _differs(left: ToolCall | None, right: ToolCall | None) -> tuple[str, ...]:
    if left is None or right is None:
        return ("only right",) if left is None else ("only left",)
    found = ["name"] if left.name != right.name else []
    found += ["arguments"] if _value(left.arguments) != _value(right.arguments) else []
    found += ["output"] if _value(left.output) != _value(right.output) else []
    return tuple(found)


def _value(text: str | None) -> Any:
    """What a text means: JSON that is spaced otherwise is the same."""
    try:
        return json.loads(text) if text else text
    except (ValueError, RecursionError):
        return text


def _spent(left: Sequence[Stay], right: Sequence[Stay]) -> tuple[tuple[str, float | None, float | None], ...]:
    def of(stays_: Sequence[Stay], state: str) -> float | None:
        there = [stay.ms for stay in stays_ if stay.state == state]
        return sum(there) if there else None

    names = dict.fromkeys(stay.state for stay in (*left, *right))
    return tuple((name, of(left, name), of(right, name)) for name in names)


def _sentence(steps: Sequence[Step], parts: int | None, calls: Sequence[Calls], endings: tuple[str, str]) -> str:
    other = sum(1 for pair in calls if pair.differs)
    if parts is not None:
        before = steps[parts - 1].left if parts else None
        where = f"After {before.state} the" if before is not None else "From the beginning the"
        left, right = _went(steps[parts].left, endings[0]), _went(steps[parts].right, endings[1])
        return f"{where} left run {left}, the right one {right}."
    if endings[0] != endings[1]:
        return (
            f"Both went the same way, but the left one is {endings[0].lower()} and the right one {endings[1].lower()}."
        )
    if other:
        return f"Both went the same way; {other} of their tool calls {'differs' if other == 1 else 'differ'}."
    return "Both went the same way, with the same tool calls."


def _went(stay: Stay | None, ending: str) -> str:
    return f"had no further state ({ending.lower()})" if stay is None else f"went to {stay.state} after {span(stay.at)}"


def comparison_object(left: str, right: str, both: Comparison) -> dict[str, Any]:
    """The comparison as JSON. Times in ms."""

    def stay(one: Stay | None) -> dict[str, Any] | None:
        return None if one is None else {"state": one.state, "at": one.at, "ms": one.ms, "frame": one.seq}

    def call(one: ToolCall | None) -> dict[str, Any] | None:
        keys = ("id", "name", "arguments", "output")
        return None if one is None else {key: getattr(one, key) for key in keys}

    return {
        "schema": 1,
        "left": left,
        "right": right,
        "same": both.same,
        "sentence": both.sentence,
        "endings": [ending.lower() for ending in both.endings],
        "took_ms": list(both.took),
        "parts": both.parts,
        "steps": [{"left": stay(step.left), "right": stay(step.right), "same": step.same} for step in both.steps],
        "tool_calls": [
            {"left": call(pair.left), "right": call(pair.right), "differs": list(pair.differs)} for pair in both.calls
        ],
        "spent_ms": [{"state": state, "left": mine, "right": other} for state, mine, other in both.spent],
    }


def comparison_text(left: str, right: str, both: Comparison) -> str:
    """The comparison for people, in two columns."""
    rows = [("", left, right), ("ending", *both.endings), ("took", *(span(ms) for ms in both.took))]
    rows += [("=" if step.same else "≠", _stay(step.left), _stay(step.right)) for step in both.steps]
    rows += [("≠" if pair.differs else "=", _call(pair.left), _call(pair.right)) for pair in both.calls]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([both.sentence, "", *lines])


def _stay(one: Stay | None) -> str:
    return "" if one is None else f"{one.state}  {span(one.ms)}"


def _call(one: ToolCall | None) -> str:
    if one is None:
        return ""
    text = f"{one.name or '?'}({one.arguments})" + ("" if one.output is None else f" → {one.output}")
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
