"""The recordings of all backends, folded and judged as the program does it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from inspector.domain.adapter import Adapter
from inspector.domain.book import Book
from inspector.domain.case import Case, Thresholds
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.findings import Finding
from inspector.domain.frames import Frame, Kind
from inspector.domain.loose import judge_loose
from inspector.domain.run import Run
from inspector.protocols.registry import ADAPTERS
from inspector.store.open import open_log

FOLDER = Path(__file__).parents[1] / "recordings"
NAMES = tuple(
    f"{backend}/{path.name.removesuffix('.wire.jsonl')}"
    for backend in ADAPTERS
    for path in sorted((FOLDER / backend).glob("*.wire.jsonl"))
)
"""``backend/name`` of every recording of a backend."""


def adapter_of(name: str) -> Adapter:
    """The backend that a recording is of."""
    return ADAPTERS[name.partition("/")[0]]


@cache
def frames_of(name: str) -> tuple[Frame, ...]:
    """The frames of a recording."""
    return tuple(open_log(FOLDER / f"{name}.wire.jsonl"))


def fold(frames: Sequence[Frame], protocol: str | None = None) -> Book:
    """A book of these frames; without a protocol it finds out itself whose they are."""
    book = Book(list(ADAPTERS.values()), protocol)
    book.feed(frames)
    book.flush()
    return book


def verdict_of(book: Book, run: Run) -> Verdict:
    """How a run stands at the end of the book."""
    adapter = ADAPTERS[run.protocol]
    return judge(Case(run, book), book.now, adapter.rules, adapter.has_terminal_event, adapter.acts)


def verdicts(book: Book) -> list[tuple[Run, Verdict]]:
    """How all runs stand at the end of the book."""
    return [(run, verdict_of(book, run)) for run in book.runs.values()]


def loose(book: Book) -> tuple[Finding, ...]:
    """What is wrong with streams that carry no run."""
    return judge_loose(book, book.now, Thresholds())


def told(book: Book) -> list[dict[str, Any]]:
    """All that a reader is told of the runs, without the numbers of the frames that prove it."""
    return [
        {
            "id": run.id,
            "thread": run.thread,
            "ending": verdict.ending.value,
            "why": verdict.why,
            "state": run.state,
            "findings": sorted((finding.id, finding.severity.value) for finding in verdict.findings),
            "messages": [(m.id, m.role, m.text) for m in run.messages.values()],
            "tools": [(t.id, t.name, t.arguments, t.output) for t in run.tools.values()],
            "asks": () if run.wanted is None else run.wanted.asks,
            "deadline": verdict.deadline,
        }
        for run, verdict in verdicts(book)
    ]


def cut(frames: Sequence[Frame], random: Random) -> list[Frame]:
    """The same bytes in other chunks: each piece arrives when the whole chunk did."""
    pieces: list[Frame] = []
    for frame in frames:
        ends = [len(frame.body)]
        if frame.kind is Kind.DATA and len(frame.body) > 1:
            ends = sorted(
                {*(random.randrange(1, len(frame.body)) for _ in range(random.randrange(6))), len(frame.body)}
            )
        for start, end in zip([0, *ends], ends, strict=False):
            body = frame.body[start:end] if frame.kind is Kind.DATA else frame.body
            pieces.append(Frame(len(pieces) + 1, frame.at, frame.link, frame.kind, frame.head, body))
    return pieces
